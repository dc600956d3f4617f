"""Lists of dated exceptions against a model that knows days one by one."""

from __future__ import annotations

import datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dfsync.model.exception_days import DatedException, clashes, in_days, layered, overlapping

SPANS = [(), ((540, 840),), ((1320, 1560),)]
FIRST = datetime.date(2027, 12, 1)
ENDS = (datetime.date.min, datetime.date.max)


@st.composite
def lists(draw: st.DrawFn) -> tuple[DatedException, ...]:
    """Return a list as a file may have it: sorted, no day twice; sometimes at the ends of time."""
    points = draw(st.lists(st.integers(0, 40), unique=True, max_size=10).map(sorted))
    base = draw(st.sampled_from([FIRST.toordinal(), ENDS[0].toordinal(), ENDS[1].toordinal() - 40]))
    found = []
    for start, stop in zip(points[::2], points[1::2], strict=False):
        first, last = (datetime.date.fromordinal(base + point) for point in (start, draw(st.integers(start, stop - 1))))
        found.append(DatedException(first, draw(st.sampled_from(SPANS)), None, last if last > first else None))
    return tuple(found)


def by_day(exceptions: tuple[DatedException, ...]) -> dict[datetime.date, tuple[tuple[int, int], ...]]:
    return {day: exception.spans for day, exception in in_days(exceptions, *ENDS)}


@given(st.lists(lists(), max_size=4))
def test_of_one_day_the_nearest_list_counts(several: list[tuple[DatedException, ...]]) -> None:
    together = layered(*several)
    expected: dict[datetime.date, tuple[tuple[int, int], ...]] = {}
    for one in reversed(several):
        expected |= by_day(one)
    assert by_day(together) == expected
    assert [*together] == sorted(together, key=lambda each: each.date)
    assert all(one.last < other.date for one, other in pairwise(together))


@given(lists(), st.integers(-3, 45), st.integers(0, 10))
def test_days_are_found_by_their_window(exceptions: tuple[DatedException, ...], start: int, length: int) -> None:
    ordinal = min(max(FIRST.toordinal() + start, 1), ENDS[1].toordinal() - length)
    first, last = (datetime.date.fromordinal(each) for each in (ordinal, ordinal + length))
    wanted = {day: spans for day, spans in by_day(exceptions).items() if first <= day <= last}
    assert {day: one.spans for day, one in in_days(exceptions, first, last)} == wanted
    assert {one for one in exceptions if one.date <= last and one.last >= first} == {
        *overlapping(exceptions, first, last)
    }


@given(lists(), lists())
def test_lists_clash_on_the_days_that_differ(
    one: tuple[DatedException, ...], other: tuple[DatedException, ...]
) -> None:
    mine, theirs = by_day(one), by_day(other)
    differing = {day for day in mine.keys() & theirs.keys() if mine[day] != theirs[day]}
    found = {
        datetime.date.fromordinal(day)
        for earlier, later in clashes(one, other)
        for day in range(max(earlier.date, later.date).toordinal(), min(earlier.last, later.last).toordinal() + 1)
    }
    assert found == differing
