"""Operational hours: a set of minutes of the week, however it is written."""

from __future__ import annotations

import json

import pytest

from tests.contract.world import World, row

DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def entry(days: str, start: str, end: str) -> dict[str, object]:
    """Return an entry of the API: `entry("Mon Tue", "09:00", "17:00")`."""
    return {"days": days.split(), "start": start, "end": end}


def site(hours: str) -> str:
    """Return a site with these hours."""
    return f"id: site-123\nname: Downtown Store\noperational_hours: {hours}\n"


WEEKDAYS = "Mon Tue Wed Thu Fri"
WEEK = " ".join(DAYS)

RENDERED = [
    ("[{days: [Mon, Tue, Wed, Thu, Fri], start: 09:00, end: 18:59}]", [entry(WEEKDAYS, "09:00", "18:59")]),
    ("[{days: [Fri, Thu, Mon], start: '09:00', end: \"18:59\"}]", [entry("Mon Thu Fri", "09:00", "18:59")]),
    ("{Mon-Fri: 09:00-18:59}", [entry(WEEKDAYS, "09:00", "18:59")]),
    (
        "{Mon-Fri: 09:00-18:59, Sat: [09:00-12:00, 13:00-17:00], Sun: closed}",
        [entry(WEEKDAYS, "09:00", "18:59"), entry("Sat", "09:00", "12:00"), entry("Sat", "13:00", "17:00")],
    ),
    ("{Sat-Mon: 10:00-11:00}", [entry("Mon Sat Sun", "10:00", "11:00")]),
    ("{'Mon,Wed': 10:00-11:00}", [entry("Mon Wed", "10:00", "11:00")]),
    ("{'Mon, Wed': 10:00-11:00}", [entry("Mon Wed", "10:00", "11:00")]),
    ("{'Mon-Tue,Sat': 10:00-11:00}", [entry("Mon Tue Sat", "10:00", "11:00")]),
    ("{Mon: 10:00-11:00, Tue: 10:00-11:00}", [entry("Mon Tue", "10:00", "11:00")]),
    ("{Mon-Sun: 00:00-23:59}", [entry(WEEK, "00:00", "23:59")]),
    ("{Mon-Sun: 00:00-24:00}", [entry(WEEK, "00:00", "23:59")]),
    ("{Mon: 18:00-00:00}", [entry("Mon", "18:00", "23:59")]),
    ("{Mon: 18:00-24:00}", [entry("Mon", "18:00", "23:59")]),
    ("{Mon: 22:00-02:00}", [entry("Mon", "22:00", "23:59"), entry("Tue", "00:00", "02:00")]),
    ("{Sun: 22:00-02:00}", [entry("Mon", "00:00", "02:00"), entry("Sun", "22:00", "23:59")]),
    ("[{days: [Sun], start: 22:00, end: 02:00}]", [entry("Mon", "00:00", "02:00"), entry("Sun", "22:00", "23:59")]),
    ("{Mon: [09:00-12:00, 12:00-17:00]}", [entry("Mon", "09:00", "17:00")]),
    ("{Mon: [09:00-12:00, 12:01-17:00]}", [entry("Mon", "09:00", "17:00")]),
    ("{Mon: [13:00-17:00, 09:00-12:00]}", [entry("Mon", "09:00", "12:00"), entry("Mon", "13:00", "17:00")]),
    ("{Mon: closed, Tue: 08:00-09:00}", [entry("Tue", "08:00", "09:00")]),
    (
        "{Fri: 22:00-04:00, Sat: 22:00-04:00}",
        [entry("Fri Sat", "22:00", "23:59"), entry("Sat Sun", "00:00", "04:00")],
    ),
    ("{Mon: 23:00-00:00, Tue: 00:00-01:00}", [entry("Mon", "23:00", "23:59"), entry("Tue", "00:00", "01:00")]),
    (
        "{Mon: [09:00-10:00, 12:00-13:00], Tue: [12:00-13:00]}",
        [entry("Mon", "09:00", "10:00"), entry("Mon Tue", "12:00", "13:00")],
    ),
    ("{Wed: 12:00-13:00, Mon: 14:00-15:00}", [entry("Mon", "14:00", "15:00"), entry("Wed", "12:00", "13:00")]),
    ("{Mon: 23:00-00:01}", [entry("Mon", "23:00", "23:59"), entry("Tue", "00:00", "00:01")]),
]


