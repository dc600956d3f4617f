r"""From changes to CSV sheets: cells, rows, column sets, batches. Pure; bytes only at the end.

Only rows that change are written, and in them only the required columns and the columns that change for that row; rows
with the same set of columns travel together. RFC 4180, UTF-8 without BOM, `\r\n`; the same plan gives the same bytes.
Source: the Sites API, "Import Sites and/or Site Contacts".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dfsync.model.fields import COLUMNS, FIELD, ID_COLUMN
from dfsync.model.settings import ApiSettings, ContactCsv
from dfsync.model.values import from_json, to_cell
from dfsync.plan.values import Change, ChangeKind


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file: its bytes, and the change that each row after the header came from."""

    kind: ChangeKind
    columns: tuple[str, ...]
    rows: tuple[Change, ...]
    data: bytes

    def halves(self) -> tuple[Sheet, Sheet]:
        """Return the rows in two sheets of the same columns; the sheet must have two rows or more."""
        middle = len(self.rows) // 2
        first, second = (sheet(self.kind, self.columns, rows) for rows in (self.rows[:middle], self.rows[middle:]))
        return first, second

    def without(self, rows: Sequence[Change]) -> Sheet:
        """Return the sheet without some of its rows."""
        left_out = {change.id for change in rows}
        return sheet(self.kind, self.columns, tuple(change for change in self.rows if change.id not in left_out))


def site_sheets(changes: Iterable[Change], settings: ApiSettings) -> Iterator[Sheet]:
    """Yield the sheets of site changes, in the order of sending."""
    order = {column: position for position, column in enumerate(COLUMNS)}
    return _sheets(ChangeKind.SITE, changes, order, settings)


def contact_sheets(changes: Iterable[Change], contact_csv: ContactCsv, settings: ApiSettings) -> Iterator[Sheet]:
    """Yield the sheets of contact changes, in the order of sending."""
    order = {column: position for position, column in enumerate(contact_csv.columns.values())}
    return _sheets(ChangeKind.CONTACT, changes, order, settings)


def sheet(kind: ChangeKind, columns: tuple[str, ...], rows: tuple[Change, ...]) -> Sheet:
    """Return the sheet of these rows, all of which have these columns."""
    lines = [encoded(columns), *(encoded([cells(change)[column] for column in columns]) for change in rows)]
    return Sheet(kind, columns, rows, b"".join(lines))


def cells(change: Change) -> dict[str, str]:
    """Return the cells of a change by column: its key, the required columns, and what changes."""
    row = {ID_COLUMN: change.id} if change.kind is ChangeKind.SITE else {}
    row.update(change.required)
    for field in change.fields:
        known = FIELD.get(field.field) if change.kind is ChangeKind.SITE else None
        row[field.column] = to_cell(from_json(known, field.after)) if known else str(field.after or "")
    return row


def encoded(row: Sequence[str]) -> bytes:
    r"""Return one CSV line (RFC 4180), UTF-8, ended by `\r\n`."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(row)
    return buffer.getvalue().encode("utf-8")


def _sheets(
    kind: ChangeKind, changes: Iterable[Change], order: dict[str, int], settings: ApiSettings
) -> Iterator[Sheet]:
    by_columns: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        columns = tuple(sorted(cells(change), key=lambda column: (order.get(column, len(order)), column)))
        by_columns.setdefault(columns, []).append(change)
    for columns in sorted(by_columns, key=lambda columns: [order.get(column, len(order)) for column in columns]):
        rows = sorted(by_columns[columns], key=lambda change: change.id)
        for batch in _batches(rows, columns, settings):
            yield sheet(kind, columns, batch)


def _batches(rows: list[Change], columns: tuple[str, ...], settings: ApiSettings) -> Iterator[tuple[Change, ...]]:
    header = len(encoded(columns))
    batch: list[Change] = []
    size = header
    for change in rows:
        row = cells(change)
        length = len(encoded([row[column] for column in columns]))
        if batch and (len(batch) >= settings.batch_rows or size + length > settings.batch_bytes):
            yield tuple(batch)
            batch, size = [], header
        batch.append(change)
        size += length
    if batch:
        yield tuple(batch)
