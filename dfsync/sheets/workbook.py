"""Reads workbooks of Excel and LibreOffice (.xlsx, .xls, .ods) with python-calamine.

Only cells are read. Macros, links and formulas are never run, and a formula counts as the value that the program
computed. What calamine skips (errors of formulas) or can't bear (a zip bomb, a cell in the last corner) is found first.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dfsync.errors import DfsyncError, InputError
from dfsync.model.text import shortened
from dfsync.sheets.cells import is_blank, letter
from dfsync.sheets.csv_text import MOST_COLUMNS
from dfsync.sheets.values import Worksheet
from dfsync.sheets.xls_errors import xls_errors

MOST_CELLS = 10_000_000
MOST_BYTES = 400_000_000
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,4})([0-9]{1,8})"')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="([0-9]{1,8})"')
_ERROR = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*?\br="([A-Z]{1,3}[0-9]{1,7})"[^>]*>.{0,9000}?<(?:\w+:)?v>([^<]{1,40})<',
    re.DOTALL,
)
_UNCOMPUTED = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3}[0-9]{1,7})"[^>]*>\s*'
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]{0,9000}</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_REPEATED = re.compile(rb"<table:table-cell\b[^>]*number-columns-repeated=\"([0-9]+)\"[^>]*(?:value-type|[^/]>)")
_ODS_ERROR = re.compile(rb'<table:table-cell\b[^>]*?value-type="error"[^>]*>')
_EMPTY_VALUE = re.compile(rb'\soffice:string-value=""')
_REPEATED_ROW = re.compile(
    rb'<table:table-row\b[^>]*number-rows-repeated="([0-9]{5,})"[^>]*>(.{0,4000}?)</table:table-row>', re.DOTALL
)


def is_workbook(data: bytes) -> bool:
    """Whether the bytes begin as a workbook does."""
    return data.startswith((_ZIP, _OLE))


def worksheets(data: bytes, name: str) -> list[Worksheet]:
    """Return the worksheets of a workbook that have rows. Raises `InputError`, and `DfsyncError` without the extra."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook, PasswordError
    except ImportError as error:
        raise DfsyncError(
            f"{name} is an Excel workbook, and reading one needs the extra excel",
            help="pip install 'dragonfruit-dfsync[excel]', or save it as CSV UTF-8",
        ) from error
    patches: Mapping[str, Mapping[tuple[int, int], str]] = _checked(data, name) if data.startswith(_ZIP) else {}
    if b"content.xml" in data:
        data = _with_errors_shown(data)
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


def _checked(data: bytes, name: str) -> dict[str, dict[tuple[int, int], str]]:
    """Refuse what would harm, and return by worksheet the cells whose formula failed, with the error that they show."""
    try:
        parts = dict(_parts(data, name))
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        raise InputError(f"{name} is not a workbook that can be read", help="save it as CSV UTF-8") from error
    if "content.xml" in parts:
        _check_ods(parts["content.xml"], name)
        return {}
    if "xl/workbook.bin" in parts:
        raise InputError(f"{name} is a binary workbook (.xlsb)", help="save it as .xlsx, or as CSV UTF-8")
    found = {}
    for title, path in _sheet_paths(parts):
        xml = parts.get(path, b"")
        _check_size(xml, name, title)
        uncomputed = [match[1].decode() for match in _UNCOMPUTED.finditer(xml)] if b"<f" in xml or b":f" in xml else []
        if uncomputed:
            more = f" and {len(uncomputed) - 3:,} more" if len(uncomputed) > 3 else ""
            raise InputError(
                f"{name}, sheet {shortened(title, 40)}: {', '.join(uncomputed[:3])}{more}: a formula without a value",
                help="open the file in the spreadsheet program and save it there, so that it computes its formulas",
            )
        found[title] = (
            {_place(match[1].decode()): match[2].decode("utf-8", "replace") for match in _ERROR.finditer(xml)}
            if b't="e"' in xml
            else {}
        )
    return found


def _parts(data: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    """Yield the XML parts that matter; what a header says of sizes is not believed."""
    left = MOST_BYTES
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if len(members) > 10_000:
            raise InputError(f"{name} has too many parts for a workbook", help="save it as CSV UTF-8")
        for member in members:
            if not member.filename.endswith((".xml", ".rels", "workbook.bin")):
                continue
            member.file_size = left + 2  # read on to the end, whatever it declared
            with archive.open(member) as file:
                content = file.read(left + 1)
            left -= len(content)
            if left < 0:
                raise InputError(
                    f"{name} unpacks to more than {MOST_BYTES // 1_000_000} MB", help="save it as CSV UTF-8"
                )
            if b"<!DOCTYPE" in content[:2_000] or b"<!ENTITY" in content[:20_000]:
                raise InputError(f"{name} has parts that no workbook has (a DTD)", help="save it as CSV UTF-8")
            yield member.filename, content


def _sheet_paths(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield the worksheets of an .xlsx with the paths of their parts."""
    import xml.sax.saxutils

    relations = {
        _attribute(tag, b"Id"): _attribute(tag, b"Target")
        for tag in _RELATION.findall(parts.get("xl/_rels/workbook.xml.rels", b""))
    }
    for tag in _SHEET.findall(parts.get("xl/workbook.xml", b"")):
        title = xml.sax.saxutils.unescape(_attribute(tag, b"name"), {"&quot;": '"', "&apos;": "'"})
        target = relations.get(_attribute(tag, rb"\w+:id") or _attribute(tag, b"id"), "")
        yield title, target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _attribute(tag: bytes, name: bytes) -> str:
    found = re.search(rb"\s" + name + rb"=[\"']([^\"']*)[\"']", tag)
    return found[1].decode("utf-8", "replace") if found else ""


def _check_size(xml: bytes, name: str, title: str) -> None:
    places = _CELL.findall(xml)
    widest = max((_column(letters.decode()) for letters in {letters for letters, _ in places}), default=0) + 1
    deepest = max((int(number) for number in {*_ROW.findall(xml), *(row for _, row in places)}), default=0)
    if widest > MOST_COLUMNS or widest * deepest > MOST_CELLS:
        raise InputError(
            f"{name}, sheet {shortened(title, 40)} reaches to {letter(widest - 1)}{deepest}, which is too large",
            help="delete the empty rows and columns at its end, or save it as CSV UTF-8",
        )


def _check_ods(xml: bytes, name: str) -> None:
    wide = any(int(match[1]) > MOST_COLUMNS for match in _REPEATED.finditer(xml))
    deep = any(b"value-type" in match[2] for match in _REPEATED_ROW.finditer(xml))
    if wide or deep:
        raise InputError(f"{name} repeats cells too often to be read", help="save it as CSV UTF-8")


def _with_errors_shown(data: bytes) -> bytes:
    """Return an .ods in which cells whose formula failed have the error that they show as their text."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        content = source.read("content.xml")
        if b'value-type="error"' not in content:
            return data
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for member in source.namelist():
                if member == "content.xml":
                    target.writestr(member, _ODS_ERROR.sub(lambda tag: _EMPTY_VALUE.sub(b"", tag[0]), content))
                elif member in {"mimetype", "META-INF/manifest.xml"}:
                    target.writestr(member, source.read(member))
    return out.getvalue()


def _place(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]) - 1, _column(letters)


def _column(letters: str) -> int:
    number = 0
    for each in letters:
        number = number * 26 + ord(each) - ord("A") + 1
    return number - 1
