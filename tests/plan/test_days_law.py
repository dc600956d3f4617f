"""The law of dated exceptions: on each day a site is open when its files say so, minute by minute.

An independent model knows nothing of weeks: for each date it has the spans that start on it, and walks real minutes.
"""

from __future__ import annotations

import datetime
import zoneinfo

from hypothesis import given, settings
from hypothesis import strategies as st

from dfsync.files.calendars import CalendarChooser
from dfsync.model.exception_days import DatedException, ExceptionOrigin, layered
from dfsync.model.hours.week import DAY, Week
from dfsync.model.place import Place
from dfsync.model.settings import ExceptionCalendar
from dfsync.model.site import Site
from dfsync.plan.exception_weeks import PlanDay

SPAN = st.sampled_from([(0, DAY), (840, 1020), (1320, 1560), (720, 721), (1439, 1441), (1200, DAY), (840, 2160)])
DAYS = st.lists(SPAN, max_size=1).map(tuple)
TURNS = ["2027-12-28", "2028-02-26", "2027-03-25", "2027-10-28", "2024-02-27", "2027-07-01"]
"""The end of a year, leap days, clocks that change, and nothing special."""
ZONES = ["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York", "Europe/Berlin", "UTC", None]


@st.composite
def exceptions(draw: st.DrawFn, base: datetime.date, origin: ExceptionOrigin) -> tuple[DatedException, ...]:
    """Return a list of exceptions around a date, ranges among them."""
    points = draw(st.lists(st.integers(-8, 22), unique=True, max_size=6).map(sorted))
    found = []
    for start, stop in zip(points[::2], points[1::2], strict=False):
        first, last = (base + datetime.timedelta(days=days) for days in (start, stop - 1))
        found.append(DatedException(first, draw(DAYS), None, last if last != first else None, origin))
    return tuple(found)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Site, tuple[tuple[DatedException, ...], ...], datetime.datetime]:
    """Return a site with its calendars, the lists that count for it, the nearest first, and a moment."""
    base = datetime.date.fromisoformat(draw(st.sampled_from(TURNS)))
    lists = tuple(draw(exceptions(base, origin)) for origin in ExceptionOrigin)
    own, profile, calendar, default = lists
    week = Week(tuple(draw(st.tuples(*[DAYS] * 7))))
    fields = {"operational_hours": week, "groups": ("West",), "timezone": draw(st.sampled_from(ZONES))}
    site = Site("a", fields, Place("sites/a.yaml"), 1, None, layered(own, profile, default))
    chosen = ExceptionCalendar("c", "sites/**", frozenset({"West"}), calendar)
    others = ExceptionCalendar("d", None, frozenset({"East"}), draw(exceptions(base, ExceptionOrigin.CALENDAR)))
    now = datetime.datetime.combine(base, datetime.time(), datetime.UTC)
    now += datetime.timedelta(minutes=draw(st.integers(0, 10 * DAY)))
    return CalendarChooser([chosen, others]).extended(site), lists, now


def open_minutes(week: Week, lists: tuple[tuple[DatedException, ...], ...], day: datetime.date) -> set[int]:
    """Return the minutes of a day in which a site is open, by the files alone."""
    minutes: set[int] = set()
    for back in (1, 0):
        date = day - datetime.timedelta(days=back)
        said = [one.spans for each in lists for one in each if one.date <= date <= one.last]
        for start, stop in said[0] if said else week.days[date.weekday()]:
            minutes |= {minute - back * DAY for minute in range(start, stop)} & {*range(DAY)}
    return minutes


@settings(max_examples=150, deadline=None)
@given(worlds(), st.integers(0, 6))
def test_a_rendered_week_is_right_on_its_day_and_on_the_days_ahead(
    world: tuple[Site, tuple[tuple[DatedException, ...], ...], datetime.datetime], ahead: int
) -> None:
    """But for the first hours of the plan's day: they are of the night before, and that day is over."""
    site, lists, now = world
    usual, zone = site.fields["operational_hours"], site.fields["timezone"]
    assert isinstance(usual, Week)
    today = now.astimezone(zoneinfo.ZoneInfo(str(zone or "UTC"))).date()
    made, day = PlanDay(now, ahead).on_its_day(site, None)
    assert day == (today if site.exceptions else None)
    rendered = made.fields["operational_hours"]
    assert isinstance(rendered, Week)
    minutes = {minute for start, stop in rendered.minutes for minute in range(start, stop)}
    for number in range(ahead + 1):
        date = today + datetime.timedelta(days=number)
        night = range(720) if number == 0 else ()
        live = {minute % DAY for minute in minutes if minute // DAY == date.weekday()}
        assert live.difference(night) == open_minutes(usual, lists, date).difference(night), (date, number)
