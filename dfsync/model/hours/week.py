"""The algebra of a week of opening hours.

A schedule is the set of minutes of the week in which the site is open. Spans are half-open: `start` is the first open
minute and `stop` the first closed one, both counted from midnight of the day on which the span starts. In text, both
ends are inclusive (the API's example closes at 18:59). `read` and `live` read such text, and `write` writes it.
Two weeks are equal if their sets of minutes are equal, however they are grouped, ordered or split.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import TypeVar

from msgspec import Struct, json

T = TypeVar("T")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY_NUMBER = {name: number for number, name in enumerate(DAYS)}
DAY = 24 * 60
WEEK = 7 * DAY
_MIDNIGHTS = range(0, WEEK, DAY)

Span = tuple[int, int]
"""Half-open minutes `(start, stop)`, counted from midnight. A stop beyond `DAY` is on the next day."""


class Week(Struct, frozen=True, eq=False):
    """A week of opening hours, Monday first.

    `days` has for each weekday the spans that start on it, as they were written. Dated exceptions replace a whole day,
    so they need to know to which day a span past midnight belongs. Only `minutes` decides equality.
    """

    days: tuple[tuple[Span, ...], ...]

    def __post_init__(self) -> None:
        if len(self.days) != len(DAYS):
            raise ValueError("a week has seven days")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Week):
            return NotImplemented
        return self.days == other.days or self.minutes == other.minutes

    def __ne__(self, other: object) -> bool:  # a struct has one of its own, by identity
        return not self == other

    def __hash__(self) -> int:
        return hash(self.minutes)

    @property
    def minutes(self) -> tuple[Span, ...]:
        """The same week as sorted, merged spans of the minutes 0 to `WEEK`.

        They are not kept: they are many times as large as the days, which weeks share.
        """
        spans = merged(
            [
                (midnight + start, midnight + stop)
                for midnight, of_day in zip(_MIDNIGHTS, self.days, strict=True)
                for start, stop in of_day
            ]
        )
        if spans and spans[-1][1] > WEEK:
            start, stop = spans[-1]
            spans = merged([(0, stop - WEEK), *spans[:-1], (start, WEEK)])
        return spans

    @property
    def closed(self) -> bool:
        """Whether the site is closed all week."""
        return not any(self.days)

    @property
    def text(self) -> str:
        """The minutes as text, such as `[[540,1080],[1980,2520]]`: equal for equal weeks, and small to keep."""
        return json.encode(self.minutes).decode()

    @classmethod
    def of_text(cls, text: str) -> Week:
        """Return a week that is equal to the one with this text."""
        days: list[list[Span]] = [[] for _ in DAYS]
        for start, stop in json.decode(text):
            day = start // DAY
            days[day].append((start - day * DAY, stop - day * DAY))
        return cls(tuple(map(tuple, days)))

    def with_days(self, replaced: Mapping[int, tuple[Span, ...]]) -> Week:
        """Return the week with the spans of some weekdays (0 is Monday) replaced."""
        return Week(tuple(replaced.get(day, spans) for day, spans in enumerate(self.days)))

    def by_day(self) -> tuple[tuple[Span, ...], ...]:
        """Return for each weekday its open spans within that day, `0 <= start < stop <= DAY`, sorted."""
        days: list[list[Span]] = [[] for _ in DAYS]
        for start, stop in self.minutes:
            first, last = start // DAY, (stop - 1) // DAY
            for day in range(first, last + 1):
                midnight = day * DAY
                days[day].append((max(start - midnight, 0), min(stop - midnight, DAY)))
        return tuple(tuple(spans) for spans in days)


def runs(days: Iterable[int]) -> list[list[int]]:
    """Split ascending weekdays into runs of neighbours: Mon, Tue, Thu is `[[0, 1], [3]]`."""
    found: list[list[int]] = []
    for day in days:
        if found and found[-1][-1] == day - 1:
            found[-1].append(day)
        else:
            found.append([day])
    return found


def day_ranges(days: Iterable[int], dash: str = "-") -> list[str]:
    """Return a name for each run of ascending weekdays: `["Mon-Wed", "Fri"]`."""
    return [DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}{dash}{DAYS[run[-1]]}" for run in runs(days)]


def stretches(of_days: Iterable[T]) -> list[tuple[list[int], T]]:
    """Return each run of neighbouring weekdays that have the same value: the numbers of the days, and the value."""
    groups = groupby(enumerate(of_days), key=lambda item: item[1])
    return [([day for day, _ in group], value) for value, group in groups]


Placed = tuple[int, Span]
"""A span with the weekday that it starts on, 0 is Monday."""


def overlaps(days: tuple[tuple[Span, ...], ...]) -> Iterator[tuple[Placed, Placed]]:
    """Yield the pairs of spans that overlap, the earlier one first.

    Spans that share only their end minute (`09:00-12:00, 12:00-17:00`) merge and are not an overlap.
    """
    spans = [
        (day * DAY + span[0], day * DAY + span[1], day, span) for day, of_day in enumerate(days) for span in of_day
    ]
    if len(spans) < 2:
        return
    spans.sort()
    start, stop, day, span = longest = spans[0]
    spans.append((start + WEEK, stop + WEEK, day, span))
    for later in spans[1:]:
        if later[0] < longest[1] - 1:
            yield (longest[2], longest[3]), (later[2], later[3])
        if later[1] > longest[1]:
            longest = later


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans sorted, and joined where they overlap or touch."""
    found: list[Span] = []
    end = -1
    for span in sorted(spans):
        start, stop = span
        if start > end:
            found.append(span)
            end = stop
        elif stop > end:
            found[-1] = (found[-1][0], stop)
            end = stop
    return tuple(found)


CLOSED = Week(((),) * 7)
"""Closed all week."""
