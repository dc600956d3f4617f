"""Reads the sites of a table from its rows: texts, hours, contacts, and cells that can't be taken."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from dfsync.model.column_targets import hours_column
from dfsync.model.damage import unwrapped
from dfsync.model.fields import FIELD, FieldKind
from dfsync.model.hours.write import cell as hours_cell
from dfsync.model.site import Desired, Site
from dfsync.model.text import counted, normal, shortened
from dfsync.sheets.rows.site_hours import HoursReader
from dfsync.sheets.table.cells import Cell, is_blank, text_of
from dfsync.sheets.table.damage import damage, damaged_contact, doubt, error_shown
from dfsync.sheets.table.site_ids import IdProblem, SiteIds
from dfsync.sheets.table.values import (
    DAMAGED_VALUE,
    NO_ID,
    SITE_TWICE,
    UNREADABLE_HOURS,
    CellProblem,
    ColumnMapping,
    ProblemKind,
    Row,
    SheetError,
    SiteRow,
    Table,
)

_ONE_ROW = "a site has one row; hours of several days or spans stand in columns of their own"


class TableReading(Struct):
    """The sites of a table, the cells that are not taken, and how ambiguous ones were read."""

    rows: list[SiteRow] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=dict)
    undecided: dict[str, CellProblem] = field(default_factory=dict)


def read_rows(
    table: Table, mapping: ColumnMapping, desired: Desired, contact_key: Sequence[str], *, force: bool
) -> TableReading:
    """Read the rows of a table. With `force`, what the spreadsheet damaged is taken as it is. Raises `InputError`."""
    return _Rows(table, mapping, desired, contact_key, force=force).read()


class _Rows:
    def __init__(
        self, table: Table, mapping: ColumnMapping, desired: Desired, contact_key: Sequence[str], *, force: bool
    ) -> None:
        self._contact_key = contact_key
        self._table, self._mapping, self._desired, self._force = table, mapping, desired, force
        targets = mapping.targets
        self._id = next(column for column, target in targets.items() if target == "id")
        self._hours = HoursReader(table, targets, mapping.closing, mapping.blank_days)
        self._plain = {
            column: target for column, target in targets.items() if target != "id" and hours_column(target) is None
        }
        self._ids = SiteIds(desired, force=force)
        self._found = TableReading()

    def read(self) -> TableReading:
        seen: dict[str, int] = {}
        twice: list[CellProblem] = []
        for number, row in self._table.rows:
            id = self._site_id(number, row)
            if id is None:
                continue
            if (first := seen.setdefault(id, number)) != number:
                reason = f"the site {shortened(id, 40)} stands in row {first} already"
                text = text_of(row[self._id])
                place = (self._table, number, self._id, text, reason, id, "id")
                twice.append(CellProblem(ProblemKind.UNREADABLE, *place, code=SITE_TWICE))
                continue
            self._found.rows.append(self._row(id, number, row))
        if twice:
            more = f"; so do {counted(len(twice) - 1, 'other row')}" if len(twice) > 1 else ""
            raise SheetError(f"{twice[0].place}: {twice[0].reason}{more}", twice, help=_ONE_ROW)
        return self._found

    def _site_id(self, number: int, row: Row) -> str | None:
        cell = row[self._id] if self._id < len(row) else None
        if is_blank(cell):
            if any(column < len(row) and not is_blank(row[column]) for column in self._mapping.targets):
                reason = "the row has no site id: fill it in, or take the row out"
                self._problem(ProblemKind.UNREADABLE, number, self._id, None, reason, "", "id", code=NO_ID)
            return None
        read = self._ids.of(cell, _unguarded(text_of(cell)) if self._mapping.own else _text(cell))
        if isinstance(read, IdProblem):
            self._problem(read.kind, number, self._id, cell, read.reason, read.meant or "", "id", read.meant)
            return None
        if read not in self._desired.sites:
            self._tell(number, self._id, doubt(text_of(cell), "id"))
        return read

    def _row(self, id: str, number: int, row: Row) -> SiteRow:
        site = self._desired.sites.get(id)
        cells: dict[str, str] = {}
        contact: dict[str, str] = {}
        for column, target in self._plain.items():
            if column >= len(row) or is_blank(row[column]):
                continue
            cell = row[column]
            there = _there(site, target)
            if (reason := error_shown(cell)) and text_of(cell) != there:
                self._problem(ProblemKind.UNREADABLE, number, column, cell, reason, id, target, there)
                continue
            if there is not None and not self._force and (reason := damage(cell, there)):
                self._problem(ProblemKind.DAMAGED, number, column, cell, reason, id, target, there)
                continue
            if _text(cell) != there:
                self._tell(number, column, doubt(text_of(cell), target.rpartition(".")[2]))
            if target.startswith("contact."):
                contact[target.removeprefix("contact.")] = _text(cell)
            else:
                cells[target] = self._value(target, cell, there)
        self._check_contact(id, number, row, contact)
        hours = self._hours_of(id, number, row, site) if self._hours.columns else None
        columns = {target: column for column, target in self._mapping.targets.items()}
        return SiteRow(id, number, cells, columns, hours, contact)

    def _check_contact(self, id: str, number: int, row: Row, contact: dict[str, str]) -> None:
        """Take what is damaged out of a contact."""
        damaged = {} if self._force else damaged_contact({"site": id, **contact}, self._desired, self._contact_key)
        for name, (reason, expected) in damaged.items():
            target = f"contact.{name}"
            column = next(column for column, meaning in self._plain.items() if meaning == target)
            self._problem(ProblemKind.DAMAGED, number, column, row[column], reason, id, target, expected)
            del contact[name]

    def _value(self, target: str, cell: Cell, there: str | None) -> str:
        text = text_of(cell)
        if text == there:
            return text
        text = _unguarded(text) if self._mapping.own else _text(cell)
        if FIELD[target].kind is FieldKind.GROUPS and "," not in text and not self._mapping.own:
            return ",".join(part.strip() for part in re.split(r"[;|\n]", text) if part.strip())
        return text

    def _hours_of(self, id: str, number: int, row: Row, site: Site | None) -> str | None:
        read = self._hours.read(row, site.week if site is not None else None)
        for one in read.problems:
            code = DAMAGED_VALUE if error_shown(one.value) else UNREADABLE_HOURS
            self._problem(
                ProblemKind.UNREADABLE, number, one.column, one.value, one.reason, id, "operational_hours", code=code
            )
        for column, note in read.notes:
            self._tell(number, column, note)
        for setting, (column, value) in read.undecided.items():
            place = (self._table, number, column, value, setting, id, "operational_hours")
            problem = CellProblem(ProblemKind.UNDECIDED, *place, code=UNREADABLE_HOURS)
            self._found.undecided.setdefault(setting, problem)
        if read.problems or read.week is None:
            return None
        return hours_cell(read.week)

    def _tell(self, row: int, column: int, note: str | None) -> None:
        if note is not None:
            self._found.notes.setdefault(note, []).append(self._table.where(row, column))

    def _problem(  # noqa: PLR0913, PLR0917  (the fields of the problem)
        self,
        kind: ProblemKind,
        row: int,
        column: int,
        cell: Cell,
        reason: str,
        site: str,
        target: str,
        expected: str | None = None,
        code: str = DAMAGED_VALUE,
    ) -> None:
        self._found.problems.append(
            CellProblem(kind, self._table, row, column, text_of(cell), reason, site, target, expected, code)
        )


def _text(cell: Cell) -> str:
    text = text_of(cell)
    return unwrapped(text) or text


def _unguarded(text: str) -> str:
    """Return a text without the apostrophe by which `dfsync sheet` keeps it from being a formula."""
    return text[1:] if text[:1] == "'" and text.lstrip("'")[:1] in tuple("=+-@\t\r") else text


def _there(site: Site | None, target: str) -> str | None:
    """Return the text that the files have of a field."""
    value = site.fields.get(target) if site is not None else None
    if isinstance(value, tuple):
        return ", ".join(value)
    return value if isinstance(value, str) and normal(value) else None


def contacts_of(rows: list[SiteRow]) -> list[Mapping[str, str]]:
    """Return the contacts in columns of the rows of sites."""
    return [{"site": row.id, **row.contact} for row in rows if row.contact]
