"""Compares two weeks of opening hours, with days that are alike written once."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from dfsync.model.hours.week import DAYS, Week, stretches
from dfsync.model.hours.write import days_in_words, described_by_day


class DaysChange(NamedTuple):
    """Days that change alike: `("Mon–Fri", "09:00–18:59", "09:00–20:59")`. A closed day says `closed`."""

    days: str
    before: str
    after: str


def by_day(before: Week, after: Week) -> list[DaysChange]:
    """Return all seven days, one row for each."""
    texts = zip(DAYS, described_by_day(before), described_by_day(after), strict=True)
    return [DaysChange(day, one or "closed", other or "closed") for day, one, other in texts]


@lru_cache(maxsize=4096)
def changed_days(before: Week, after: Week) -> tuple[DaysChange, ...]:
    """Return the days that differ. Days with the same hours before and after are one row: `Mon–Fri, Sun`."""
    alike: dict[tuple[str, str], list[int]] = {}
    for number, (_, one, other) in enumerate(by_day(before, after)):
        if one != other:
            alike.setdefault((one, other), []).append(number)
    return tuple(DaysChange(days_in_words(numbers), one, other) for (one, other), numbers in alike.items())


def whole_week(before: Week, after: Week) -> list[DaysChange]:
    """Return the whole week. Neighbouring days with the same hours before and after are one row."""
    sides = stretches(row[1:] for row in by_day(before, after))
    return [DaysChange(days_in_words(numbers), one, other) for numbers, (one, other) in sides]
