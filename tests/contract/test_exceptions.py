"""Dated exceptions: days that differ from the week, which the API does not know."""

from __future__ import annotations

import datetime

import pytest

from tests.contract.test_hours import entry
from tests.contract.world import World, row
from tests.support.days import now, today

USUAL = "id: site-123\nname: Downtown Store\ntimezone: America/Los_Angeles\noperational_hours: {Mon-Sun: 09:00-17:00}\n"


def site(*exceptions: str, hours: str = "{Mon-Sun: 09:00-17:00}") -> str:
    """Return a site with exceptions."""
    lines = "".join(f"  - {{{one}}}\n" for one in exceptions)
    return f"id: site-123\nname: Downtown Store\ntimezone: UTC\noperational_hours: {hours}\nexceptions:\n{lines}"


def week(world: World, as_of: str) -> object:
    """Return the hours that a plan of a day renders."""
    plan = world.plan(row(Timezone="UTC"), options=("--as-of", as_of))
    return next(one["after"] for one in plan["changes"][0]["fields"] if one["field"] == "operational_hours")


ALL = "Mon Tue Wed Thu Fri Sat Sun"


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2026-12-18", [entry(ALL, "09:00", "17:00")]),
        ("2026-12-19", [entry("Mon Tue Wed Thu Sat Sun", "09:00", "17:00")]),
        ("2026-12-25", [entry("Mon Tue Wed Thu Sat Sun", "09:00", "17:00")]),
        ("2026-12-26", [entry(ALL, "09:00", "17:00")]),
    ],
)
def test_from_the_day_to_six_days_ahead(world: World, as_of: str, expected: object) -> None:
    """Every exception dated from that day to six days ahead replaces its weekday; later plans put it back."""
    world.site(site("date: 2026-12-25, closed: true"))
    assert week(world, as_of) == expected


@pytest.mark.parametrize(
    ("days_ahead", "as_of", "closed"),
    [(0, "2026-12-25", True), (0, "2026-12-24", False), (2, "2026-12-23", True), (2, "2026-12-22", False)],
)
def test_days_ahead(world: World, days_ahead: int, as_of: str, closed: bool) -> None:
    """The setting `exceptions: {days_ahead: 6}` may be 0 to 6."""
    world.config(f"exceptions: {{days_ahead: {days_ahead}}}\n")
    world.site(site("date: 2026-12-25, closed: true"))
    assert (week(world, as_of) == [entry(ALL, "09:00", "17:00")]) is not closed


def test_hours_of_an_exception(world: World) -> None:
    """`hours:` of an exception, one span or a list, replaces the day."""
    world.site(site("date: 2026-12-24, hours: 09:00-14:00, note: Christmas Eve"))
    assert week(world, "2026-12-24") == [
        entry("Mon Tue Wed Fri Sat Sun", "09:00", "17:00"),
        entry("Thu", "09:00", "14:00"),
    ]
    world.site(site("date: 2026-12-24, hours: [09:00-11:00, 12:00-14:00]"))
    assert week(world, "2026-12-24")[1:] == [entry("Thu", "09:00", "11:00"), entry("Thu", "12:00", "14:00")]


def test_a_tail_stays(world: World) -> None:
    """A span past midnight belongs to the day it starts on; its tail stays when the next day is an exception."""
    world.site(site("date: 2026-12-25, closed: true", hours="{Thu: 20:00-02:00, Fri: 20:00-02:00}"))
    assert week(world, "2026-12-25") == [entry("Thu", "20:00", "23:59"), entry("Fri", "00:00", "02:00")]


