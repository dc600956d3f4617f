"""From what import says about rows to the rows that were sent. Pure.

"Row numbering depends on your template" (the Sites API, CsvErrorObject): a server may count from any number, with or
without the header, records or lines of text. So the number is never believed alone. The error's text is evidence: the
value must be what stands in that cell, an id must be the row's. All that the errors of an apply have in common tells
how the server counts; an error for which more than one row is left is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dfsync.api.values import RowError
from dfsync.diff.changes import Change
from dfsync.model.fields import FIELD_OF_COLUMN, ID_COLUMN
from dfsync.model.kind import Kind
from dfsync.render.sheets import UploadSheet, cells

Unit = Literal["record", "line"]
Base = tuple[Unit, int]
"""A way to count: what is counted, and the number of the first row after the header."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One row error: the rows that it may be about, the field if it names one, and the server's words.

    With one row it is certain; with several, nothing says which of them is meant.
    """

    changes: tuple[Change, ...]
    field: str | None
    message: str

    @property
    def certain(self) -> bool:
        """Whether it is known which row is meant."""
        return len(self.changes) == 1


@dataclass(frozen=True, slots=True)
class Numbering:
    """How the server may count, as far as its errors tell; None while there was no error."""

    bases: frozenset[Base] | None = None

    def narrowed(self, bases: frozenset[Base]) -> Numbering:
        """Return what is left of it when these are possible as well."""
        return Numbering(bases if self.bases is None else self.bases & bases)


def attributed(
    errors: Sequence[RowError], sheet: UploadSheet, numbering: Numbering
) -> tuple[tuple[RowProblem, ...], Numbering]:
    """Return a problem for each error, and what is known of the server's numbering afterwards."""
    if not errors:
        return (), numbering
    rows = _Rows(sheet)
    evidence = [rows.matching(error) for error in errors]
    narrowed = numbering
    for error, candidates in zip(errors, evidence, strict=True):
        if error.row is not None and candidates:
            narrowed = narrowed.narrowed(rows.bases(error.row, candidates))
    if narrowed.bases is not None and not narrowed.bases:
        narrowed = Numbering()  # the numbers contradict each other: the text alone counts
    problems = [
        RowProblem(tuple(sheet.rows[i] for i in rows.meant(error, candidates, narrowed)), *_said(error, sheet))
        for error, candidates in zip(errors, evidence, strict=True)
    ]
    return tuple(problems), narrowed


class _Rows:
    """The rows of a sheet as an error may describe them: by number, by value, by id."""

    def __init__(self, sheet: UploadSheet) -> None:
        self._sheet = sheet
        self._cells = [cells(change) for change in sheet.rows]
        self._all = range(len(sheet.rows))
        self._lines: list[int] = []
        line = 0
        for row in self._cells:
            self._lines.append(line)
            line += 1 + sum(_breaks(row[column]) for column in sheet.columns)

    def matching(self, error: RowError) -> list[int]:
        """Return the rows that the error's text may be about: all, where it tells nothing."""
        if self._about_header(error):
            return []
        by_id, by_value = self._by_id(error.message), self._by_value(error)
        both = [row for row in by_id if row in set(by_value)]
        return both or by_id or by_value or list(self._all)

    def bases(self, number: int, candidates: Sequence[int]) -> frozenset[Base]:
        """Return the ways to count in which one of these rows has this number."""
        records: set[Base] = {("record", number - row) for row in candidates}
        lines: set[Base] = {("line", number - self._lines[row]) for row in candidates}
        return frozenset(base for base in records | lines if base[1] >= 0)

    def meant(self, error: RowError, candidates: Sequence[int], numbering: Numbering) -> Sequence[int]:
        """Return the candidates that have the error's number in a way that the server may count."""
        if not candidates:
            return self._all
        if error.row is None or numbering.bases is None:
            return candidates
        return [row for row in candidates if self.bases(error.row, [row]) & numbering.bases] or candidates

    def _about_header(self, error: RowError) -> bool:
        """Whether the error is about a column: it quotes the column as its value, or one that was not sent."""
        known = error.column in self._sheet.columns
        return bool(error.column) and (not known or error.value == error.column) and not self._by_value(error)

    def _by_value(self, error: RowError) -> list[int]:
        value = error.value.strip()
        if not value:
            return []  # an empty cell, or a server that does not quote values: that can't be told apart
        if error.column in self._sheet.columns:
            return [row for row in self._all if self._cells[row][error.column].strip() == value]
        return [row for row in self._all if value in (cell.strip() for cell in self._cells[row].values())]

    def _by_id(self, message: str) -> list[int]:
        found = re.search(rf"{ID_COLUMN}[\s:=#]*([\"']?)(.+)", message, re.IGNORECASE)
        if not found:
            return []
        ids = [change.id if change.kind is Kind.SITE else change.site for change in self._sheet.rows]
        named = {id for id in ids if _begins(found[2], id.strip(), found[1])}
        longest = max(map(len, named), default=0)
        return [row for row, id in enumerate(ids) if id in named and len(id) == longest]


def _begins(text: str, id: str, quote: str) -> bool:
    """Whether a text begins with the whole of an id, and not with a longer one."""
    rest = text[len(id) :]
    ended = rest.startswith(quote) if quote else not re.match(r"[\w-]|\.\w", rest)
    return bool(id) and text.startswith(id) and ended


def _said(error: RowError, sheet: UploadSheet) -> tuple[str | None, str]:
    named = {item.column: item.field for item in sheet.rows[0].fields}
    if sheet.kind is Kind.SITE and error.column in FIELD_OF_COLUMN:
        return FIELD_OF_COLUMN[error.column].name, error.message
    return named.get(error.column, error.column) or None, error.message


def _breaks(cell: str) -> int:
    return len(re.findall(r"\r\n|\r|\n", cell))
