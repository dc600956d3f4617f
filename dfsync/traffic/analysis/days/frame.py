"""Service days: a night that runs past midnight belongs to the day on which it starts.

A service day is 24 hours long and starts at the `cut`: the middle of the time in which the site is declared closed on
every day. So opening, closing and the traffic around them never cross the end of a day. Times are the local wall clock
of the site, in minutes from midnight of the weekday on which the service day starts.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from msgspec import Struct

from dfsync.model.hours.week import DAY, DAYS, WEEK, Span, Week, merged

STEP = 15
"""The minutes in a slot. Traffic is analysed by quarters of an hour."""

SLOTS = DAY // STEP

Counts = Sequence[float | None]
"""The counts of the slots of a day; None for a slot without a report."""

_WITHOUT_HOURS = 4 * 60


class Frame(Struct, frozen=True):
    """The `cut` at which service days start, and the declared spans of each weekday from there on."""

    cut: int
    spans: tuple[tuple[Span, ...], ...]

    def run(self, weekday: int) -> tuple[Span, ...]:
        """Return the declared spans of a weekday in slots from the cut. Edges inside a slot are rounded."""
        return tuple((self._slot(start), self._slot(stop)) for start, stop in self.spans[weekday])

    def minute(self, slot: int) -> int:
        """Return the minute from the weekday's midnight at which a slot starts."""
        return self.cut + slot * STEP

    def _slot(self, minute: int) -> int:
        return (minute - self.cut + STEP // 2) // STEP


class ServiceDay(Struct, frozen=True):
    """The counts of a service day: `SLOTS` of them from the cut on."""

    date: datetime.date
    counts: Counts

    @property
    def total(self) -> float:
        """The sum of the counts."""
        return sum(count or 0 for count in self.counts)


def frame_of(week: Week) -> Frame:
    """Return the frame of declared hours. If the site is closed all week, days start at four in the morning."""
    if week.closed:
        return Frame(_WITHOUT_HOURS, ((),) * len(DAYS))
    cut = _cut(week)
    return Frame(cut, tuple(_within(week, weekday * DAY + cut) for weekday in range(len(DAYS))))


def week_of(spans: Sequence[Sequence[Span]]) -> Week:
    """Return the week of spans that count from midnight of their weekday and may start on the day after."""
    days: list[list[Span]] = [[] for _ in DAYS]
    for weekday, of_day in enumerate(spans):
        for start, stop in of_day:
            later = start // DAY
            days[(weekday + later) % len(DAYS)].append((start - later * DAY, stop - later * DAY))
    return Week(tuple(tuple(sorted(of_day)) for of_day in days))


def service_days(calendar: Mapping[datetime.date, Counts], cut: int) -> list[ServiceDay]:
    """Return the service days of calendar days, in order. If the second half of a day is missing, it has None there."""
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
    """Return what is open in the 24 hours from minute `first` of the week, in minutes from midnight of that day."""
    midnight = first // DAY * DAY
    found: list[Span] = []
    for turn in (0, WEEK):
        for start, stop in week.minutes:
            start_here, stop_here = max(start + turn, first), min(stop + turn, first + DAY)
            if start_here < stop_here:
                found.append((start_here - midnight, stop_here - midnight))
    return merged(found)