@pytest.mark.parametrize(("written", "expected"), RENDERED)
def test_rendered_hours_are_canonical(world: World, written: str, expected: list[object]) -> None:
    """Days Mon…Sun, equal days grouped, entries ordered by first day, then start, compact JSON."""
    world.site(site(written))
    assert world.findings("error") == []
    plan = world.plan(row())
    assert plan["changes"][0]["fields"][0]["after"] == expected
    header, cells = world.rendered(row())["sites.001.csv"]
    cell = dict(zip(header, cells, strict=True))["Operational Hours"]
    assert cell == json.dumps(expected, separators=(",", ":"))


@pytest.mark.parametrize(("written", "expected"), RENDERED)
def test_what_was_sent_is_no_change(world: World, written: str, expected: list[object]) -> None:
    """Two schedules are equal when their sets of minutes are, as an array or as JSON text."""
    world.site(site(written))
    assert world.change(row(Operational_Hours=expected)) == {}
    assert world.change(row(Operational_Hours=json.dumps(expected))) == {}
    assert world.change(row(Operational_Hours=expected[::-1])) == {}


@pytest.mark.parametrize(
    "live",
    [
        [entry("Mon", "09:00", "18:59"), entry("Tue Wed Thu Fri", "09:00", "18:59")],
        [entry("Fri Thu Wed Tue Mon", "09:00", "18:59")],
        [entry(WEEKDAYS, "09:00", "11:59"), entry(WEEKDAYS, "12:00", "18:59")],
        [entry(WEEKDAYS, "09:00", "14:00"), entry(WEEKDAYS, "12:00", "18:59")],
        [entry(WEEKDAYS, "09:00", "12:00"), entry(WEEKDAYS, "12:00", "18:59")],
        [{**entry(WEEKDAYS, "09:00", "18:59"), "id": 7}],
    ],
)
def test_equal_however_grouped_ordered_or_split(world: World, live: list[object]) -> None:
    """Two schedules are equal when those sets are equal, however they are grouped, ordered or split."""
    world.site(site("{Mon-Fri: 09:00-18:59}"))
    assert world.change(row(Operational_Hours=live)) == {}
    assert world.change(row(Operational_Hours=json.dumps(live))) == {}


def test_a_minute_makes_a_change(world: World) -> None:
    """`start` and `end` are both inclusive."""
    world.site(site("{Mon: 09:00-18:59}"))
    for start, end in (("09:00", "19:00"), ("09:01", "18:59"), ("09:00", "18:58")):
        assert list(world.change(row(Operational_Hours=[entry("Mon", start, end)]))) == ["operational_hours"]


@pytest.mark.parametrize("written", ["[]", "{}", "null", "", "~", "{Mon-Sun: closed}"])
@pytest.mark.parametrize("live", [None, [], "", "[]"])
def test_closed_and_empty_compare_equal(world: World, written: str, live: object) -> None:
    """`[]` means closed all week; null empties the field; live can't tell them apart, so they compare equal."""
    world.site(site(written))
    assert world.change(row(Operational_Hours=live)) == {}
    hours = [entry("Mon", "09:00", "10:00")]
    before, after = world.change(row(Operational_Hours=hours))["operational_hours"]
    assert before == hours
    assert after in ([], None)


def test_how_closed_and_null_are_sent(world: World) -> None:
    """`[]` is sent as an empty array, null as an empty cell."""
    live = row(Operational_Hours=[entry("Mon", "09:00", "10:00")])
    for written, cell in (("[]", "[]"), ("{}", "[]"), ("null", "")):
        world.site(site(written))
        assert world.rendered(live)["sites.001.csv"][1] == ["site-123", "Downtown Store", cell]


