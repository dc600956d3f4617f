"""Service days hold whole nights, and give the declared week back."""

from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from dfsync.model.hours.week import CLOSED, DAY, Week
from dfsync.traffic.analysis.days.frame import SLOTS, STEP, frame_of, service_days, week_of
from tests.traffic.scene import hours, shop, week

spans = st.tuples(st.integers(0, DAY - 1), st.integers(1, DAY)).map(lambda pair: (pair[0], pair[0] + pair[1]))
weeks = st.tuples(*[st.lists(spans, max_size=2).map(tuple)] * 7).map(Week)


@given(weeks)
def test_a_frame_holds_exactly_the_declared_week(declared: Week) -> None:
    """Cut anywhere, nothing is lost and nothing added."""
    frame = frame_of(declared)
    assert week_of(frame.spans) == declared
    assert frame.cut % STEP == 0
    assert all(frame.cut <= start < stop <= frame.cut + DAY for day in frame.spans for start, stop in day)


def test_a_night_belongs_to_the_day_it_starts_on() -> None:
    """This holds for Sunday's night too, and if the API split it at midnight."""
    night = shop("17:00", "03:00", closed=())
    split = Week((((0, 180), (17 * 60, DAY)),) * 7)
    assert frame_of(night) == frame_of(split)
    assert frame_of(night).spans == (((hours("17:00"), hours("27:00")),),) * 7
    assert frame_of(night).cut == hours("10:00")


def test_a_site_that_never_closes_has_days_from_midnight() -> None:
    """There is no better time to cut."""
    assert frame_of(week((0, DAY))).cut == 0
    assert frame_of(CLOSED).spans == ((),) * 7


def test_a_service_day_takes_the_morning_of_the_next() -> None:
    """A morning outside of the range has no counts."""
    first = datetime.date(2026, 5, 4)
    calendar = {first + datetime.timedelta(days=day): tuple([float(day)] * SLOTS) for day in range(2)}
    one, two = service_days(calendar, 6 * 60)
    assert one.counts == (0.0,) * 72 + (1.0,) * 24
    assert two.counts == (1.0,) * 72 + (None,) * 24
