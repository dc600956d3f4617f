"""Reads an uploaded CSV: its columns, its numbered rows, and what is wrong with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from msgspec import Struct

from dfsync.sandbox.backend.cells import problem
from dfsync.sandbox.settings import SandboxSettings


class SheetRefusedError(Exception):
    """The upload can't be read as a CSV, or is too large. `status` is the HTTP status of the answer."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class RowFault(Struct, frozen=True):
    """A CsvErrorObject of the Sites API."""

    row: int
    column: str
    value: str
    error_msg: str


class UploadedRow(Struct, frozen=True):
    """A row as it was sent: its number as the server counts, and its cells by column."""

    number: int
    cells: dict[str, str]

    def error(self, column: str, reason: str, key: str) -> RowFault:
        """Return the row's error in the form of the documents' example."""
        message = f"Invalid {column} for {key} on row {self.number}: {reason}"
        return RowFault(self.number, column, self.cells.get(column, ""), message)


class UploadedSheet(Struct, frozen=True):
    """A sheet that could be read. If its header has errors, it has no rows."""

    rows: tuple[UploadedRow, ...]
    errors: tuple[RowFault, ...] = ()


def read_sheet(
    name: str, data: bytes, columns: Sequence[str], required: Sequence[str], settings: SandboxSettings
) -> UploadedSheet:
    """Read a sheet. Raises SheetRefusedError if it is no CSV in UTF-8, or has too many rows."""
    try:
        records = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SheetRefusedError(f"{name} is not a CSV in UTF-8: {error}") from error
    records = [record for record in records if record]
    if not records:
        raise SheetRefusedError(f"{name} is empty")
    header, body = records[0], records[1:]
    if len(body) > settings.max_upload_rows:
        raise SheetRefusedError(f"{name} has {len(body)} rows, more than {settings.max_upload_rows}", 413)
    errors = _header_errors(header, columns, required, settings.row_base)
    if errors:
        return UploadedSheet((), tuple(errors))
    return _read_rows(header, body, settings)


def cell_errors(row: UploadedRow, key: str) -> list[RowFault]:
    """Return an error for each cell of the row that its column does not accept."""
    reasons = ((column, problem(column, value)) for column, value in row.cells.items() if value)
    return [row.error(column, reason, key) for column, reason in reasons if reason]


def _header_errors(
    header: Sequence[str], columns: Sequence[str], required: Sequence[str], number: int
) -> list[RowFault]:
    errors = [RowFault(number, name, name, f"Unknown column {name!r}") for name in header if name not in columns]
    errors += [
        RowFault(number, name, name, f"Column {name!r} appears twice")
        for name in dict.fromkeys(header)
        if header.count(name) > 1
    ]
    errors += [RowFault(number, name, "", f"Missing column {name!r}") for name in required if name not in header]
    return errors


def _read_rows(header: Sequence[str], body: Sequence[Sequence[str]], settings: SandboxSettings) -> UploadedSheet:
    rows: list[UploadedRow] = []
    errors: list[RowFault] = []
    for number, record in enumerate(body, settings.first_row):
        if len(record) != len(header):
            message = f"Row {number} has {len(record)} cells, the header has {len(header)}"
            errors.append(RowFault(number, "", "", message))
            continue
        cells = [cell.strip() for cell in record] if settings.trim else record
        rows.append(UploadedRow(number, dict(zip(header, cells, strict=True))))
    return UploadedSheet(tuple(rows), tuple(errors))
