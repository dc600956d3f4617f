"""Two weeks side by side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dfsync.model.hours.file_form.read import read_hours
from dfsync.model.hours.live import live_hours
from dfsync.model.hours.week import CLOSED, DAY, Week
from dfsync.model.hours.write import described_by_day
from dfsync.report.elements.changed_days import changed_days, whole_week
from dfsync.report.elements.picture import picture
from dfsync.report.elements.weeks import SMALLEST

spans = st.tuples(st.integers(0, DAY - 1), st.integers(1, DAY)).map(lambda pair: (pair[0], pair[0] + pair[1]))
weeks = st.tuples(*[st.lists(spans, max_size=2).map(tuple)] * 7).map(Week)


def week(**days: str) -> Week:
    found = read_hours({day.replace("_", "-"): hours for day, hours in days.items()}).week
    assert found is not None
    return found


def test_days_that_change_alike_are_written_once_and_the_others_not_at_all():
    """Mon–Fri and Sunday close two hours later, Saturday stays."""
    before = week(Mon_Fri="09:00-18:59", Sat="10:00-13:59", Sun="09:00-18:59")
    after = week(Mon_Fri="09:00-20:59", Sat="10:00-13:59", Sun="09:00-20:59")
    assert changed_days(before, after) == (("Mon–Fri, Sun", "09:00–18:59", "09:00–20:59", 120),)


def test_a_week_that_changes_every_day_is_daily():
    """Seven days alike need no names."""
    assert changed_days(CLOSED, week(Mon_Sun="00:00-23:59")) == (("daily", "closed", "all day", 1440),)


def test_stretches_are_the_whole_week():
    """Days that stay are there too, so that a table shows a week."""
    rows = whole_week(week(Mon_Fri="09:00-18:59"), week(Mon_Thu="09:00-18:59", Sat="10:00-12:00"))
    assert [row.days for row in rows] == ["Mon–Thu", "Fri", "Sat", "Sun"]


@given(weeks, weeks)
def test_weeks_read_alike_only_when_they_are_equal(one, other):
    """The text of two weeks differs if and only if the weeks differ."""
    assert (described_by_day(one) == described_by_day(other)) == (one == other)
    assert (changed_days(one, other) == ()) == (one == other)


def test_more_than_a_day_is_never_told_as_less():
    """Monday 06:00 to Tuesday 11:59 does not read as Monday 06:00–11:59."""
    long = live_hours(
        [{"days": ["Mon"], "start": "06:00", "end": "23:59"}, {"days": ["Tue"], "start": "00:00", "end": "11:59"}]
    )
    assert changed_days(long, week(Mon="06:00-11:59")) == (
        ("Mon", "06:00–23:59", "06:00–11:59", -720),
        ("Tue", "00:00–11:59", "closed", -720),
    )


def test_a_picture_tells_what_stays_from_what_opens_and_closes():
    """Two hours later both ways: one bar stays, one opens, one closes."""
    shown = picture(week(Mon="09:00-16:59"), week(Mon="11:00-18:59"))
    assert shown == ("M162 2h72v12h-72z", "M234 2h24v12h-24z", "M138 2h24v12h-24z", 24)


@given(weeks, weeks)
def test_a_picture_has_every_open_minute_once(one, other):
    """The widths of the bars add up to the minutes of the weeks; a few minutes at an edge are not drawn."""

    def minutes(path: str) -> float:
        return sum(float(bar.split("h")[1].split("v")[0]) * 5 for bar in path.split("M")[1:])

    def opened(week: Week) -> int:
        return sum(stop - start for start, stop in week.minutes)

    kept, added, removed = map(minutes, picture(one, other)[:3])
    edges = 2 * sum(len(spans) for week in (one, other) for spans in (*week.by_day(), week.minutes))
    assert abs(kept + removed - opened(one)) <= 6 + SMALLEST * edges
    assert abs(kept + added - opened(other)) <= 6 + SMALLEST * edges
