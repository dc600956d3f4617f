"""Calendars: dated exceptions that many sites share, and ranges of days wherever a date may stand."""

from __future__ import annotations

import datetime

import pytest

from tests.contract.test_exceptions import ALL, week
from tests.contract.test_hours import entry
from tests.contract.world import World
from tests.support.days import today

HOURS = "timezone: UTC\noperational_hours: {Mon-Sun: 09:00-17:00}\n"
SITE = f"id: site-123\nname: Downtown Store\ngroups: [Retail]\n{HOURS}"
CALENDAR = "calendars:\n  us:\n    match: sites/us/**\n    exceptions: [{date: '2026-12-25', closed: true}]\n"
USUAL = [entry(ALL, "09:00", "17:00")]
CLOSED = [entry("Mon Tue Wed Thu Sat Sun", "09:00", "17:00")]


def friday(start: str, end: str) -> list[object]:
    return [entry("Mon Tue Wed Thu Sat Sun", "09:00", "17:00"), entry("Fri", start, end)]


@pytest.mark.parametrize(
    ("chosen", "name", "expected"),
    [
        ("match: sites/us/**", "us/site", CLOSED),
        ("match: sites/us/**", "ca/site", USUAL),
        ("match: sites/us/*.yaml", "us/site", CLOSED),
        ("groups: [Outlet, Retail]", "ca/site", CLOSED),
        ("groups: [Outlet]", "ca/site", USUAL),
        ("{match: sites/us/**, groups: [Retail]}", "us/site", CLOSED),
        ("{match: sites/us/**, groups: [Outlet]}", "us/site", USUAL),
    ],
)
def test_sites_are_chosen_by_path_or_by_group(world: World, chosen: str, name: str, expected: object) -> None:
    inner = chosen.strip("{}") + ", "
    world.config(f"calendars:\n  us: {{{inner}exceptions: [{{date: 2026-12-25, closed: true}}]}}\n")
    world.site(SITE, name)
    assert week(world, "2026-12-25") == expected


def test_of_one_date_the_nearest_wins(world: World) -> None:
    """A site's own comes before that of its profile, then that of a calendar, then that of a default."""
    written = "exceptions: [{date: 2026-12-25, hours: 02:00-03:00}]"
    profile = f"hours_profiles:\n  retail:\n    hours: {{Mon-Sun: 09:00-17:00}}\n    {written}\n"
    default = "defaults:\n  - {match: 'sites/**', set: {exceptions: [{date: 2026-12-25, hours: 04:00-05:00}]}}\n"
    own = "exceptions: [{date: 2026-12-25, hours: 01:00-02:00}]\n"
    calendar = "calendars:\n  us: {match: 'sites/**', exceptions: [{date: 2026-12-25, hours: 03:00-04:00}]}\n"
    by_profile = SITE.replace("{Mon-Sun: 09:00-17:00}", "{profile: retail}")
    for config, site, hour in (
        (profile + default + calendar, by_profile + own, "01:00"),
        (profile + default + calendar, by_profile, "02:00"),
        (default + calendar, SITE, "03:00"),
        (default, SITE, "04:00"),
    ):
        world.config(config)
        world.site(site)
        assert week(world, "2026-12-25")[1]["start"] == hour


def test_several_calendars_merge(world: World) -> None:
    world.config(CALENDAR + "  short: {groups: [Retail], exceptions: [{date: 2026-12-24, hours: 09:00-12:00}]}\n")
    world.site(SITE, "us/site")
    assert week(world, "2026-12-24") == [
        entry("Mon Tue Wed Sat Sun", "09:00", "17:00"),
        entry("Thu", "09:00", "12:00"),
    ]


def test_two_that_differ_on_a_date_are_a_finding_with_both_places(world: World) -> None:
    """Unless the site says itself what counts."""
    world.config(
        CALENDAR + "  short:\n    groups: [Retail]\n    exceptions:\n"
        "      - {from: '2026-12-24', to: '2026-12-26', hours: '09:00-12:00'}\n"
    )
    world.site(SITE, "us/site")
    (finding,) = world.findings("error")
    assert "2026-12-25" in finding["message"]
    text = world.dfsync("validate").out
    assert "dfsync.yaml:8" in text
    assert "dfsync.yaml:12" in text
    assert world.dfsync("plan", "--live", world.live()).code == 1
    world.site(SITE + "exceptions: [{date: '2026-12-25', hours: '10:00-11:00'}]\n", "us/site")
    assert world.findings("error") == []


def test_a_calendar_that_no_site_has_is_a_warning(world: World) -> None:
    world.config(CALENDAR)
    world.site(SITE, "ca/site")
    assert [each["severity"] for each in world.findings("warning")] == ["warning"]
    assert world.dfsync("validate").code == 0


