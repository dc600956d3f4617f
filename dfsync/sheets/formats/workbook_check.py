"""Checks a zipped workbook (.xlsx, .ods) before calamine reads it: refuses dangerous ones, and finds failed formulas.

calamine holds every cell up to the last one in memory and forgives broken XML, so a small file can ask for more memory
than there is. Here a strict parser (expat) sees the same parts first, and whatever it can't read is refused.
"""

from __future__ import annotations

import io
import itertools
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from xml.parsers import expat

from dfsync.errors import InputError
from dfsync.model.text import first_few, shortened
from dfsync.sheets.formats.csv_text import MOST_COLUMNS
from dfsync.sheets.table.cells import letter

MOST_CELLS = 10_000_000
MOST_BYTES = 400_000_000
_MOST_PARTS = 10_000
_SMALL = 20_000_000
_MOST_RATIO = 200
"""How many times larger than packed a part may be: XML of a worksheet is 5 to 50 times as large, a bomb 1,000 times."""
_MOST_REPEATED = 100_000
_ODS_CELLS = ("table-cell", "covered-table-cell")
_MOST_NUMBER = 10**9
_REFERENCE = re.compile(r"([A-Za-z]{1,7})([0-9]{1,8})")
_AS_CSV = "save it as CSV UTF-8"

Place = tuple[int, int]
"""Row and column of a cell, both counted from 0."""


def check_workbook(data: bytes, name: str) -> dict[str, dict[Place, str]]:
    """Return by worksheet the cells whose formula failed, with the error that they show. Raises `InputError`."""
    try:
        parts = _parts(data, name)
        if "xl/workbook.bin" in parts:
            raise InputError(f"{name} is a binary workbook (.xlsb)", help="save it as .xlsx, or as CSV UTF-8")
        if "content.xml" in parts and "xl/workbook.xml" in parts:
            raise InputError(f"{name} is two kinds of workbook at once", help=_AS_CSV)
        if "content.xml" in parts:
            return _checked_ods(parts["content.xml"], name)
        return {title: _checked(parts, path, name, title) for title, path in _sheet_paths(parts, name)}
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        raise InputError(f"{name} is not a workbook that can be read", help=_AS_CSV) from error
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise InputError(f"{name} is not a workbook that can be read: it has broken XML", help=_AS_CSV) from error


def _parts(data: bytes, name: str) -> dict[str, bytes]:
    """Return the parts that are XML by their path in lower case, as calamine compares paths.

    Sizes that the archive states are not trusted.
    """
    left, parts = MOST_BYTES, dict[str, bytes]()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if len(members) > _MOST_PARTS:
            raise InputError(f"{name} has too many parts for a workbook", help=_AS_CSV)
        for member in members:
            path = member.filename.lower().replace("\\", "/")
            if not path.endswith((".xml", ".rels", "workbook.bin")):
                continue
            if path in parts:
                raise InputError(f"{name} has a part twice, which no workbook has", help=_AS_CSV)
            most = min(left, max(_SMALL, _MOST_RATIO * min(member.compress_size, len(data))))
            member.file_size = most + 2  # read on to the end, whatever it declared
            with archive.open(member) as file:
                content = file.read(most + 1)
            left -= len(content)
            if len(content) > most:
                raise InputError(f"{name} unpacks to more than {most // 1_000_000} MB", help=_AS_CSV)
            if b"<!DOCTYPE" in content[:2_000] or b"<!ENTITY" in content[:20_000]:
                raise InputError(f"{name} has parts that no workbook has (a DTD)", help=_AS_CSV)
            parts[path] = content
    return parts


def _sheet_paths(parts: Mapping[str, bytes], name: str) -> Iterator[tuple[str, str]]:
    """Yield the worksheets of an .xlsx with the paths of their parts. Raises `InputError` for one that has none."""
    relations = {
        each.get("Id", ""): each.get("Target", "")
        for each in _elements(parts.get("xl/_rels/workbook.xml.rels"), "Relationship", name)
    }
    for sheet in _elements(parts.get("xl/workbook.xml"), "sheet", name):
        title = sheet.get("name", "")
        target = relations.get(next((value for key, value in sheet.items() if _local(key) == "id"), ""), "")
        path = posixpath.normpath(posixpath.join("/xl", target.replace("\\", "/")))[1:].lower()
        if path not in parts:
            raise InputError(f"{name}, sheet {shortened(title, 40)}: its part is missing", help=_AS_CSV)
        yield title, path


def _elements(xml: bytes | None, element: str, name: str) -> list[dict[str, str]]:
    """Return the attributes of all elements of this name."""
    found = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == element:
            found.append(attributes)

    _parse(xml or b"", name, start)
    return found


class _XlsxCells:
    """The cells of a worksheet: how far they reach, which formulas failed, and which were never computed."""

    def __init__(self) -> None:
        self.widest = self.deepest = 0
        self.errors: dict[Place, str] = {}
        self.uncomputed: list[str] = []
        self._row = self._column = 0
        self._attributes: dict[str, str] = {}
        self._formula = False
        self._value: list[str] | None = None
        self._filled = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = _local(tag)
        if tag == "c":
            self._attributes, self._formula, self._filled = attributes, False, False
            found = _REFERENCE.fullmatch(attributes.get("r", "").strip())
            if found:
                self._row, self._column = int(found[2]), _column(found[1].upper())
            else:
                self._column += 1
            self.widest, self.deepest = max(self.widest, self._column + 1), max(self.deepest, self._row)
        elif tag == "row":
            number = attributes.get("r", "").strip()
            self._row, self._column = (int(number) if number else self._row + 1), -1
            self.deepest = max(self.deepest, self._row)
        elif tag == "f":
            self._formula = True
        elif tag == "v":
            self._value = []
        elif tag == "is":
            self._filled = True

    def data(self, text: str) -> None:
        if self._value is not None:
            self._value.append(text)

    def end(self, tag: str) -> None:
        tag = _local(tag)
        if tag == "v" and self._value is not None:
            value, self._value = "".join(self._value), None
            kind = self._attributes.get("t")
            self._filled = self._filled or bool(value) or kind == "str"  # a text of no characters is a value
            if kind == "e" and value:
                self.errors[self._row - 1, self._column] = value[:40]
        elif tag == "c" and self._formula and not self._filled:
            self.uncomputed.append(f"{letter(self._column)}{self._row}")


