"""Compares two weeks of opening hours, with days that are alike written once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from dfsync.model.hours.week import DAYS, Span, Week, stretches
from dfsync.model.hours.write import by_opening_day, days_in_words, describe_span


class DaysChange(NamedTuple):
    """Days that change alike: `("Mon–Fri", "09:00–18:59", "09:00–20:59", 120)`. A closed day says `closed`.

    `net` is by how many minutes each of the days is longer.
    """

    days: str
    before: str
    after: str
    net: int


def by_day(before: Week, after: Week) -> list[DaysChange]:
    """Return all seven days, one row for each."""
    both = zip(DAYS, by_opening_day(before), by_opening_day(after), strict=True)
    return [DaysChange(day, _said(one), _said(other), _minutes(other) - _minutes(one)) for day, one, other in both]


@lru_cache(maxsize=4096)
def changed_days(before: Week, after: Week) -> tuple[DaysChange, ...]:
    """Return the days that differ. Days with the same hours before and after are one row: `Mon–Fri, Sun`."""
    alike: dict[tuple[str, str, int], list[int]] = {}
    for number, day in enumerate(by_day(before, after)):
        if day.before != day.after:
            alike.setdefault(day[1:], []).append(number)
    return tuple(DaysChange(days_in_words(numbers), *same) for same, numbers in alike.items())


def whole_week(before: Week, after: Week) -> list[DaysChange]:
    """Return the whole week. Neighbouring days with the same hours before and after are one row."""
    runs = stretches(day[1:] for day in by_day(before, after))
    return [DaysChange(days_in_words(numbers), *same) for numbers, same in runs]


def _said(spans: Iterable[Span]) -> str:
    return " and ".join(map(describe_span, spans)) or "closed"


def _minutes(spans: Iterable[Span]) -> int:
    return sum(stop - start for start, stop in spans)
