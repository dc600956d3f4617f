"""Contacts in a table of their own: a row a contact, in the columns of `contact_csv` or of `dfsync sheet`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dfsync.errors import InputError
from dfsync.model.settings import ContactCsv
from dfsync.model.site import Desired
from dfsync.model.text import shortened
from dfsync.sheets.cells import folded_header, is_blank, text_of
from dfsync.sheets.damage import damaged_contact, error_shown
from dfsync.sheets.proposal import propose
from dfsync.sheets.values import CellProblem, ProblemKind, Table


def is_contact_table(table: Table, contact_csv: ContactCsv) -> bool:
    """Whether a table has a row a contact: the columns of the contact sheet, and none of a site's."""
    fields = contact_fields(table, contact_csv.columns).values()
    if not set(contact_csv.key) <= set(fields):
        return False
    return not any(
        one.target and one.target != "id" and not one.target.startswith("contact.")
        for one in propose(table)
        if folded_header(one.header) not in {folded_header(column) for column in contact_csv.columns.values()}
    )


def contact_fields(table: Table, columns: Mapping[str, str]) -> dict[int, str]:
    """Return the fields of contacts by the numbers of their columns; `columns` are the headers by field."""
    fields = {folded_header(column): name for name, column in columns.items()}
    found: dict[int, str] = {}
    for number, header in enumerate(table.headers):
        if (name := fields.get(folded_header(header))) is not None:
            if name in found.values():
                where = table.where(table.header_row, number)
                raise InputError(f"{where}: the column {shortened(header, 40)} is there twice")
            found[number] = name
    return found


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
