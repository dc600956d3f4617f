"""The columns of a table of contacts: those of `contact_csv` in dfsync.yaml, or of `dfsync sheet`."""

from __future__ import annotations

from collections.abc import Mapping

from dfsync.model.settings import ContactCsv
from dfsync.model.text import shortened
from dfsync.sheets.columns.proposal import propose
from dfsync.sheets.table.cells import folded_header
from dfsync.sheets.table.values import SheetError, Table, header_problem


def is_contact_table(table: Table, contact_csv: ContactCsv) -> bool:
    """Whether each row of a table is a contact: it has the columns of the contact sheet, and none of a site."""
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
                reason = f"the column {shortened(header, 40)} is there twice"
                problem = header_problem(table, number, reason)
                raise SheetError(f"{problem.place}: {reason}", [problem])
            found[number] = name
    return found
