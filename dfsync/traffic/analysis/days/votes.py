"""The vote of each day on each quarter of an hour: open or closed, with bounded weight.

A vote compares how likely the count is at an open site (`_OPEN` of the usual level) and at a closed one (`_CLOSED` of
it), with a Poisson model. It is the logarithm of the ratio, cut off at `_CAP`, so that one strange day is only one
vote. The usual level is the traffic per slot that a visitor meets on average; it needs no declared hours.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from msgspec import Struct

from dfsync.traffic.analysis.days.frame import SLOTS, ServiceDay

_OPEN, _CLOSED = 0.25, 0.025
_CAP = 3.0
_TRIMMED = 0.12
_PER_COUNT = math.log(_OPEN / _CLOSED)


class Ballot(Struct, frozen=True):
    """A service day with its votes, one for each slot: positive for open, negative for closed, 0 without a report."""

    day: ServiceDay
    votes: tuple[float, ...]

    @property
    def weekday(self) -> int:
        """The weekday on which the service day starts, 0 is Monday."""
        return self.day.date.weekday()

    def sum(self, slots: Iterable[int]) -> float:
        """Return the sum of the votes on some slots."""
        return sum(self.votes[slot] for slot in slots)

    def heard(self, slots: Iterable[int]) -> bool:
        """Whether anything was reported in some slots, even 0."""
        return any(self.day.counts[slot] is not None for slot in slots)

    def count(self, slots: Iterable[int]) -> float:
        """Return what was counted in some slots."""
        return sum(self.day.counts[slot] or 0 for slot in slots)


def ballots(days: Sequence[ServiceDay], level: float) -> list[Ballot]:
    """Let each day vote; `level` is the usual count per slot."""
    return [Ballot(day, tuple(_vote(count, level) for count in day.counts)) for day in days]


def usual_level(days: Sequence[ServiceDay]) -> float:
    """Return the usual count per slot: the mean over weekdays and slots, each weighted by its own traffic."""
    rates = [rate for weekday in range(7) for rate in _rates([day for day in days if day.date.weekday() == weekday])]
    return weighed(rates)


def weighed(rates: Sequence[float]) -> float:
    """Return the mean of rates weighted by themselves; 0 if there are none."""
    total = sum(rates)
    return sum(rate * rate for rate in rates) / total if total else 0.0


def trimmed_mean(values: Sequence[float]) -> float:
    """Return the mean without the highest and the lowest eighth; 0 if there are no values."""
    drop = math.ceil(len(values) * _TRIMMED) if len(values) > 2 else 0
    kept = sorted(values)[drop : len(values) - drop]
    return sum(kept) / len(kept) if kept else 0.0


def _rates(days: Sequence[ServiceDay]) -> list[float]:
    return [trimmed_mean([count for day in days if (count := day.counts[slot]) is not None]) for slot in range(SLOTS)]


def _vote(count: float | None, level: float) -> float:
    if count is None:
        return 0.0
    return max(-_CAP, min(_CAP, count * _PER_COUNT - (_OPEN - _CLOSED) * level))
