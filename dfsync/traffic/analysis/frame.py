"""Service days: a night that runs past midnight belongs to the day it starts on.

A service day starts at the `cut`, the middle of the time in which the site is declared closed on every day, and is
24 hours long. Opening, closing and the traffic around them then never cross the end of a day. Times are the site's
local wall clock, in minutes from the midnight of the weekday that the service day starts on.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dfsync.model.hours import DAY, DAYS, WEEK, Span, Week, merged

STEP = 15
"""Minutes in a slot: traffic is looked at by the quarter of an hour."""

SLOTS = DAY // STEP

Counts = Sequence[float | None]
"""A number for each slot of a day, None where nothing was reported."""

_WITHOUT_HOURS = 4 * 60


@dataclass(frozen=True, slots=True)
class Frame:
    """Where service days start, and the declared spans of each weekday in minutes from `cut` to `cut` + `DAY`."""

    cut: int
    spans: tuple[tuple[Span, ...], ...]

    def run(self, weekday: int) -> tuple[Span, ...]:
        """Return the declared spans of a weekday in slots from the cut; an edge inside a slot goes to the nearer."""
        return tuple((self._slot(start), self._slot(stop)) for start, stop in self.spans[weekday])

    def minute(self, slot: int) -> int:
        """Return the minute from the weekday's midnight at which a slot starts."""
        return self.cut + slot * STEP

    def _slot(self, minute: int) -> int:
        return (minute - self.cut + STEP // 2) // STEP


@dataclass(frozen=True, slots=True)
class ServiceDay:
    """The counts of a service day, `SLOTS` of them from the frame's cut on."""

    date: datetime.date
    counts: Counts

    @property
    def total(self) -> float:
        """All that was counted."""
        return sum(count or 0 for count in self.counts)


def frame_of(week: Week) -> Frame:
    """Return the frame of declared hours; closed all week, days start at four in the morning."""
    if week.closed:
        return Frame(_WITHOUT_HOURS, ((),) * len(DAYS))
    cut = _cut(week)
    return Frame(cut, tuple(_within(week, weekday * DAY + cut) for weekday in range(len(DAYS))))


def week_of(spans: Sequence[Sequence[Span]]) -> Week:
    """Return the week of spans counted from their weekday's midnight, which may start on the day after."""
    days: list[list[Span]] = [[] for _ in DAYS]
    for weekday, of_day in enumerate(spans):
        for start, stop in of_day:
            later = start // DAY
            days[(weekday + later) % len(DAYS)].append((start - later * DAY, stop - later * DAY))
    return Week(tuple(tuple(sorted(of_day)) for of_day in days))


def service_days(calendar: Mapping[datetime.date, Counts], cut: int) -> list[ServiceDay]:
    """Return the service days of calendar days in order; a day whose second half is missing has None there."""
    lead = cut // STEP
    nothing: Counts = (None,) * SLOTS
    return [
        ServiceDay(day, (*counts[lead:], *calendar.get(day + datetime.timedelta(days=1), nothing)[:lead]))
        for day, counts in sorted(calendar.items())
    ]


def _cut(week: Week) -> int:
    """Return the middle, in whole slots, of the longest time that is closed on every day; midnight if there is none."""
    spans = sorted({piece for day in week.by_day() for piece in day})
    gaps: list[Span] = []
    reached = spans[0][0]
    for start, stop in spans:
        if start > reached:
            gaps.append((reached, start))
        reached = max(reached, stop)
    gaps.append((reached, spans[0][0] + DAY))
    start, stop = max(gaps, key=lambda gap: gap[1] - gap[0])
    return (start + stop) // 2 // STEP * STEP % DAY if stop > start else 0


def _within(week: Week, first: int) -> tuple[Span, ...]:
    """Return what is open in the 24 hours from minute `first` of the week, in minutes from that day's midnight."""
    midnight = first // DAY * DAY
    found: list[Span] = []
    for turn in (0, WEEK):
        for start, stop in week.minutes:
            start_here, stop_here = max(start + turn, first), min(stop + turn, first + DAY)
            if start_here < stop_here:
                found.append((start_here - midnight, stop_here - midnight))
    return merged(found)
