"""Answers questions that a spreadsheet leaves open: a person at a terminal answers, or `--yes`, or nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from dfsync.model.hours.free_text.week_text import Closing
from dfsync.model.sheet_settings import BlankDays
from dfsync.sheets.columns.proposal import ColumnProposal
from dfsync.sheets.table.values import CellProblem, Table


class Decisions(Protocol):
    """Answers questions; None is no answer."""

    def columns(self, table: Table, proposals: Sequence[ColumnProposal]) -> Sequence[ColumnProposal] | None:
        """Return the columns as they are agreed to."""

    def closing(self, cell: CellProblem) -> Closing | None:
        """Return the meaning of an end such as that of this cell."""

    def blank_days(self, cell: CellProblem) -> BlankDays | None:
        """Return the meaning of a blank day beside filled ones, such as that of this cell."""


class Nobody:
    """Nobody can be asked: without a terminal and without `--yes`."""

    def columns(self, table: Table, proposals: Sequence[ColumnProposal]) -> None:
        """Return no answer."""

    def closing(self, cell: CellProblem) -> None:
        """Return no answer."""

    def blank_days(self, cell: CellProblem) -> None:
        """Return no answer."""


class AcceptAll:
    """`--yes`: the proposal as it is, ends as the first minute closed, blank days as closed."""

    def columns(self, table: Table, proposals: Sequence[ColumnProposal]) -> Sequence[ColumnProposal]:  # noqa: ARG002  (as others decide)
        """Return the proposal."""
        return proposals

    def closing(self, cell: CellProblem) -> Closing:  # noqa: ARG002  (as others decide)
        """Return exclusive."""
        return Closing.EXCLUSIVE

    def blank_days(self, cell: CellProblem) -> BlankDays:  # noqa: ARG002  (as others decide)
        """Return closed."""
        return "closed"
