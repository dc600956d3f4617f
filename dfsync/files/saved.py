"""A saved export: what `dfsync export` wrote, or the API's own answer kept in a file.

Source: the Sites API, "Export Sites Data". The whole of live, or nothing: half an export would make half of the sites
look new, so a single page of several is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dfsync.errors import InputError
from dfsync.files.encodings import decoded
from dfsync.model.fields import ID_COLUMN
from dfsync.model.live import LiveSite
from dfsync.model.text import shortened, visible

_EXPORT_AGAIN = "write it again with dfsync export --output FILE"


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file that the user named. Raises `InputError`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{visible(str(path))} can't be read: {error.strerror}") from error


def read_saved(path: Path) -> list[LiveSite]:
    """Return the sites of a saved export, in its order.

    Takes the documented response with all pages joined, a response of one page, or a bare list. Raises `InputError`
    when the file is none of these, is a page of several, or has a site id twice.
    """
    return saved_sites(read_bytes(path), visible(str(path)))


def saved_sites(data: bytes, name: str) -> list[LiveSite]:
    """Read the bytes of a saved export; `name` stands for the file in messages. Raises `InputError`."""
    import orjson

    text, _ = decoded(data, name)
    try:
        answer = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        message = f"{name}, line {error.lineno}, column {error.colno}: not JSON"
        raise InputError(message, help=_EXPORT_AGAIN) from error
    sites = [_site(row, number, name) for number, row in enumerate(_rows(answer, name), 1)]
    _refuse_repeated(sites, name)
    return sites


def _rows(answer: Any, name: str) -> list[Any]:
    """Return the rows of an answer in any of its shapes."""
    if isinstance(answer, list):
        return answer
    rows = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        raise InputError(f"{name} is no export: it has no list of sites", help=_EXPORT_AGAIN)
    if answer.get("success") is False:
        raise InputError(f"{name} is an answer that reports a failure, not an export", help=_EXPORT_AGAIN)
    _refuse_partial(answer, len(rows), name)
    return rows


def _refuse_partial(answer: Mapping[str, Any], count: int, name: str) -> None:
    page, pages, total = (_number(answer.get(key)) for key in ("p_number", "total_pages", "total"))
    if (page or 1) > 1 or (pages or 1) > 1:
        raise InputError(f"{name} is page {page or 1} of {pages or 'several'}, not the whole", help=_EXPORT_AGAIN)
    if total is not None and total != count:
        raise InputError(f"{name} has {count} of {total} sites, not the whole export", help=_EXPORT_AGAIN)


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _site(row: Any, number: int, name: str) -> LiveSite:
    id = row.get(ID_COLUMN) if isinstance(row, dict) else None
    if isinstance(id, bool) or not isinstance(id, (str, int)) or not str(id).strip():
        raise InputError(f'{name}: site {number} of the list has no "{ID_COLUMN}"', help=_EXPORT_AGAIN)
    return LiveSite(row)


def _refuse_repeated(sites: list[LiveSite], name: str) -> None:
    seen: set[str] = set()
    for site in sites:
        if site.id in seen:
            raise InputError(f"{name} has the site {shortened(site.id, 40)} twice", help=_EXPORT_AGAIN)
        seen.add(site.id)
