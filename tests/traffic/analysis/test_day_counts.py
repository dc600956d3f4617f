"""Rows become days, and a missing row means what the site's other rows say it means."""

from __future__ import annotations

import datetime

from dfsync.traffic.analysis.days.day_counts import calendar
from dfsync.traffic.analysis.days.frame import SLOTS
from dfsync.traffic.api.fetch import CountRow

DAY = datetime.date(2026, 5, 4)


def row(time: str, value: float | None) -> CountRow:
    """Return a row of one day."""
    return CountRow("s", "S", f"{DAY} {time}:00", (value,))


def test_a_missing_row_is_a_gap_where_zeros_are_reported() -> None:
    """The sensor was silent."""
    counts = calendar([row("09:00", 5), row("09:15", 0)], DAY, DAY)[DAY]
    assert (counts[36], counts[37], counts[38]) == (5, 0, None)


def test_a_missing_row_is_a_zero_where_no_zero_is_ever_reported() -> None:
    """The server leaves empty buckets out; days without any row are days without traffic."""
    days = calendar([row("09:00", 5)], DAY, DAY + datetime.timedelta(days=1))
    assert days[DAY][37] == 0
    assert days[DAY + datetime.timedelta(days=1)] == (0,) * SLOTS


def test_rows_of_the_same_time_add_up_and_null_is_no_number() -> None:
    """The hour that a clock repeats, or a site of several regions."""
    counts = calendar([row("02:15", 3), row("02:15", 4), row("02:30", None), row("03:00", 0)], DAY, DAY)[DAY]
    assert (counts[9], counts[10]) == (7, None)
