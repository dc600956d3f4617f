"""What the rows of a table of contacts say: a row a contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dfsync.errors import InputError
from dfsync.model.site import Desired
from dfsync.sheets.table.cells import is_blank, text_of
from dfsync.sheets.table.damage import damaged_contact, error_shown
from dfsync.sheets.table.values import CellProblem, ProblemKind, Table


@dataclass(slots=True)
class ContactRows:
    """The contacts of a table by field, and the cells that nobody can read."""

    contacts: list[Mapping[str, str]] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)


def contacts_in(
    table: Table, fields: Mapping[int, str], desired: Desired, key: Sequence[str], *, force: bool
) -> ContactRows:
    """Return the contacts of the rows. With `force`, damaged cells are taken. Raises `InputError` without a site."""
    found = ContactRows()
    columns = {name: column for column, name in fields.items()}
    for number, row in table.rows:
        filled = {column: row[column] for column in fields if column < len(row) and not is_blank(row[column])}
        if not filled:
            continue
        lost = {column: reason for column, cell in filled.items() if (reason := error_shown(cell))}
        cells = {fields[column]: text_of(cell) for column, cell in filled.items() if column not in lost}
        found.problems += [
            CellProblem(
                ProblemKind.UNREADABLE,
                table,
                number,
                column,
                text_of(filled[column]),
                reason,
                cells.get("site", ""),
                f"contact.{fields[column]}",
            )
            for column, reason in lost.items()
        ]
        if any(fields[column] == "site" for column in lost):
            continue
        if "site" not in cells:
            raise InputError(f"{table.where(number)}: the row has no site id", help="fill it in, or take the row out")
        for name, (reason, expected) in ({} if force else damaged_contact(cells, desired, key)).items():
            site, damaged = cells["site"], cells.pop(name)
            place = (table, number, columns[name], damaged, reason, site, f"contact.{name}", expected)
            found.problems.append(CellProblem(ProblemKind.DAMAGED, *place))
        found.contacts.append(cells)
    return found
