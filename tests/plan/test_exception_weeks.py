"""Dated exceptions, rendered into the one week that the API knows."""

from __future__ import annotations

import datetime

import pytest

from dfsync.model.exception_days import DatedException
from dfsync.model.hours.week import Week
from dfsync.model.hours.write import entries
from dfsync.plan.exception_weeks import PlanDay
from dfsync.plan.upcoming_exceptions import upcoming_exceptions
from tests.plan.small_plans import site

NINE_TO_FIVE = (9 * 60, 17 * 60)
WEEK = Week(((NINE_TO_FIVE,),) * 7)
DATE = datetime.date


def closed(date: datetime.date) -> DatedException:
    return DatedException(date, ())


def closed_days(plan_day: PlanDay, *exceptions: DatedException, zone: str | None = None) -> list[int]:
    """Return the weekdays (0 is Monday) without hours."""
    made, _ = plan_day.on_its_day(site("a", exceptions, operational_hours=WEEK, timezone=zone), None)
    week = made.fields["operational_hours"]
    assert isinstance(week, Week)
    return [day for day, spans in enumerate(week.by_day()) if not spans]


def on(date: datetime.date, days_ahead: int = 6) -> PlanDay:
    return PlanDay(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), days_ahead, date)


@pytest.mark.parametrize(("days_before", "expected"), [(7, []), (6, [4]), (1, [4]), (0, [4]), (-1, [])])
def test_an_exception_is_in_the_week_from_six_days_ahead_to_its_own_day(days_before: int, expected: list[int]) -> None:
    """Christmas 2026 is a Friday; the day after, the usual Friday is planned back."""
    christmas = DATE(2026, 12, 25)
    assert closed_days(on(christmas - datetime.timedelta(days=days_before)), closed(christmas)) == expected


def test_with_no_days_ahead_only_the_day_itself_counts() -> None:
    christmas = DATE(2026, 12, 25)
    assert closed_days(on(DATE(2026, 12, 24), 0), closed(christmas)) == []
    assert closed_days(on(christmas, 0), closed(christmas)) == [4]


def test_the_turn_of_the_year_is_no_border() -> None:
    assert closed_days(on(DATE(2026, 12, 30)), closed(DATE(2026, 12, 31)), closed(DATE(2027, 1, 1))) == [3, 4]


@pytest.mark.parametrize(
    ("zone", "expected"), [("Pacific/Auckland", []), ("America/Los_Angeles", [4]), ("UTC", [4]), (None, [4])]
)
def test_the_day_is_the_sites_own(zone: str | None, expected: list[int]) -> None:
    """At noon UTC of the 25th it is the 26th in Auckland, and the exception is over there."""
    noon = PlanDay(datetime.datetime(2026, 12, 25, 12, tzinfo=datetime.UTC))
    assert closed_days(noon, closed(DATE(2026, 12, 25)), zone=zone) == expected


def test_the_tail_of_a_night_stays_when_the_next_day_is_an_exception() -> None:
    """A span past midnight belongs to the day it starts on."""
    night = Week((((22 * 60, 26 * 60),),) * 7)
    made, _ = on(DATE(2026, 12, 25)).on_its_day(site("a", (closed(DATE(2026, 12, 25)),), operational_hours=night), None)
    week = made.fields["operational_hours"]
    assert isinstance(week, Week)
    friday = [(entry["start"], entry["end"]) for entry in entries(week) if "Fri" in entry["days"]]
    assert friday == [("00:00", "01:59")]


def test_where_hours_are_not_managed_nothing_is_rendered() -> None:
    for fields in ({}, {"operational_hours": None}):
        made, day = on(DATE(2026, 12, 25)).on_its_day(site("a", (closed(DATE(2026, 12, 25)),), **fields), None)
        assert day is None
        assert made.fields.get("operational_hours") is None


def test_the_exceptions_to_come_are_listed_by_date_the_same_ones_together() -> None:
    eve = DatedException(DATE(2026, 12, 24), (NINE_TO_FIVE,), "Eve")
    over, later = closed(DATE(2026, 12, 20)), closed(DATE(2026, 12, 25))
    found = upcoming_exceptions([site("a", (over, eve, later)), site("b", (eve,))], on(DATE(2026, 12, 24)))
    assert [(day.exception, day.sites) for day in found] == [(eve, ("a", "b")), (later, ("a",))]
    assert found[0].shown_from == DATE(2026, 12, 18)
