"""Finds the rows to which the row errors of an import belong. Pure.

"Row numbering depends on your template" (the Sites API, CsvErrorObject): a server may count from any number, with or
without the header, records or lines of text. So the number alone is never trusted. The text of the error is evidence:
the value must be the one in that cell, and an id must be that of the row. All errors of an apply together show how the
server counts. If more than one row is possible, dfsync does not guess.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from functools import cache
from itertools import accumulate
from typing import Literal, TypeVar

from msgspec import Struct

from dfsync.api.protocol.values import RowError
from dfsync.diff.changes import Change
from dfsync.model.fields import FIELD_OF_COLUMN, ID_COLUMN
from dfsync.model.kind import Kind
from dfsync.render.cells import cells
from dfsync.render.sheets import UploadSheet

K = TypeVar("K", bound=Hashable)
Unit = Literal["record", "line"]
Base = tuple[Unit, int]
"""A way to count: what is counted, and the number of the first row after the header."""


class RowProblem(Struct, frozen=True):
    """One row error: the rows to which it may belong, the field if it names one, and the words of the server."""

    changes: tuple[Change, ...]
    field: str | None
    message: str
    of_sheet: bool = False

    @property
    def certain(self) -> bool:
        """Whether it is known which row is meant."""
        return len(self.changes) == 1


class Numbering(Struct, frozen=True):
    """A way to count: what is counted, and the number of the first row after the header."""

    bases: frozenset[Base] | None = None


def attributed(
    errors: Sequence[RowError], sheet: UploadSheet, numbering: Numbering
) -> tuple[tuple[RowProblem, ...], Numbering]:
    """Return a problem for each error, and what is known of the server's numbering afterwards.

    The time grows with the number of errors plus the number of rows: what errors share is worked out once.
    """
    if not errors:
        return (), numbering
    rows = _Rows(sheet)
    evidence = [rows.matching(error) for error in errors]
    numbers = [error.row for error in errors]
    narrowed = numbering
    for number, candidates in dict.fromkeys(zip(numbers, evidence, strict=True)):
        if number is not None and candidates:
            narrowed = Numbering(rows.bases(number, candidates, narrowed.bases))
    if narrowed.bases is not None and not narrowed.bases:
        narrowed = Numbering()  # the numbers contradict each other: the text alone counts
    meant = cache(lambda number, candidates: rows.meant(number, candidates, narrowed.bases))
    problems = [
        RowProblem(
            meant(number, candidates), *_said(error, sheet), of_sheet=not candidates and error.value == error.column
        )
        for error, number, candidates in zip(errors, numbers, evidence, strict=True)
    ]
    return tuple(problems), narrowed


_Positions = tuple[int, ...]
"""Positions of rows in a sheet, counted from 0."""


class _Rows:
    """The rows of a sheet as an error may describe them: by number, by value, by id."""

    def __init__(self, sheet: UploadSheet) -> None:
        self._sheet = sheet
        rows = [cells(change) for change in sheet.rows]
        self._all: _Positions = tuple(range(len(rows)))
        self._by_cell = _index([(column, text.strip()) for column, text in row.items()] for row in rows)
        self._by_text = _index(({text.strip() for text in row.values()}) for row in rows)
        self._by_id = _index([_id_of(change).strip()] for change in sheet.rows)
        self._id_lengths = sorted({len(id) for id in self._by_id if id}, reverse=True)
        breaks = (sum(_breaks(row[column]) for column in sheet.columns) for row in rows)
        self._lines = [0, *accumulate(1 + number for number in breaks)][: len(rows)]
        self._of_line = {line: row for row, line in enumerate(self._lines)}

    def matching(self, error: RowError) -> _Positions:
        """Return the rows that the error's text may be about: all if it names none, no row if it is about a column."""
        by_value = self._with_value(error)
        if not by_value and error.column and (error.column not in self._sheet.columns or error.value == error.column):
            return ()  # it quotes the column as its value, or one that was not sent
        by_id = self._with_id(error.message)
        both = set(by_id).intersection(by_value)
        return tuple(sorted(both)) or by_id or by_value or self._all

    def bases(self, number: int, candidates: _Positions, possible: frozenset[Base] | None) -> frozenset[Base]:
        """Return the ways to count in which one of these rows has this number, out of those that are possible."""
        if possible is not None:
            wanted = frozenset(candidates)
            return frozenset(base for base in possible if self._row(number, base) in wanted)
        records: list[Base] = [("record", number - row) for row in candidates]
        lines: list[Base] = [("line", number - self._lines[row]) for row in candidates]
        return frozenset(base for base in (*records, *lines) if base[1] >= 0)

    def meant(self, number: int | None, candidates: _Positions, bases: frozenset[Base] | None) -> tuple[Change, ...]:
        """Return the candidates that have the error's number in one of the ways in which the server may count."""
        if number is not None and bases is not None:
            numbered = {self._row(number, base) for base in bases}
            candidates = tuple(row for row in candidates if row in numbered) or candidates
        return tuple(self._sheet.rows[row] for row in candidates or self._all)

    def _row(self, number: int, base: Base) -> int | None:
        """Return the row that has a number in a way to count, None when none has."""
        unit, first = base
        return self._of_line.get(number - first) if unit == "line" else number - first

    def _with_value(self, error: RowError) -> _Positions:
        value = error.value.strip()
        if not value:
            return ()  # an empty cell, or a server that does not quote values: that can't be told apart
        if error.column in self._sheet.columns:
            return self._by_cell.get((error.column, value), ())
        return self._by_text.get(value, ())

    def _with_id(self, message: str) -> _Positions:
        """Return the rows of the longest id that follows "Site ID" in a message."""
        found = _NAMED_ID.search(message)
        if found is None:
            return ()
        quote, text = found.groups()
        ids = (text[:length] for length in self._id_lengths)
        return next((self._by_id[id] for id in ids if id in self._by_id and _ends(text[len(id) :], quote)), ())


_NAMED_ID = re.compile(rf"{ID_COLUMN}[\s:=#]*([\"']?)(.+)", re.IGNORECASE)


def _ends(rest: str, quote: str) -> bool:
    """Whether an id ends where the rest of a text begins, so that it is not the beginning of a longer one."""
    return rest.startswith(quote) if quote else not re.match(r"[\w-]|\.\w", rest)


def _index(keys_of_rows: Iterable[Iterable[K]]) -> dict[K, _Positions]:
    """Return, for each key, the rows that have it."""
    found: dict[K, list[int]] = {}
    for row, keys in enumerate(keys_of_rows):
        for key in keys:
            found.setdefault(key, []).append(row)
    return {key: tuple(rows) for key, rows in found.items()}


def _id_of(change: Change) -> str:
    return change.id if change.kind is Kind.SITE else change.site


def _said(error: RowError, sheet: UploadSheet) -> tuple[str | None, str]:
    named = {item.column: item.field for item in sheet.rows[0].fields}
    if sheet.kind is Kind.SITE and error.column in FIELD_OF_COLUMN:
        return FIELD_OF_COLUMN[error.column].name, error.message
    return named.get(error.column, error.column) or None, error.message


def _breaks(cell: str) -> int:
    return len(re.findall(r"\r\n|\r|\n", cell))
