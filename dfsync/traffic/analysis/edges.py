"""Opening and closing: where the traffic of a day begins and ends, against where it is declared to.

A declared edge is looked at as steps of a quarter of an hour: step 0 is the first slot inside the declared hours,
-1 the last one outside, so that opening and closing are one case. Days are pooled, each step's votes added up.

Staff comes before opening and leaves after closing: traffic that reaches out no further than the tolerance is no
finding. Where visitors (not staff) begin is the steepest rise of the rate between where traffic begins and the declared
edge, or within the tolerance when it begins after that. A rise at a whole number of hours from the declared edge, none
included, is preferred: that is what is declared, and what a wrong zone or a slip makes of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dfsync.traffic.analysis.frame import SLOTS, STEP
from dfsync.traffic.analysis.votes import Ballot, trimmed_mean

_REACH = 12
"""Slots to either side of an edge that are looked at."""

_LEAST = 2
"""Slots that an edge must have moved by: a quarter of an hour is how a slow morning looks."""

_AN_HOUR = 60 // STEP
_HOUR_BONUS = 2.0


class Edge(StrEnum):
    """Which end of the day."""

    OPENING = "opening"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class EdgeShift:
    """An edge that is not where it is declared.

    `steps` is where visitors begin (below zero outside the declared hours), `region` the steps whose traffic, or lack
    of it, is the evidence.
    """

    steps: int
    region: range


@dataclass(frozen=True, slots=True)
class EdgeView:
    """The same edge on some weekdays: `at` is the slot of step 0 for each of them, `out` and `into` the reach."""

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
    """Return where the edge really is when that is not where it is declared; `tolerated` are slots of staff."""
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
    """Return after how many slots the sum of the votes is highest, 0 when it never gets above zero."""
    best = total = 0.0
    reached = 0
    for count, vote in enumerate(votes, 1):
        total += vote
        if total > best:
            best, reached = total, count
    return reached


def _steepest(seen: EdgeView, ballots: Sequence[Ballot], steps: range) -> int:
    """Return the step, of some, at which the rate rises most."""
    around = range(max(steps.start - 1, -seen.out), steps.stop)
    rates = {step: _rate(seen, ballots, step) for step in around}

    def rise(step: int) -> float:
        bonus = _HOUR_BONUS if step % _AN_HOUR == 0 else 1.0
        return (rates[step] - rates.get(step - 1, 0.0)) * bonus

    return max(steps, key=rise, default=steps.start)


def _rate(seen: EdgeView, ballots: Sequence[Ballot], step: int) -> float:
    counts = (ballot.day.counts[seen.slot(ballot.weekday, step)] for ballot in ballots)
    return trimmed_mean([count for count in counts if count is not None])