@pytest.mark.parametrize(
    "written",
    [
        "{Mo: 09:00-10:00}",
        "{Monday: 09:00-10:00}",
        "{mon: 09:00-10:00}",
        "{Mon-Foo: 09:00-10:00}",
        "[{days: [Mon, Xyz], start: 09:00, end: 10:00}]",
        "{Mon: 9:00-10:00}",
        "{Mon: 09:00-25:00}",
        "{Mon: 09:60-10:00}",
        "{Mon: 24:00-10:00}",
        "{Mon: 09.00-10.00}",
        "{Mon: 09:00}",
        "{Mon: 09:00-10:00-11:00}",
        "{Mon: '09:00:00-10:00:00'}",
        "{Mon: 0900-1000}",
        "[{days: [Mon], start: 9am, end: 10:00}]",
        "[{days: [Mon], start: 09:00, end: 24:01}]",
        "{Mon: 09:00-09:00}",
        "{Mon: 00:00-00:00}",
        "[{days: [Mon], start: 00:00, end: 00:00}]",
        "[{days: [Mon, Mon], start: 09:00, end: 10:00}]",
        "[{days: [Mon], start: 09:00}]",
        "[{days: [Mon], start: 09:00, end: 10:00, note: x}]",
        "{Mon: [09:00-12:00, 11:00-13:00]}",
        "[{days: [Mon, Tue], start: 09:00, end: 12:00}, {days: [Tue], start: 11:59, end: 13:00}]",
        "{Mon: 22:00-02:00, Tue: 01:00-05:00}",
        "{Sun: 22:00-02:00, Mon: 01:00-05:00}",
        "{Mon-Fri: 09:00-10:00, Wed: 12:00-13:00}",
        "{Mon: 09:00-10:00, 'Mon,Tue': 12:00-13:00}",
        "{profile: nowhere}",
        "{profile: retail, Mon: 09:00-10:00}",
        "09:00-10:00",
        "always",
        "{Mon: maybe}",
        "{Mon: {start: 09:00}}",
    ],
)
def test_wrong_hours(world: World, written: str) -> None:
    """Unknown day, no HH:MM, start equal to end, a day listed twice, overlaps, a mixed profile are errors."""
    world.config("hours_profiles: {retail: {Mon-Fri: 09:00-18:59}}\n")
    world.site(site(written))
    found = world.findings("error")
    assert found
    assert {one["field"].partition("[")[0].partition(".")[0] for one in found} == {"operational_hours"}
    assert {(one["file"], one["line"]) for one in found} == {("sites/site.yaml", 3)}


@pytest.mark.parametrize("written", ["{Mon: 00:00-00:00}", "[{days: [Mon], start: 00:00, end: 00:00}]"])
def test_all_day_is_explained(world: World, written: str) -> None:
    """`00:00`-`00:00` too: say how all day is written."""
    world.site(site(written))
    assert "23:59" in json.dumps(world.findings("error"))


def test_a_profile(world: World) -> None:
    """`{profile: retail}`: all forms mean the same thing to every command; a profile takes any form."""
    world.config(
        "hours_profiles:\n"
        "  retail: {Mon-Fri: 09:00-18:59, Sat-Sun: 07:00-20:00}\n"
        "  listed: [{days: [Mon], start: 09:00, end: 10:00}]\n"
        "  none: {}\n"
        "  never: []\n"
    )
    for profile, expected in (
        ("retail", [entry(WEEKDAYS, "09:00", "18:59"), entry("Sat Sun", "07:00", "20:00")]),
        ("listed", [entry("Mon", "09:00", "10:00")]),
        ("none", None),
        ("never", None),
    ):
        world.site(site(f"{{profile: {profile}}}"))
        assert world.findings("error") == []
        assert world.change(row(Operational_Hours=expected)) == {}


def test_a_one_minute_entry_may_be_rendered(world: World) -> None:
    """A rendered entry may be one minute long."""
    world.site(site("{Sun: 23:59-00:00}"))
    assert world.change(row())["operational_hours"][1] == [entry("Sun", "23:59", "23:59")]
    assert world.change(row(Operational_Hours=[entry("Sun", "23:59", "23:59")])) == {}


def test_live_hours_of_other_form_still_plan(world: World) -> None:
    """A one minute entry, an end of 24:00 and an overlap in live are understood."""
    world.site(site("{Mon: 09:00-00:00}"))
    assert world.change(row(Operational_Hours=[entry("Mon", "09:00", "24:00")])) == {}
    assert world.change(row(Operational_Hours=[entry("Mon", "09:00", "23:59")])) == {}
