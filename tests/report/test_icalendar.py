"""The calendar as other programs read it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from dfsync.model.exception_days import DatedException as Day
from dfsync.model.exception_days import ExceptionOrigin
from dfsync.plan.upcoming_exceptions import UpcomingException
from dfsync.report.icalendar import render

icalendar = pytest.importorskip("icalendar", reason="the test extra is not installed")

TODAY = datetime.date(2026, 12, 1)
CHRISTMAS = datetime.date(2026, 12, 25)
AT = (0, "calendars", "us", "exceptions", 0)
HOSTILE = "Sto,ck;ta\\king\r\nBEGIN:VEVENT\u202e " + "ü😀" * 60
ZONES = {"a": "America/New_York", "b": "Europe/Berlin", "c": None}


def events(*days: Day, sites: tuple[str, ...] = ("a", "b", "c"), owner: str = "123") -> list[Any]:
    text = render([UpcomingException(day, sites, TODAY) for day in days], ZONES, {"a": "Store, A"}, TODAY, owner)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    return list(icalendar.Calendar.from_ical(text).walk("VEVENT"))


def shared(spans: tuple[tuple[int, int], ...] = (), note: str | None = None, until: datetime.date | None = None) -> Day:
    return Day(CHRISTMAS, spans, note, until, ExceptionOrigin.CALENDAR, AT)


def test_a_closed_day_is_a_whole_day_and_a_range_is_one_event() -> None:
    (day,) = events(shared(note="Christmas Day"))
    assert (day.decoded("dtstart"), day.decoded("dtend")) == (CHRISTMAS, datetime.date(2026, 12, 26))
    assert day["summary"] == "Christmas Day: closed (3 sites)"
    assert day["description"] == "Written in calendar us\na Store, A\nb\nc"
    (several,) = events(shared(until=datetime.date(2026, 12, 27)))
    assert several.decoded("dtend") == datetime.date(2026, 12, 28)


def test_hours_are_moments_by_the_zone_of_the_sites() -> None:
    """A night ends on the day after; sites whose zone is not known have times of the reader's own."""
    night = events(shared(((1320, 1560),), until=datetime.date(2026, 12, 26)))
    starts = [(each.decoded("dtstart"), each.decoded("dtend") - each.decoded("dtstart")) for each in night]
    at = datetime.datetime
    four = datetime.timedelta(hours=4)
    assert starts[:3] == [
        (at(2026, 12, 26, 3, tzinfo=datetime.UTC), four),
        (at(2026, 12, 25, 21, tzinfo=datetime.UTC), four),
        (at(2026, 12, 25, 22), four),
    ]
    assert len(starts) == 6


def test_an_event_is_the_same_in_the_next_file() -> None:
    """Also when the exception moves in its list or gets another note; no two events are the same."""
    before = events(shared(((600, 840),), "Eve"), replace(shared(), date=TODAY))
    moved = replace(shared(((600, 840),), "Christmas Eve"), pointer=(*AT[:-1], 7))
    after = events(moved)
    uids = [each["uid"] for each in before]
    assert [each["uid"] for each in after] == uids[:3]
    assert len({*uids}) == len(uids)
    assert {each["uid"] for each in events(moved, owner="124")}.isdisjoint(uids)


def test_nothing_in_a_note_becomes_a_line_of_its_own() -> None:
    (event,) = events(shared(note=HOSTILE), sites=("a",))
    assert event["summary"].startswith("Sto,ck;ta\\king\\r\\nBEGIN:VEVENT")
    assert "ü😀ü😀" in event["summary"]
