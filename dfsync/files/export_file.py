"""Reads a saved export: the output of `dfsync export`, or an answer of the API in a file.

Source: the Sites API, "Export Sites Data". It must be the whole of live. With half of an export, half of the sites
would look new, so a single page of several is refused. Rows are read one by one, so that memory does not grow with
their number.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import orjson
from msgspec import Raw

from dfsync.errors import InputError
from dfsync.files.storage.encodings import in_utf_8
from dfsync.files.storage.root import leaves_repository
from dfsync.model.fields import FIELDS, ID_COLUMN
from dfsync.model.live import LiveSite, without_id
from dfsync.model.text import shortened, visible

_COLUMNS = tuple(field.column for field in FIELDS)
_EXPORT_AGAIN = "write it again with dfsync export --output FILE"


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file or pipe that the user named. Raises `InputError`.

    In CI, a pull request may replace such a file by a link, to a device or to a file outside the repository.
    """
    name = visible(str(path))
    try:
        if leaves_repository(path):
            raise InputError(f"{name} is a link that leaves the repository")
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
                raise InputError(f"{name} is no file")
            return file.read()
    except OSError as error:
        raise InputError(f"{name} can't be read: {error.strerror}") from error


def _tell_nobody(message: str) -> None:
    del message


def read_saved(path: Path, tell: Callable[[str], None] = _tell_nobody) -> Iterator[LiveSite]:
    """Yield the sites of a saved export, in its order. All of it must be read before any of it can be used.

    Accepts the documented response with all pages joined, a response of one page, or a bare list. Raises `InputError`
    if the file is none of these, is one page of several, or has a site id twice. Sites without a Site ID are left out;
    `tell` is called with what to say of them.
    """
    return saved_sites(read_bytes(path), visible(str(path)), tell)


def saved_sites(data: bytes, name: str, tell: Callable[[str], None] = _tell_nobody) -> Iterator[LiveSite]:
    """Read the bytes of a saved export; `name` stands for the file in messages. Raises `InputError`."""
    data = in_utf_8(data, name)
    seen: set[str] = set()
    nameless = 0
    try:
        for number, row in enumerate(_rows(data, name), 1):
            site = _site(orjson.loads(memoryview(row)), number, name)
            if site is None:
                nameless += 1
                continue
            if site.id in seen:
                raise InputError(f"{name} has the site {shortened(site.id, 40)} twice", help=_EXPORT_AGAIN)
            seen.add(site.id)
            yield site
        if nameless:
            tell(without_id(nameless))
    except orjson.JSONDecodeError as error:
        raise _not_json(data, name) from error


def _rows(data: bytes, name: str) -> list[Raw]:
    """Return the rows of an answer in any of its shapes, each as JSON."""
    try:
        answer = msgspec.json.decode(data, type=list[msgspec.Raw] | dict[str, msgspec.Raw])
        if isinstance(answer, list):
            return answer
        rows = msgspec.json.decode(answer.pop("data", b"null"), type=list[msgspec.Raw])
    except msgspec.ValidationError as error:
        raise InputError(f"{name} is no export: it has no list of sites", help=_EXPORT_AGAIN) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise _not_json(data, name) from error
    beside = {key: orjson.loads(memoryview(value)) for key, value in answer.items()}
    if beside.get("success") is False:
        raise InputError(f"{name} is an answer that reports a failure, not an export", help=_EXPORT_AGAIN)
    _refuse_partial(beside, len(rows), name)
    return rows


def _not_json(data: bytes, name: str) -> InputError:
    """Return the error for text that is not JSON. Only a parser of the whole text can say where the error is."""
    if name.casefold().endswith(".csv"):
        return InputError(f"{name} is no JSON", help="dfsync export --output live.json writes what can be read")
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError as error:
        return InputError(f"{name}, line {error.lineno}, column {error.colno}: not JSON", help=_EXPORT_AGAIN)
    return InputError(f"{name}: not JSON", help=_EXPORT_AGAIN)


def _refuse_partial(answer: Mapping[str, Any], count: int, name: str) -> None:
    page, pages, total = (_number(answer.get(key)) for key in ("p_number", "total_pages", "total"))
    if (page or 1) > 1 or (pages or 1) > 1:
        raise InputError(f"{name} is page {page or 1} of {pages or 'several'}, not the whole", help=_EXPORT_AGAIN)
    if total is not None and total != count:
        raise InputError(f"{name} has {count} of {total} sites, not the whole export", help=_EXPORT_AGAIN)


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _site(row: Any, number: int, name: str) -> LiveSite | None:
    """Return a row as a site, None for a site that has no Site ID."""
    id = row.get(ID_COLUMN) if isinstance(row, dict) else None
    blank = id is None or (isinstance(id, str) and not id.strip())
    if isinstance(row, dict) and blank and any(map(row.get, _COLUMNS)):
        return None
    if isinstance(id, bool) or not isinstance(id, (str, int)) or not str(id).strip():
        raise InputError(f'{name}: site {number} of the list has no "{ID_COLUMN}"', help=_EXPORT_AGAIN)
    return LiveSite(row)
