"""Reads workbooks of Excel and LibreOffice (.xlsx, .xls, .ods) with python-calamine.

Only cells are read. Macros, links and formulas are never run, and a formula counts as the value that the program
computed. What calamine skips (errors of formulas) or can't bear is found first, by `workbook_check`.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from dfsync.errors import DfsyncError, InputError
from dfsync.model.text import shortened
from dfsync.sheets.formats.workbook_check import check_workbook
from dfsync.sheets.formats.xls_errors import xls_errors
from dfsync.sheets.table.cells import is_blank
from dfsync.sheets.table.values import Worksheet

_OTHER_KINDS = {
    b"<!doctype": "a web page (HTML)",
    b"<html": "a web page (HTML)",
    b"<table": "a web page (HTML)",
    b"<?xml": "XML",
    b"%pdf": "a PDF",
    b"\x1f\x8b": "compressed (gzip)",
}
"""Files that web programs name like a spreadsheet, by their first bytes."""
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_workbook(data: bytes) -> bool:
    """Whether the bytes begin as a workbook does."""
    return data.startswith((_ZIP, _OLE))


def other_kind(data: bytes) -> str | None:
    """Return the kind of a file that is named like a spreadsheet but is none."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    return next((kind for mark, kind in _OTHER_KINDS.items() if start.startswith(mark)), None)


def worksheets(data: bytes, name: str) -> list[Worksheet]:
    """Return the worksheets of a workbook that have rows. Raises `InputError`, and `DfsyncError` without the extra."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook, PasswordError
    except ImportError as error:
        raise DfsyncError(
            f"{name} is an Excel workbook, and reading one needs the extra excel",
            help="pip install 'dragonfruit-dfsync[excel]', or save it as CSV UTF-8",
        ) from error
    patches: Mapping[str, Mapping[tuple[int, int], str]] = check_workbook(data, name) if data.startswith(_ZIP) else {}
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = []
        if data.startswith(_OLE):
            patches = _by_sheet(book.sheet_names, xls_errors(data))
        for title in book.sheet_names:
            rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
            _patch(rows, patches.get(title, {}))
            if any(not is_blank(cell) for row in rows for cell in row):
                found.append(Worksheet(shortened(title, 40), rows))
    except PasswordError as error:
        raise InputError(f"{name} is locked by a password", help="save it without one, or as CSV UTF-8") from error
    except (CalamineError, OSError, ValueError) as error:
        raise InputError(
            f"{name} is not a workbook that can be read: {shortened(str(error), 80)}", help="save it as CSV UTF-8"
        ) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a fault inside calamine; Python has no class of it to catch
            raise
        raise InputError(f"{name} is not a workbook that can be read", help="save it as CSV UTF-8") from error
    return [replace(sheet, alone=len(found) == 1) for sheet in found]


def _by_sheet(
    titles: Sequence[str], errors: Sequence[Mapping[tuple[int, int], str]]
) -> Mapping[str, Mapping[tuple[int, int], str]]:
    if len(titles) != len(errors) and any(errors):
        raise ValueError("formulas have errors, and it can't be told in which sheet")
    return dict(zip(titles, errors, strict=False))


def _patch(rows: list[list[Any]], errors: Mapping[tuple[int, int], str]) -> None:
    for (row, column), text in errors.items():
        while len(rows) <= row:
            rows.append([])
        rows[row] += [""] * (column + 1 - len(rows[row]))
        rows[row][column] = text
