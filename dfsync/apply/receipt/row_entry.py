"""The entry of an apply about one row: how far the row has come, and what the API and live said of it."""

from __future__ import annotations

from enum import Enum, auto

from msgspec import Struct, field

from dfsync.apply.outcome.field_outcome import FieldReading
from dfsync.apply.outcome.row_errors import RowProblem
from dfsync.diff.changes import Change


class Stage(Enum):
    """How far a row has come."""

    PLANNED = auto()
    HELD = auto()
    SENT = auto()
    LOST = auto()
    REFUSED = auto()
    ANSWERED = auto()
    DONE_BEFORE = auto()


class RowEntry(Struct):
    """What is known of a row so far.

    `problems` are the row errors of its last upload that may be about it, `earlier` those of uploads before that one.
    """

    change: Change
    stage: Stage = Stage.PLANNED
    note: str = ""
    batch: int | None = None
    request_id: str | None = None
    sent_at: str | None = None
    problems: list[RowProblem] = field(default_factory=list)
    earlier: list[RowProblem] = field(default_factory=list)
    readings: tuple[FieldReading, ...] | None = None

    @property
    def certain(self) -> list[RowProblem]:
        """The row errors that are about this row and no other."""
        return [problem for problem in self.problems if problem.certain]

    @property
    def right(self) -> bool:
        """Whether live shows the row as planned, except for spelling."""
        return self.readings is not None and all(reading.right for reading in self.readings)