def test_a_calendar_of_a_site_without_hours_is_an_error(world: World) -> None:
    """An exception where hours are unmanaged is an error; dfsync.yaml may say that it is meant so."""
    world.config(CALENDAR)
    world.site("id: site-123\nname: Downtown Store\n", "us/site")
    assert world.findings("error")
    world.config(CALENDAR + "rules: {DF523: {level: 'off', reason: their hours are managed elsewhere}}\n")
    assert world.dfsync("validate").code == 0


@pytest.mark.parametrize("place", ["site", "profile", "default", "calendar"])
def test_a_range_stands_wherever_a_date_may(world: World, place: str) -> None:
    """`from` and `to` are inclusive, everywhere."""
    written = "[{from: 2026-12-24, to: 2026-12-26, closed: true, note: Holidays}]"
    hours = "{Mon-Sun: 09:00-17:00}"
    configs = {
        "site": "",
        "profile": f"hours_profiles:\n  retail: {{hours: {hours}, exceptions: {written}}}\n",
        "default": f"defaults:\n  - {{match: 'sites/**', set: {{exceptions: {written}}}}}\n",
        "calendar": f"calendars:\n  us: {{match: 'sites/**', exceptions: {written}}}\n",
    }
    world.config(configs[place])
    site = SITE.replace(hours, "{profile: retail}") if place == "profile" else SITE
    world.site(site + (f"exceptions: {written}\n" if place == "site" else ""))
    open_days = {
        "2026-12-17": ALL,
        "2026-12-18": "Mon Tue Wed Fri Sat Sun",
        "2026-12-20": "Mon Tue Wed Sun",
        "2026-12-24": "Mon Tue Wed Sun",
        "2026-12-25": "Mon Tue Wed Thu Sun",
        "2026-12-26": "Mon Tue Wed Thu Fri Sun",
        "2026-12-27": ALL,
    }
    assert {day: week(world, day) for day in open_days} == {
        day: [entry(days, "09:00", "17:00")] for day, days in open_days.items()
    }


@pytest.mark.parametrize(
    "items",
    [
        "{date: 2026-12-25, closed: true}, {from: 2026-12-24, to: 2026-12-26, closed: true}",
        "{from: 2026-12-24, to: 2026-12-26, closed: true}, {from: 2026-12-26, to: 2026-12-27, closed: true}",
        "{from: 2026-12-26, to: 2026-12-24, closed: true}",
        "{from: 2026-12-26, closed: true}",
        "{to: 2026-12-26, closed: true}",
        "{date: 2026-12-25, from: 2026-12-25, to: 2026-12-26, closed: true}",
    ],
)
@pytest.mark.parametrize("place", ["site", "calendar"])
def test_wrong_ranges(world: World, items: str, place: str) -> None:
    """A date twice in one list is an error, also by ranges that overlap."""
    world.config(f"calendars:\n  us: {{match: 'sites/**', exceptions: [{items}]}}\n" if place == "calendar" else "")
    world.site(SITE + (f"exceptions: [{items}]\n" if place == "site" else ""))
    assert world.findings("error")


@pytest.mark.parametrize(
    ("as_of", "written"),
    [
        ("0001-01-01", "{from: 0001-01-01, to: 9999-12-31, hours: 20:00-02:00}"),
        ("0001-01-03", "{date: 0001-01-03, closed: true}"),
        ("9999-12-31", "{from: 9999-12-30, to: 9999-12-31, hours: 20:00-02:00}"),
        ("9999-12-28", "{date: 9999-12-31, closed: true}"),
        ("2028-02-29", "{date: 2028-02-29, closed: true}"),
    ],
)
def test_any_day_can_be_planned(world: World, as_of: str, written: str) -> None:
    """Also the first and the last that there are, for sites that are live, new, or were taken away."""
    world.config(f"calendars:\n  us: {{match: 'sites/**', exceptions: [{written}]}}\n")
    world.site(SITE)
    assert week(world, as_of) != USUAL
    world.ok("apply", "--auto-approve")
    world.api.sites.clear()
    world.ok("plan", "--as-of", as_of)
    for format in ("text", "json", "ics"):
        world.ok("calendar", "--format", format)


def test_calendar_as_json(world: World) -> None:
    day = today() + datetime.timedelta(days=3)
    last = day + datetime.timedelta(days=2)
    written = f"[{{from: {day}, to: {last}, closed: true, note: Works}}]"
    world.config(f"calendars:\n  us: {{match: 'sites/**', exceptions: {written}}}\n")
    world.site(SITE)
    (one,) = world.ok("calendar", "--format", "json").json["days"]
    assert (one["date"], one["to"], one["closed"], one["note"]) == (str(day), str(last), True, "Works")
    assert (one["sites"], one["written_in"]) == (["site-123"], "calendar us")
