"""The sites of the files as a spreadsheet for people: one row a site, a column a weekday, everything text.

What it writes is read back by `dfsync.sheets.reader` without a question, and unchanged it changes nothing. Nothing
that it writes is a formula, whatever a name begins with.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import zip_longest
from typing import Any

from msgspec import Struct

from dfsync.errors import DfsyncError
from dfsync.model.exception_days import DatedException
from dfsync.model.site import Contact, Site
from dfsync.model.text import normal
from dfsync.sheets.headers.own_headers import (
    CONTACT_HEADERS,
    CONTACTS,
    DAY_HEADERS,
    EXCEPTION_HEADERS,
    EXCEPTIONS,
    EXCEPTIONS_BEFORE,
    FIELD_HEADERS,
    ID,
    LISTS,
    SITES,
)
from dfsync.sheets.output.day_cells import day_cell, day_cells
from dfsync.sheets.table.values import ExceptionTexts
from dfsync.validation.geography.zones import zone_names

_ALWAYS = (
    "name", "address.street", "address.city", "address.state", "address.country", "address.postal_code", "groups",
    "timezone", "currency",
)  # fmt: skip
"""Fields that have a column even where no site has them yet, for people to fill in."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LISTED = ("timezone", "currency", "address.country", "groups")
_MOST_ROWS = 1_000_000
_MOST_TEXT = 32_767
_LOST = re.compile("[\ufffe\uffff]|_x005[Ff]_")


class PeopleSheet(Struct, frozen=True):
    """The tables of a spreadsheet: header and rows of sites, of contacts, and of dated exceptions."""

    sites: list[list[str]]
    contacts: list[list[str]]
    exceptions: list[list[str]]
    columns: tuple[str, ...]
    """The fields of the columns of sites between the id and the days."""


def people_sheet(sites: Sequence[Site], contacts: Iterable[Contact]) -> PeopleSheet:
    """Return the tables of the sites with their contacts, in the order of ids."""
    columns = tuple(name for name in FIELD_HEADERS if name in _ALWAYS or any(site.fields.get(name) for site in sites))
    ids = {site.id for site in sites}
    return PeopleSheet(
        [[ID, *(FIELD_HEADERS[name] for name in columns), *DAY_HEADERS], *(_site_row(site, columns) for site in sites)],
        [
            list(CONTACT_HEADERS.values()),
            *([one.fields.get(name) or "" for name in CONTACT_HEADERS] for one in contacts if one.site in ids),
        ],
        [list(EXCEPTION_HEADERS), *map(list, exceptions_by_row(sites))],
        columns,
    )


def exceptions_by_row(sites: Iterable[Site]) -> dict[ExceptionTexts, tuple[Site, DatedException]]:
    """Return the dated exceptions of sites by the texts of their rows."""
    rows = {}
    for site in sites:
        for one in site.exceptions:
            note = " ".join(normal(one.note).split()) if _survives(one.note or "") else ""
            texts = (site.id, str(one.date), str(one.last), day_cell(one.spans), note, one.written_in)
            rows[texts] = site, one
    return rows


def rows_before(cells: Iterable[str]) -> set[ExceptionTexts]:
    """Return the rows of exceptions as they were written, which a hidden worksheet keeps."""
    found = set[ExceptionTexts]()
    for cell in cells:
        with suppress(ValueError):
            texts = json.loads(cell)
            if isinstance(texts, list) and len(texts) == len(EXCEPTION_HEADERS):
                id, first, last, hours, note, where = map(str, texts)
                found.add((id, first, last, hours, note, where))
    return found


Count = Callable[[int, int], None]
"""Is told how many rows are written, and of how many."""


