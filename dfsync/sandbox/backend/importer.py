"""The import: each valid row creates or updates; each wrong row is reported and changes nothing.

Source: the Sites API, "Import Sites and/or Site Contacts". Only the columns of the sheet are changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import asdict

from dfsync.model.fields import COLUMNS, ID_COLUMN
from dfsync.sandbox.backend.cells import stored
from dfsync.sandbox.backend.database import Database
from dfsync.sandbox.backend.sheets import (
    RowFault,
    SheetRefusedError,
    UploadedRow,
    UploadedSheet,
    cell_errors,
    read_sheet,
)
from dfsync.sandbox.backend.sites import Sites
from dfsync.sandbox.settings import SandboxSettings

NAME_COLUMN = "Site Name"


class Importer:
    """Applies sheets to the sites and contacts of a database."""

    def __init__(self, database: Database, sites: Sites, settings: SandboxSettings) -> None:
        self._database = database
        self._sites = sites
        self._settings = settings

    def run(self, sites: bytes | None, contacts: bytes | None) -> dict[str, list[dict[str, Any]]]:
        """Import one or two sheets, sites first, and return the CsvErrorObjects of each.

        Raises SheetRefusedError if a sheet can't be read, or if the settings refuse uploads with wrong rows. Nothing is
        changed then.
        """
        site_sheet, contact_sheet = self._read_sites(sites), self._read_contacts(contacts)
        with self._database.transaction():
            errors = {
                "sites": self._import(site_sheet, self._import_site),
                "site_contacts": self._import(contact_sheet, self._import_contact),
            }
            self._refuse(errors)
        return {sheet: [asdict(error) for error in sorted(found, key=_row)] for sheet, found in errors.items()}

    def _read_sites(self, data: bytes | None) -> UploadedSheet:
        return UploadedSheet(()) if data is None else read_sheet("sites", data, COLUMNS, [ID_COLUMN], self._settings)

    def _read_contacts(self, data: bytes | None) -> UploadedSheet:
        columns = self._settings.contact_columns
        required = dict.fromkeys([columns[0], *self._settings.contact_key])
        return (
            UploadedSheet(())
            if data is None
            else read_sheet("site_contacts", data, columns, [*required], self._settings)
        )

    def _refuse(self, errors: dict[str, list[RowFault]]) -> None:
        wrong = sum(len(found) for found in errors.values())
        if wrong and self._settings.bad_rows != "report":
            status = 400 if self._settings.bad_rows == "refuse_400" else 422
            raise SheetRefusedError(f"the upload has {wrong} invalid rows", status)

    def _import(self, sheet: UploadedSheet, take: Callable[[UploadedRow], list[RowFault]]) -> list[RowFault]:
        """Import the rows of a sheet and return its errors. A setting says what an error means for the other rows."""
        with self._database.attempt() as undo:
            errors = [*sheet.errors, *(error for row in sheet.rows for error in take(row))]
            if errors and self._settings.on_row_errors == "reject_sheet":
                undo()
        return errors

    def _import_site(self, row: UploadedRow) -> list[RowFault]:
        id = row.cells[ID_COLUMN]
        if not id:
            return [RowFault(row.number, ID_COLUMN, "", f"Missing Site ID on row {row.number}")]
        existing = self._sites.get(id)
        errors = cell_errors(row, f"Site ID {id}")
        merged = self._merged(existing or {}, row)
        if not merged.get(NAME_COLUMN):
            errors.append(row.error(NAME_COLUMN, "A site needs a name", f"Site ID {id}"))
        if not errors:
            self._sites.put_imported(self._with_values(existing or {}, merged, row))
        return errors

    def _import_contact(self, row: UploadedRow) -> list[RowFault]:
        key = [row.cells[column] for column in self._settings.contact_key]
        if not all(key):
            missing = next(column for column in self._settings.contact_key if not row.cells[column])
            return [RowFault(row.number, missing, "", f"Missing {missing} on row {row.number}")]
        site_column = self._settings.contact_columns[0]
        label = f"Site ID {row.cells[site_column]}"
        errors = cell_errors(row, label)
        if self._sites.get(row.cells[site_column]) is None:
            errors.append(row.error(site_column, "Unknown site", label))
        if not errors:
            existing = self._sites.get_contact(key) or dict.fromkeys(self._settings.contact_columns)
            self._sites.put_contact(key, self._merged(existing, row))
        return errors

    def _merged(self, existing: dict[str, Any], row: UploadedRow) -> dict[str, Any]:
        """Return the stored values with those of the row over them. A setting says what a blank cell does."""
        blank = {} if self._settings.blank_cells == "keep" else {c: None for c, value in row.cells.items() if not value}
        return existing | blank | {column: value for column, value in row.cells.items() if value}

    def _with_values(self, existing: dict[str, Any], merged: dict[str, Any], row: UploadedRow) -> dict[str, Any]:
        """Return the values to store, with those of the row as this server writes them."""
        values = {column: stored(column, value) for column, value in row.cells.items() if value}
        for column, value in values.items():
            if column == ID_COLUMN or not isinstance(value, str):
                continue
            before = existing.get(column)
            if self._settings.equal_text == "folded" and isinstance(before, str) and _folded(before) == _folded(value):
                values[column] = before
            else:
                values[column] = _WRITTEN[self._settings.stored_text](value)
        return merged | values


_WRITTEN: dict[str, Callable[[str], str]] = {
    "as_sent": str,
    "upper_case": str.upper,
    "lower_case": str.lower,
    "single_spaces": lambda text: " ".join(text.split()),
    "cut_20": lambda text: text[:20],
}


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


def _row(error: RowFault) -> int:
    return error.row