def test_an_exception_past_midnight(world: World) -> None:
    """An exception's own span past midnight reaches into the next day."""
    world.site(site("date: 2026-12-25, hours: 20:00-02:00", hours="{Mon: 09:00-10:00}"))
    assert week(world, "2026-12-25") == [
        entry("Mon", "09:00", "10:00"),
        entry("Fri", "20:00", "23:59"),
        entry("Sat", "00:00", "02:00"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "id: a\nname: A\nexceptions: [{date: 2026-12-25, closed: true}]\n",
        "id: a\nname: A\noperational_hours: null\nexceptions: [{date: 2026-12-25, closed: true}]\n",
        site("date: 2026-12-25, closed: true", "date: 2026-12-25, hours: 09:00-10:00"),
        site("date: 2026-13-25, closed: true"),
        site("date: 25.12.2026, closed: true"),
        site("date: 2026-02-30, closed: true"),
        site("date: 2026-12-25"),
        site("date: 2026-12-25, closed: true, hours: 09:00-10:00"),
        site("date: 2026-12-25, closed: maybe"),
        site("date: 2026-12-25, closed: 'true'"),
        site("date: 2026-12-25, hours: 9-10"),
        site("closed: true"),
        site("date: 2026-12-25, closed: true, why: x"),
    ],
)
def test_wrong_exceptions(world: World, text: str) -> None:
    """An exception where hours are unmanaged or null, the same date twice, or a wrong one is an error."""
    world.site(text)
    assert world.findings("error")
    assert world.dfsync("validate").code == 1


def test_a_profile_may_have_exceptions_in_all_its_sites(world: World) -> None:
    """Defaults may give exceptions to many sites."""
    world.config("defaults:\n  - {match: sites/**, set: {exceptions: [{date: 2026-12-25, closed: true}]}}\n")
    world.site(
        "id: site-123\nname: Downtown Store\ntimezone: UTC\noperational_hours: {Fri: 09:00-17:00, Sat: 10:00-11:00}\n"
    )
    assert week(world, "2026-12-25") == [entry("Sat", "10:00", "11:00")]


def test_today_in_the_sites_time_zone(world: World) -> None:
    """The day of a plan is today in the site's time zone."""
    hour = now()
    ahead, behind = "Pacific/Kiritimati", "Pacific/Pago_Pago"
    days = {zone: (hour + datetime.timedelta(hours=hours)).date() for zone, hours in ((ahead, 14), (behind, -11))}
    assert days[ahead] > days[behind]
    exception = days[behind]
    for zone, closed in ((ahead, False), (behind, True)):
        world.site(
            f"id: site-123\nname: Downtown Store\ntimezone: {zone}\noperational_hours: {{Mon-Sun: 09:00-17:00}}\n"
            f"exceptions: [{{date: {exception}, closed: true}}]\n"
        )
        hours = world.change(row(Timezone=zone))["operational_hours"][1]
        assert (hours != [entry(ALL, "09:00", "17:00")]) is closed


def test_a_saved_plan_of_another_day_is_stale(world: World) -> None:
    """A saved plan whose exceptions were rendered for another day is stale (4)."""
    world.site(site("date: 2026-12-25, closed: true"))
    world.ok("plan", "--as-of", "2026-12-24", "--out", "plan.json")
    outcome = world.apply("plan.json")
    assert outcome.code == 4
    assert "the day moved" in outcome.err
    assert world.api.imports() == []


def test_a_saved_plan_of_today_is_fresh(world: World) -> None:
    """A saved plan with an exception that was rendered for today is applied."""
    day = today()
    world.site(site(f"date: {day}, closed: true"))
    world.ok("plan", "--out", "plan.json")
    assert world.apply("plan.json").code == 0
    sent = world.api.sites["site-123"]["Operational Hours"]
    assert day.strftime("%a") not in sent[0]["days"]


@pytest.mark.parametrize("as_of", ["tomorrow", "2026-13-01", "24.12.2026", ""])
def test_a_wrong_day_is_wrong_usage(world: World, as_of: str) -> None:
    """The exit code is 64, wrong usage."""
    world.site(USUAL)
    assert world.dfsync("plan", "--live", world.live(), "--as-of", as_of).code == 64


def test_calendar(world: World) -> None:
    """`calendar`: dated exceptions to come."""
    day = today() + datetime.timedelta(days=3)
    past = day - datetime.timedelta(days=30)
    world.site(site(f"date: {day}, closed: true, note: Stocktaking", f"date: {past}, closed: true, note: Bygone"))
    out = world.ok("calendar").out
    assert str(day) in out
    assert "Stocktaking" in out
    assert "site-123" in out
    assert str(past) not in out
    assert world.api.asked == []