def csv_bytes(sheet: PeopleSheet, count: Count | None = None) -> bytes:
    """Return the sites as CSV (RFC 4180), in UTF-8 with a BOM, which Excel needs to see that it is UTF-8."""
    del count
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_guarded(cell) for cell in row] for row in sheet.sites)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_bytes(sheet: PeopleSheet, count: Count | None = None) -> bytes:
    """Return all tables as a workbook. Raises `DfsyncError` without the extra."""
    out = io.BytesIO()
    book = new_workbook(out, row_by_row=True)
    book.set_properties(
        {"created": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC), "comments": "Written by dfsync sheet"}
    )
    text = book.add_format({"num_format": "@", "valign": "top"})
    head = book.add_format({"num_format": "@", "bold": True, "bg_color": "#E8EEF4", "bottom": 1})
    tables = ((SITES, sheet.sites), (CONTACTS, sheet.contacts), (EXCEPTIONS, sheet.exceptions))
    done, total = 0, sum(len(rows) for _, rows in tables)
    for title, rows in tables:
        worksheet = book.add_worksheet(title)
        width = len(rows[0])
        worksheet.set_column(0, width - 1, 18, text)
        worksheet.set_row(0, None, head)
        for number, row in enumerate(row for row in rows if _survives(row[0])):
            for column, cell in enumerate(row):
                if cell and _survives(cell):
                    worksheet.write_string(number, column, cell, text if number else head)
            if count is not None:
                count(done + number + 1, total)
        done += len(rows)
        worksheet.freeze_panes(1, 2 if title == SITES else 1)
        worksheet.autofilter(0, 0, max(len(rows) - 1, 1), width - 1)
    _add_lists(book, sheet, text)
    book.close()
    return out.getvalue()


def new_workbook(out: io.BytesIO, *, row_by_row: bool = False) -> Any:
    """Return a new workbook in which texts stay texts. Raises `DfsyncError` without the extra.

    Written row by row, cells don't stay in memory. This takes two thirds of the time.
    """
    try:
        import xlsxwriter  # type: ignore[import-untyped]
    except ImportError as error:
        raise DfsyncError(
            "writing an Excel workbook needs the extra excel",
            help="pip install 'dragonfruit-dfsync[excel]', or write a .csv",
        ) from error
    texts = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    options = {"constant_memory" if row_by_row else "in_memory": True, **texts}
    return xlsxwriter.Workbook(out, options)


def _add_lists(book: Any, sheet: PeopleSheet, text: Any) -> None:
    """Add the drop-downs: what may be chosen stands in a hidden worksheet; other values are let in as well."""
    lists = book.add_worksheet(LISTS)
    lists.hide()
    sites = book.get_worksheet_by_name(SITES)
    columns: list[list[str]] = [[] for _ in _LISTED]
    for number, name in enumerate(one for one in _LISTED if one in sheet.columns):
        column = 1 + sheet.columns.index(name)
        values = {row[column] for row in sheet.sites[1:]} - {""}
        choices = sorted({*values, *zone_names()}) if name == "timezone" else sorted(values)
        columns[number] = [FIELD_HEADERS[name], *choices]
        if choices:
            letters = "ABCDEFGH"[number]
            source = f"={LISTS}!${letters}$2:${letters}${len(choices) + 1}"
            options = {"validate": "list", "source": source, "error_type": "information", "show_error": False}
            sites.data_validation(1, column, _MOST_ROWS, column, options)
    columns.append([EXCEPTIONS_BEFORE, *map(json.dumps, sheet.exceptions[1:])])
    for number, row in enumerate(zip_longest(*columns, fillvalue="")):
        for column, cell in enumerate(row):
            if cell and _survives(cell):
                lists.write_string(number, column, cell, text)


def _site_row(site: Site, columns: Sequence[str]) -> list[str]:
    days = [""] * 7 if site.week is None else day_cells(site.week)
    return [site.id, *(_cell(site, name) for name in columns), *days]


def _cell(site: Site, name: str) -> str:
    value = site.fields.get(name)
    if isinstance(value, tuple):
        return ", ".join(value)
    return value if isinstance(value, str) else ""


def _survives(cell: str) -> bool:
    """Whether a workbook gives a text back: 32,767 characters at most, and none that XML or its readers lose.

    A cell that would not is left blank, and a row whose id would not is left out: blank changes nothing.
    """
    return len(cell) <= _MOST_TEXT and _LOST.search(cell) is None


def _guarded(cell: str) -> str:
    """Return a cell that no program takes for a formula: with an apostrophe before what begins like one."""
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell
