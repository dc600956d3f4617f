"""Opening and closing: where the traffic of a day begins and ends, compared with where it is declared to.

A declared edge is divided into steps of a quarter of an hour. Step 0 is the first slot inside the declared hours and
step -1 the last one outside, so that opening and closing are the same case. The votes of several days are added up step
by step.

Staff comes before opening and leaves after closing, so traffic that reaches outside by no more than the tolerance is
not a finding. Visitors (not staff) begin where the rate rises most steeply. This is looked for between the start of the
traffic and the declared edge, or within the tolerance if traffic starts after the edge. A rise at a whole number of
hours from the declared edge, 0 included, is preferred: a wrong time zone or a slip shifts hours by whole hours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from dfsync.traffic.analysis.days.frame import SLOTS, STEP
from dfsync.traffic.analysis.days.votes import Ballot, trimmed_mean

_REACH = 12
"""How many slots on each side of an edge are looked at."""

_LEAST = 2
"""How many slots an edge must have moved. A shift of one slot may just be a slow morning."""

_AN_HOUR = 60 // STEP
_HOUR_BONUS = 2.0


class Edge(StrEnum):
    """The end of the day that is looked at."""

    OPENING = "opening"
    CLOSING = "closing"


class EdgeShift(Struct, frozen=True):
    """An edge that is not where it is declared.

    `steps` is where visitors begin; it is negative outside the declared hours. `region` has the steps whose traffic, or
    lack of it, is the evidence.
    """

    steps: int
    region: range


class EdgeView(Struct, frozen=True):
    """The same edge on several weekdays. `at` is the slot of step 0 on each; `out` and `into` are how far to look."""

    edge: Edge
    at: Mapping[int, int]
    out: int
    into: int

    def slot(self, weekday: int, step: int) -> int:
        """Return the slot of a weekday that a step falls on."""
        return self.at[weekday] + (step if self.edge is Edge.OPENING else -step)

    def slots(self, weekday: int, steps: range) -> list[int]:
        """Return the slots of some steps, earliest first."""
        return sorted(self.slot(weekday, step) for step in steps)


def view(edge: Edge, runs: Mapping[int, Sequence[tuple[int, int]]]) -> EdgeView:
    """Return the view of the first opening or the last closing of each weekday's runs of declared slots."""
    opening = edge is Edge.OPENING
    ends = {weekday: spans[0] if opening else spans[-1] for weekday, spans in runs.items()}
    at = {weekday: start if opening else stop - 1 for weekday, (start, stop) in ends.items()}
    return EdgeView(
        edge,
        at,
        out=min((_REACH, *(slot if opening else SLOTS - 1 - slot for slot in at.values()))),
        into=min((_REACH, *(stop - start for start, stop in ends.values()))),
    )


def moved(seen: EdgeView, ballots: Sequence[Ballot], tolerated: int) -> EdgeShift | None:
    """Return where the edge really is; None if it is where it is declared. `tolerated` are slots for staff."""
    of_edge = [ballot for ballot in ballots if ballot.weekday in seen.at]
    steps = range(-seen.out, seen.into)
    votes = {step: sum(ballot.votes[seen.slot(ballot.weekday, step)] for ballot in of_edge) for step in steps}
    outside = _furthest([votes[-step] for step in range(1, seen.out + 1)])
    inside = _furthest([-votes[step] for step in range(seen.into)])
    if outside > tolerated:
        begins, region = -outside, range(-outside, -tolerated)
    elif inside:
        begins, region = inside, range(inside)
    else:
        return None
    visitors = _steepest(seen, of_edge, range(begins, min(max(begins + tolerated, 0) + 1, seen.into)))
    if abs(visitors) < _LEAST or (visitors > 0) != (begins > 0):
        return None
    return EdgeShift(visitors, region)


def _furthest(votes: Sequence[float]) -> int:
    """Return after how many slots the sum of the votes is highest; 0 if it is never above zero."""
    best = total = 0.0
    reached = 0
    for count, vote in enumerate(votes, 1):
        total += vote
        if total > best:
            best, reached = total, count
    return reached


def _steepest(seen: EdgeView, ballots: Sequence[Ballot], steps: range) -> int:
    """Return the step at which the rate rises most."""
    around = range(max(steps.start - 1, -seen.out), steps.stop)
    rates = {step: _rate(seen, ballots, step) for step in around}

    def rise(step: int) -> float:
        bonus = _HOUR_BONUS if step % _AN_HOUR == 0 else 1.0
        return (rates[step] - rates.get(step - 1, 0.0)) * bonus

    return max(steps, key=rise, default=steps.start)


def _rate(seen: EdgeView, ballots: Sequence[Ballot], step: int) -> float:
    counts = (ballot.day.counts[seen.slot(ballot.weekday, step)] for ballot in ballots)
    return trimmed_mean([count for count in counts if count is not None])
