"""Reads answers of the API. Nothing in an answer is used before its shape is checked against the documents.

Unknown extra fields are kept and ignored. Sources: the Sites API, "Response (200)" of each endpoint, and the Common API
Guide: "the response body format may differ from the success schema".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import NoneType
from typing import Any

import orjson
from msgspec import Struct

from dfsync.api.protocol.values import SHEETS, RowError, Sheet
from dfsync.model.fields import FIELDS, ID_COLUMN, FieldKind

_TEXT_COLUMNS = tuple(field.column for field in FIELDS if field.kind is not FieldKind.HOURS)
_PLAIN = frozenset({str, NoneType, int, float})
"""What a text column may hold: a text, null, or a number, which is read as it is spelled; not true or false."""
_HOURS_COLUMN = next(field.column for field in FIELDS if field.kind is FieldKind.HOURS)
_COLUMNS = tuple(field.column for field in FIELDS)
_MOST_SITES = 5_000_000
_SAYING = ("message", "msg", "error_msg", "error_message", "detail", "details", "error", "errors", "title", "reason")
_TITLE = re.compile(rb"<(?:title|h1)[^>]*>([^<]+)", re.IGNORECASE)


class UnbelievableError(ValueError):
    """The answer does not have the documented shape."""


class DeniedError(ValueError):
    """The answer says `success: false`. The message is what the API says about it."""


class Page(Struct, frozen=True):
    """One page of the export, rows in the order of the server. The server decides on page size and page count."""

    rows: list[dict[str, Any]]
    number: int | None
    pages: int
    total: int


def read_page(content: bytes) -> Page:
    """Read a page of the export. Raises UnbelievableError or DeniedError."""
    answer = _succeeded(content)
    rows = answer.get("data")
    if not isinstance(rows, list):
        raise UnbelievableError("data is not an array")
    total, pages = _count(answer, "total"), _count(answer, "total_pages")
    if total > _MOST_SITES:
        raise UnbelievableError(f"{total} sites are announced, more than any organisation has")
    # Even an empty page costs a request, and more pages than sites can only be a mistake.
    if pages > max(total, 1):
        raise UnbelievableError(f"{total} sites on {pages} pages")
    for position, row in enumerate(rows, start=1):
        _check_row(row, position)
    number = answer.get("p_number")
    return Page(rows, number if isinstance(number, int) else None, pages, total)


def read_import(content: bytes) -> dict[Sheet, tuple[RowError, ...]]:
    """Read the answer of an import: the row errors of each sheet, each once, every sheet present.

    Raises as `read_page` does.
    """
    errors = _mapping(_mapping(_succeeded(content), "data"), "errors")
    return {sheet: tuple(dict.fromkeys(_row_errors(errors.get(sheet), sheet))) for sheet in SHEETS}


def read_tokens(content: bytes) -> dict[str, Any]:
    """Read the answer of a refresh: the documented `data` object. Raises as `read_page` does."""
    return _mapping(_succeeded(content), "data")


def read_object(content: bytes) -> dict[str, Any]:
    """Read the answer of a report as a whole. Raises as `read_page` does."""
    return _succeeded(content)


def error_text(content: bytes) -> str:
    """Return the message in the body of an error, or "". Its shape is not documented, so the usual places are tried."""
    try:
        return "; ".join(_sayings(orjson.loads(content), 8))
    except ValueError:
        title = _TITLE.search(content[:10_000])
        return (title[1] if title else b"" if b"<" in content[:200] else content[:1000]).decode("utf-8", "replace")


def _succeeded(content: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(content)
    except ValueError as error:
        start = content.lstrip()[:1]
        kind = "HTML, not JSON" if start == b"<" else "empty" if not start else "not JSON, or cut off"
        raise UnbelievableError(f"the body is {kind}") from error
    if not isinstance(answer, dict):
        raise UnbelievableError("the body is not a JSON object")
    if answer.get("success") is False:
        raise DeniedError(error_text(content))
    if answer.get("success") is not True:
        raise UnbelievableError("success is neither true nor false")
    return answer


def _mapping(holder: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = holder.get(key)
    if not isinstance(value, dict):
        raise UnbelievableError(f"{key} is not an object")
    return value


def _count(answer: Mapping[str, Any], key: str) -> int:
    value = answer.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise UnbelievableError(f"{key} is not a count")
    return value


def _check_row(row: Any, position: int) -> None:
    if not isinstance(row, dict):
        raise UnbelievableError(f"row {position} is not an object")
    site = row.get(ID_COLUMN)
    if not (site is None or isinstance(site, str)):
        raise UnbelievableError(f"row {position} has a {ID_COLUMN} that is no text")
    if not (site and site.strip()) and not any(map(row.get, _COLUMNS)):
        raise UnbelievableError(f"row {position} has no {ID_COLUMN}, nor anything else of a site")
    if not _PLAIN.issuperset(map(type, map(row.get, _TEXT_COLUMNS))):
        column = next(column for column in _TEXT_COLUMNS if type(row.get(column)) not in _PLAIN)
        raise UnbelievableError(f"{column} of site {site} is not a text")
    hours = row.get(_HOURS_COLUMN)
    if not (hours is None or isinstance(hours, list | str)):
        raise UnbelievableError(f"{_HOURS_COLUMN} of site {site} is not an array")


def _row_errors(entries: Any, sheet: Sheet) -> Iterator[RowError]:
    if entries is None:
        return
    if not isinstance(entries, list):
        raise UnbelievableError(f"errors.{sheet} is not an array")
    for entry in entries:
        if not isinstance(entry, dict):
            raise UnbelievableError(f"errors.{sheet} holds something that is not an object")
        column, value, message = (_text(entry.get(key)) for key in ("column", "value", "error_msg"))
        yield RowError(_row_number(entry.get("row")), column, value, message)


def _row_number(value: Any) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value.strip()):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else orjson.dumps(value).decode()


def _sayings(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and depth:
        for inner in value[:3]:
            yield from _sayings(inner, depth - 1)
    elif isinstance(value, dict) and depth:
        for key, inner in value.items():
            if key in _SAYING or (key in (*SHEETS, "data") and isinstance(inner, dict | list)):
                yield from _sayings(inner, depth - 1)
