"""Which cells of a row are sent: its key, the required columns, and what changes for that row.

No other cell is sent, so that an edit made elsewhere in the meantime is not overwritten.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from dfsync.diff.changes import Change
from dfsync.model.fields import ID_COLUMN
from dfsync.model.kind import Kind
from dfsync.model.values import to_cell


def cells(change: Change) -> dict[str, str]:
    """Return the cells of a change by column: its key, the required columns, and what changes."""
    row = {ID_COLUMN: change.id} if change.kind is Kind.SITE else {}
    row.update(change.required)
    for field in change.fields:
        row[field.column] = to_cell(field.after)
    return row


def columns(change: Change, order: Mapping[str, int]) -> tuple[str, ...]:
    """Return the columns of a change's cells, in the order of the API's."""
    columns = {ID_COLUMN} if change.kind is Kind.SITE else set()
    columns.update(column for column, _ in change.required)
    columns.update(field.column for field in change.fields)
    return tuple(sorted(columns, key=lambda column: (order.get(column, len(order)), column)))


def encoded(row: Sequence[str]) -> bytes:
    r"""Return one CSV line (RFC 4180), UTF-8, ended by `\r\n`."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(row)
    return buffer.getvalue().encode("utf-8")
