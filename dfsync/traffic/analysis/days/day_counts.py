"""Turns the rows of a report into the counts of each calendar day."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from dfsync.traffic.analysis.days.frame import SLOTS, STEP, Counts
from dfsync.traffic.api.fetch import CountRow

Calendar = dict[datetime.date, Counts]


def calendar(rows: Iterable[CountRow], first: datetime.date, last: datetime.date) -> Calendar:
    """Return the first metric of each day from `first` to `last`, by quarter of an hour.

    The document does not say whether a bucket without traffic has a row. If any row of the site is 0, a missing row is
    a gap (None). If no row is 0, a missing row means 0.
    """
    counts: dict[datetime.date, list[float | None]] = {}
    zeros = False
    for row in rows:
        value = row.values[0]
        if row.time is None or value is None:
            continue
        zeros = zeros or value == 0
        slots = counts.setdefault(datetime.date.fromisoformat(row.time[:10]), [None] * SLOTS)
        slot = (int(row.time[11:13]) * 60 + int(row.time[14:16])) // STEP
        slots[slot] = (slots[slot] or 0) + value
    missing = None if zeros else 0.0
    return {
        day: tuple([missing if count is None else count for count in counts.get(day, (None,) * SLOTS)])
        for day in _days(first, last)
    }


def _days(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    for number in range((last - first).days + 1):
        yield first + datetime.timedelta(days=number)
