r"""The CSV sheets that are uploaded. Rows with the same columns go into one sheet, which is split into batches. Pure.

RFC 4180, UTF-8 without BOM, `\r\n`. The same plan always gives the same bytes. Source: the Sites API, "Import Sites
and/or Site Contacts".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from dfsync.diff.changes import Change
from dfsync.model.fields import COLUMNS
from dfsync.model.kind import Kind
from dfsync.model.settings import ApiSettings, ContactCsv
from dfsync.render.cells import cells, encoded
from dfsync.render.cells import columns as columns_of

_Row = tuple[Change, bytes]  # a change, and its line of CSV


class UploadSheet(Struct, frozen=True):
    """A CSV file: its bytes, and the change behind each row after the header."""

    kind: Kind
    columns: tuple[str, ...]
    rows: tuple[Change, ...]
    data: bytes

    def halves(self) -> tuple[UploadSheet, UploadSheet]:
        """Return the rows in two sheets with the same columns. The sheet must have at least two rows."""
        middle = len(self.rows) // 2
        first, second = (sheet(self.kind, self.columns, rows) for rows in (self.rows[:middle], self.rows[middle:]))
        return first, second

    def of(self, rows: Sequence[Change]) -> UploadSheet:
        """Return the sheet with only these rows."""
        return sheet(self.kind, self.columns, tuple(rows))

    def without(self, rows: Sequence[Change]) -> UploadSheet:
        """Return the sheet without some of its rows."""
        left_out = {change.id for change in rows}
        return sheet(self.kind, self.columns, tuple(change for change in self.rows if change.id not in left_out))


def site_sheets(changes: Iterable[Change], settings: ApiSettings) -> Iterator[UploadSheet]:
    """Yield the sheets of site changes, in the order of sending."""
    order = {column: position for position, column in enumerate(COLUMNS)}
    return _sheets(Kind.SITE, changes, order, settings)


def contact_sheets(changes: Iterable[Change], contact_csv: ContactCsv, settings: ApiSettings) -> Iterator[UploadSheet]:
    """Yield the sheets of contact changes, in the order of sending."""
    order = {column: position for position, column in enumerate(contact_csv.columns.values())}
    return _sheets(Kind.CONTACT, changes, order, settings)


def sheet(kind: Kind, columns: tuple[str, ...], rows: tuple[Change, ...]) -> UploadSheet:
    """Return the sheet of these rows, all of which have these columns."""
    return _joined(kind, columns, [(change, _line(change, columns)) for change in rows])


def _sheets(
    kind: Kind, changes: Iterable[Change], order: dict[str, int], settings: ApiSettings
) -> Iterator[UploadSheet]:
    by_columns: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        by_columns.setdefault(columns_of(change, order), []).append(change)
    for columns in sorted(by_columns, key=lambda columns: [order.get(column, len(order)) for column in columns]):
        rows = sorted(by_columns[columns], key=lambda change: change.id)
        for batch in _batches(rows, columns, settings):
            yield _joined(kind, columns, batch)


def _batches(rows: Iterable[Change], columns: tuple[str, ...], settings: ApiSettings) -> Iterator[list[_Row]]:
    header = len(encoded(columns))
    batch: list[_Row] = []
    size = header
    for change in rows:
        line = _line(change, columns)
        if batch and (len(batch) >= settings.batch_rows or size + len(line) > settings.batch_bytes):
            yield batch
            batch, size = [], header
        batch.append((change, line))
        size += len(line)
    if batch:
        yield batch


def _joined(kind: Kind, columns: tuple[str, ...], rows: Sequence[_Row]) -> UploadSheet:
    changes = tuple(change for change, _ in rows)
    return UploadSheet(kind, columns, changes, b"".join((encoded(columns), *(line for _, line in rows))))


def _line(change: Change, columns: tuple[str, ...]) -> bytes:
    row = cells(change)
    return encoded([row[column] for column in columns])
