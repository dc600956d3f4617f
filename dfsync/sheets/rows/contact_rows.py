"""Reads contacts from a table in which each row is a contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from dfsync.model.damage import unwrapped
from dfsync.model.site import Desired
from dfsync.sheets.table.cells import Cell, is_blank, text_of
from dfsync.sheets.table.damage import damaged_contact, doubt, error_shown
from dfsync.sheets.table.site_ids import IdProblem, SiteIds
from dfsync.sheets.table.values import DAMAGED_VALUE, NO_ID, CellProblem, ProblemKind, Table


class ContactRows(Struct):
    """The contacts of a table by field, and the cells that can't be read."""

    contacts: list[Mapping[str, str]] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=dict)
    """Notes about cells that are taken, and where the cells are."""


def contacts_in(
    table: Table, fields: Mapping[int, str], desired: Desired, key: Sequence[str], *, force: bool
) -> ContactRows:
    """Return the contacts of the rows. With `force`, damaged cells are taken, but no id that lost its zeros."""
    return _ContactRows(table, fields, desired, key, force=force).read()


class _ContactRows:
    def __init__(
        self, table: Table, fields: Mapping[int, str], desired: Desired, key: Sequence[str], *, force: bool
    ) -> None:
        self._table, self._fields, self._desired, self._key, self._force = table, fields, desired, key, force
        self._columns = {name: column for column, name in fields.items()}
        self._ids = SiteIds(desired, force=force)
        self._found = ContactRows()

    def read(self) -> ContactRows:
        for number, row in self._table.rows:
            filled = {
                self._fields[column]: row[column]
                for column in self._fields
                if column < len(row) and not is_blank(row[column])
            }
            if filled and (id := self._site(number, filled.pop("site", None))) is not None:
                self._found.contacts.append(self._contact(number, id, filled))
        return self._found

    def _site(self, number: int, cell: Cell) -> str | None:
        if cell is None:
            reason = "the row has no site id: fill it in, or take the row out"
            self._problem(ProblemKind.UNREADABLE, number, "site", cell, reason, code=NO_ID)
            return None
        text = text_of(cell)
        read = self._ids.of(cell, unwrapped(text) or text)
        if isinstance(read, IdProblem):
            self._problem(read.kind, number, "site", cell, read.reason, read.meant or "", read.meant)
            return None
        if read not in self._desired.sites:
            self._tell(number, "site", doubt(text, "id"))
        return read

    def _contact(self, number: int, id: str, filled: Mapping[str, Cell]) -> Mapping[str, str]:
        cells = {"site": id}
        for name, cell in filled.items():
            if reason := error_shown(cell):
                self._problem(ProblemKind.UNREADABLE, number, name, cell, reason, id)
            else:
                text = text_of(cell)
                cells[name] = unwrapped(text) or text
                self._tell(number, name, doubt(text, name))
        for name, (reason, expected) in (
            {} if self._force else damaged_contact(cells, self._desired, self._key)
        ).items():
            self._problem(ProblemKind.DAMAGED, number, name, cells.pop(name), reason, id, expected)
        return cells

    def _tell(self, row: int, name: str, note: str | None) -> None:
        if note is not None:
            self._found.notes.setdefault(note, []).append(self._table.where(row, self._columns[name]))

    def _problem(  # noqa: PLR0913, PLR0917  (the fields of the problem)
        self,
        kind: ProblemKind,
        row: int,
        name: str,
        cell: Cell,
        reason: str,
        site: str = "",
        expected: str | None = None,
        code: str = DAMAGED_VALUE,
    ) -> None:
        column = self._columns[name]
        place = (self._table, row, column, text_of(cell), reason, site, f"contact.{name}", expected, code)
        self._found.problems.append(CellProblem(kind, *place))