def _checked(parts: Mapping[str, bytes], path: str, name: str, title: str) -> dict[Place, str]:
    """Return the failed formulas of a worksheet. Raises `InputError` if it is too large or was not computed."""
    cells = _XlsxCells()
    _parse(parts[path], name, cells.start, cells.end, cells.data)
    sheet = f"{name}, sheet {shortened(title, 40)}"
    _check_size(cells.widest, cells.deepest, sheet)
    _check_computed(cells.uncomputed, sheet)
    return cells.errors


class _OdsTable:
    """A table of an .ods: how far its cells reach, and the cells whose formula failed or was never computed."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.widest = self.deepest = 0
        self.errors: dict[Place, str] = {}
        self.uncomputed: list[str] = []


class _OdsCells:
    """The cells of each table of an .ods. Repeated cells count as often as they are there; blank ends don't count.

    LibreOffice keeps a failed formula as an empty text, with its error as what the cell shows.
    """

    def __init__(self) -> None:
        self.tables: list[_OdsTable] = []
        self._row = self._column = self._width = self._rows = self._cells = 0
        self._filled = self._failed = self._formula = self._typed = False
        self._shown: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = _local(tag)
        if tag == "table":
            self.tables.append(_OdsTable(_attribute(attributes, "name") or ""))
            self._row = 0
        elif tag == "table-row":
            self._column = self._width = 0
            self._rows = _repeated(attributes, "rows")
        elif tag in _ODS_CELLS:
            self._cells = _repeated(attributes, "columns")
            types = [value for key, value in attributes.items() if _local(key) == "value-type"]
            self._typed, self._failed = bool(types), "error" in types
            self._formula = _attribute(attributes, "formula") is not None
            self._filled = self._typed or self._formula
            self._shown = []
        elif tag == "p":
            self._filled = True

    def data(self, text: str) -> None:
        if self._shown is not None and self._failed:
            self._shown.append(text)

    def end(self, tag: str) -> None:
        tag = _local(tag)
        if tag in _ODS_CELLS:
            if self.tables:
                self._ended(self.tables[-1])
            self._column += self._cells
            self._width = self._column if self._filled else self._width
        elif tag == "table-row":
            self._row += self._rows
            if self._width and self.tables:
                self.tables[-1].widest = max(self.tables[-1].widest, self._width)
                self.tables[-1].deepest = self._row

    def _ended(self, table: _OdsTable) -> None:
        shown, self._shown = "".join(self._shown or ()).strip()[:40], None
        if self._failed and self._rows * self._cells <= _MOST_REPEATED:
            places = itertools.product(range(self._rows), range(self._cells))
            table.errors.update({(self._row + row, self._column + cell): shown or "#ERROR!" for row, cell in places})
        elif self._failed or (self._formula and not self._typed):
            table.uncomputed.append(f"{letter(self._column)}{self._row + 1}")


def _checked_ods(xml: bytes, name: str) -> dict[str, dict[Place, str]]:
    """Return the failed formulas by table. Raises `InputError` if a table is too large or was not computed."""
    cells = _OdsCells()
    _parse(xml, name, cells.start, cells.end, cells.data)
    for table in cells.tables:
        sheet = f"{name}, sheet {shortened(table.title, 40)}"
        _check_size(table.widest, table.deepest, sheet)
        _check_computed(table.uncomputed, sheet)
    return {table.title: table.errors for table in cells.tables}


def _check_computed(uncomputed: list[str], sheet: str) -> None:
    """Raise `InputError` if cells have a formula and no value."""
    if uncomputed:
        raise InputError(
            f"{sheet}: {first_few(uncomputed, 3)}: a formula without a value",
            help="open the file in the spreadsheet program and save it there, so that it computes its formulas",
        )


def _check_size(width: int, depth: int, sheet: str) -> None:
    if width > MOST_COLUMNS or width * depth > MOST_CELLS:
        raise InputError(
            f"{sheet} reaches to {letter(width - 1)}{depth}, which is too large",
            help="delete the empty rows and columns at its end, or save it as CSV UTF-8",
        )


def _attribute(attributes: Mapping[str, str], name: str) -> str | None:
    return next((value for key, value in attributes.items() if _local(key) == name), None)


def _repeated(attributes: Mapping[str, str], what: str) -> int:
    number = _attribute(attributes, f"number-{what}-repeated") or "1"
    return min(max(int(number[:20]), 1), _MOST_NUMBER)


def _parse(xml: bytes, name: str, start: Any, end: Any = None, data: Any = None) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data

    def refuse(*_: object) -> None:
        raise InputError(f"{name} has parts that no workbook has (a DTD)", help=_AS_CSV)

    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(xml, True)


@lru_cache(1_000)
def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _column(letters: str) -> int:
    number = 0
    for each in letters:
        number = number * 26 + ord(each) - ord("A") + 1
    return number - 1
