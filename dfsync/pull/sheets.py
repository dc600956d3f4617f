"""The spreadsheets that were uploaded until now: CSVs of sites and of contacts, as people and programs save them.

Columns in any order, commas, semicolons or tabs, a BOM, Excel's `sep=` line. What a file holds is told by its header. A
blank cell says nothing. Source of the columns: the Sites API, "ExportedSite fields"; `contact_csv` for contacts.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dfsync.errors import InputError
from dfsync.files.export_file import read_bytes, saved_sites
from dfsync.files.storage.encodings import UTF_8, decoded
from dfsync.model.fields import COLUMNS, ID_COLUMN
from dfsync.model.live import LiveSite
from dfsync.model.settings import ContactCsv
from dfsync.model.text import normal, shortened
from dfsync.pull.values import Incoming
from dfsync.validation.suggest import nearest

_SEPARATOR_LINE = re.compile(r"sep=(.)(?:\r\n|\r|\n|\Z)")
_DELIMITERS = ",;\t"
_MOST_CELL = 1_000_000
_MOST_MEANT = 50


@dataclass(frozen=True, slots=True)
class Sheets:
    """What files bring: sites, contacts by field, and what is worth telling about the files."""

    sites: tuple[Incoming, ...] = ()
    contacts: tuple[Mapping[str, str], ...] = ()
    remarks: tuple[str, ...] = ()


def read_files(paths: Sequence[Path], contact_csv: ContactCsv) -> Sheets:
    """Read saved exports and CSVs. Raises `InputError` for what is neither, and for a site or contact twice."""
    sites: dict[str, Incoming] = {}
    contacts: dict[str, Mapping[str, str]] = {}
    remarks: list[str] = []
    for path in paths:
        name = shortened(str(path))
        data = read_bytes(path)
        if data.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] in (b"[", b"{"):
            found = Sheets(tuple(Incoming(site) for site in saved_sites(data, name)))
        else:
            found = _sheet(data, name, contact_csv)
        for one in found.sites:
            if sites.setdefault(one.live.id, one) is not one:
                raise InputError(f"{name} has the site {shortened(one.live.id, 40)} a second time")
        for contact in found.contacts:
            key = "/".join(normal(contact.get(part)) for part in contact_csv.key)
            if contacts.setdefault(key, contact) is not contact:
                raise InputError(f"{name} has a contact of site {shortened(contact.get('site', ''), 40)} a second time")
        remarks += found.remarks
    return Sheets(tuple(sites.values()), tuple(contacts.values()), tuple(remarks))


def _sheet(data: bytes, name: str, contact_csv: ContactCsv) -> Sheets:
    text, encoding = decoded(data, name)
    remarks = [] if encoding == UTF_8 else [f"{name} was read as {encoding}"]
    header, rows = _table(text, name, (*COLUMNS, *contact_csv.columns.values()))
    of_sites = _places(header, {column: column for column in COLUMNS}, name)
    of_contacts = _places(header, {column: field for field, column in contact_csv.columns.items()}, name)
    site_column = contact_csv.columns.get("site")
    own_of_sites, own_of_contacts = len(of_sites.keys() - {ID_COLUMN}), len(of_contacts.keys() - {"site"})
    is_sites = own_of_sites > own_of_contacts
    places, id = (of_sites, ID_COLUMN) if is_sites else (of_contacts, "site")
    if own_of_sites == own_of_contacts or id not in places:
        site_column = contact_csv.columns.get("site")
        raise InputError(
            f"{name}, line 1: the header is neither that of the site sheet nor that of the contact sheet",
            help=f"it needs {ID_COLUMN} and Site Name, or {site_column} and the columns of contact_csv in dfsync.yaml",
        )
    left_out = [column for number, column in enumerate(header) if column and number not in places.values()]
    if left_out:
        there = set(map(_folded, header))
        known = COLUMNS if is_sites else contact_csv.columns.values()
        remarks.append(_left_out(name, left_out, [column for column in known if _folded(column) not in there]))
    cells = list(_cells(rows, len(header), places, id, name))
    if is_sites:
        return Sheets(tuple(Incoming(LiveSite(row), partial=True) for row in cells), (), tuple(remarks))
    return Sheets((), tuple(cells), tuple(remarks))


def _left_out(name: str, columns: Sequence[str], lacking: Sequence[str]) -> str:
    """Tell the columns that are not read, and which one of those that the sheet lacks each may be."""
    words = []
    for number, column in enumerate(columns):
        meant = nearest(column, lacking) if number < _MOST_MEANT else None
        words.append(shortened(column, 40) + (f" (did you mean {shortened(meant, 40)}?)" if meant else ""))
    return f"{name}: columns left out: {', '.join(words)}"


def _table(text: str, name: str, known: Sequence[str]) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """Return the header and the rows with their line numbers, split at the delimiter that makes most columns known."""
    skipped = 0
    if declared := _SEPARATOR_LINE.match(text):
        text, skipped = text[declared.end() :], 1
    folded = {_folded(column) for column in known}

    def known_columns(delimiter: str) -> int:
        return sum(_folded(cell) in folded for cell in next(_rows(text, delimiter, name, 0), (0, []))[1])

    delimiter = max(declared[1] if declared else _DELIMITERS, key=known_columns)
    rows = _rows(text, delimiter, name, skipped)
    _, header = next(rows, (0, []))
    return header, rows


def _rows(text: str, delimiter: str, name: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with the line that it ends on."""
    csv.field_size_limit(_MOST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            line = reader.line_num + skipped
            raise InputError(f"{name}, line {line}: not CSV: {error}", help="save the spreadsheet anew") from error
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield reader.line_num + skipped, row


def _places(header: Sequence[str], names: Mapping[str, str], name: str) -> dict[str, int]:
    """Return where the columns with these names stand, by what each name stands for."""
    folded = {_folded(column): meaning for column, meaning in names.items()}
    places: dict[str, int] = {}
    for number, column in enumerate(header):
        meaning = folded.get(_folded(column))
        if meaning is not None and places.setdefault(meaning, number) != number:
            raise InputError(f"{name}, line 1: the column {shortened(column, 40)} is there twice")
    return places


def _cells(
    rows: Iterator[tuple[int, list[str]]], width: int, places: Mapping[str, int], id: str, name: str
) -> Iterator[dict[str, str]]:
    """Yield the cells of each row that are not blank."""
    lines: dict[str, int] = {}
    for line, row in rows:
        cells = {meaning: row[place] for meaning, place in places.items() if place < len(row) and row[place].strip()}
        if id not in cells:
            raise InputError(f"{name}, line {line}: the row has no site id", help="fill it in, or take the row out")
        if any(cell.strip() for cell in row[width:]):
            raise InputError(f"{name}, line {line}: more cells than the header has", help="save the spreadsheet anew")
        cells[id] = cells[id].strip()
        if id == ID_COLUMN and lines.setdefault(cells[id], line) != line:
            first = lines[cells[id]]
            raise InputError(f"{name}, line {line}: the site {shortened(cells[id], 40)} stands in line {first} already")
        yield cells


def _folded(column: str) -> str:
    return " ".join(column.split()).casefold()
