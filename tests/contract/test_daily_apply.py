"""The apply of every day: only dated exceptions, counted by themselves, and everything else left to a review."""

from __future__ import annotations

import datetime

import pytest

from tests.contract.test_hours import entry
from tests.contract.world import World, row
from tests.support.days import now

ALL = "Mon Tue Wed Thu Fri Sat Sun"
USUAL = [entry(ALL, "09:00", "17:00")]


@pytest.fixture(autouse=True)
def _not_before_midnight() -> None:
    now()


def site(id: str, name: str = "Store") -> str:
    return f"id: {id}\nname: {name}\ntimezone: UTC\noperational_hours: {{Mon-Sun: 09:00-17:00}}\n"


def live(id: str) -> dict[str, object]:
    columns = {"Site ID": id, "Site Name": "Store", "Timezone": "UTC", "Operational Hours": USUAL}
    return dict(row(**columns))


@pytest.fixture
def chain(world: World) -> World:
    """Three sites that are live as the files say, and a calendar that closes them all today."""
    for id in "abc":
        world.api.sites[id] = row(
            **{"Site ID": id, "Site Name": "Store", "Timezone": "UTC", "Operational Hours": USUAL}
        )
        world.site(site(id), id)
    world.config("limits: {max_updates: 0, max_clears: 0}\n")
    world.ok("apply", "--auto-approve")
    calendar(world)
    return world


def calendar(world: World, limits: str = "max_updates: 0, max_clears: 0") -> None:
    first, last = (day_of_now() + datetime.timedelta(days=days) for days in (-3, 1))
    exceptions = f"[{{from: {first}, to: {last}, closed: true, note: Works}}]"
    world.config(f"limits: {{{limits}}}\ncalendars:\n  us: {{match: 'sites/**', exceptions: {exceptions}}}\n")


def day_of_now() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


def closed_today(world: World, id: str) -> bool:
    day = day_of_now().strftime("%a")
    return day not in [day for one in world.api.sites[id]["Operational Hours"] for day in one["days"]]


def test_exceptions_are_no_updates_and_no_clears(chain: World) -> None:
    """Whatever the limits of updates: they are counted by themselves."""
    chain.ok("apply", "--auto-approve")
    assert all(closed_today(chain, id) for id in "abc")
    assert chain.dfsync("drift").code == 0
    plan = chain.ok("plan", "--format", "json").json
    assert plan["changes"] == []


def test_a_limit_of_their_own_names_the_words_that_let_them_through(chain: World) -> None:
    calendar(chain, "max_updates: 0, max_exceptions: 2")
    plan = chain.ok("plan", "--format", "json").json
    assert (plan["pending"]["exceptions"], plan["pending"]["exceptions_begin"]) == (3, 3)
    before = len(chain.api.imports())
    outcome = chain.dfsync("apply", "--auto-approve")
    assert outcome.code == 5
    assert "--accept exceptions=3" in outcome.all
    assert len(chain.api.imports()) == before
    assert chain.dfsync("apply", "--auto-approve", "--accept", "exceptions=2").code == 5
    chain.ok("apply", "--auto-approve", "--accept", "exceptions=3")
    assert closed_today(chain, "a")


@pytest.mark.parametrize("saved", [False, True])
def test_only_exceptions(chain: World, saved: bool) -> None:
    """A rename, a new site and a contact wait; state does not take them for applied."""
    chain.site(site("a", "Renamed"), "a")
    chain.site(site("new") + "contacts: [{name: Ada, email: ada@example.com}]\n", "new")
    if saved:
        chain.ok("plan", "--only-exceptions", "--out", "plan.json")
        chain.ok("apply", "plan.json")
    else:
        chain.ok("apply", "--auto-approve", "--only-exceptions")
    assert all(closed_today(chain, id) for id in "abc")
    assert "new" not in chain.api.sites
    assert chain.api.sites["a"]["Site Name"] == "Store"
    assert chain.dfsync("drift").code == 0
    changes = chain.ok("plan", "--format", "json").json["changes"]
    assert [(change["kind"], change["action"]) for change in changes] == [
        ("site", "update"),
        ("site", "create"),
        ("contact", "create"),
    ]
    assert [(field["field"], field["cause"]) for field in changes[0]["fields"]] == [("name", "change")]


def test_an_edit_made_elsewhere_is_not_put_back_by_it(chain: World) -> None:
    """Hours that live never had from here are no exception's."""
    chain.api.sites["b"]["Operational Hours"] = [entry("Mon", "01:00", "02:00")]
    chain.ok("apply", "--auto-approve", "--only-exceptions")
    assert chain.api.sites["b"]["Operational Hours"] == [entry("Mon", "01:00", "02:00")]
    assert closed_today(chain, "a")
    assert chain.dfsync("drift").code == 2


def test_a_saved_plan_takes_no_choice(chain: World) -> None:
    chain.ok("plan", "--out", "plan.json")
    assert chain.dfsync("apply", "plan.json", "--only-exceptions").code == 64


def test_hours_that_the_files_close_all_week_are_a_clear(world: World) -> None:
    """Sites that become closed all week count as clears."""
    world.api.sites["a"] = live("a")
    world.config("limits: {max_clears: 0}\n")
    world.site(site("a").replace("{Mon-Sun: 09:00-17:00}", "[]"), "a")
    outcome = world.dfsync("apply", "--auto-approve")
    assert outcome.code == 5
    assert "--accept clears=1" in outcome.all


def test_pull_takes_no_hours_of_a_day_that_is_over(world: World) -> None:
    """Between midnight and the daily apply live shows yesterday's exception still: it is no edit to take in."""
    yesterday = day_of_now() - datetime.timedelta(days=1)
    others = " ".join(day for day in ALL.split() if day != yesterday.strftime("%a"))
    world.api.sites["a"] = {**live("a"), "Operational Hours": [entry(others, "09:00", "17:00")]}
    exceptions = f"[{{date: {yesterday}, closed: true}}]"
    world.config(f"calendars:\n  us: {{match: 'sites/**', exceptions: {exceptions}}}\n")
    world.site(site("a"), "a")
    outcome = world.ok("pull", "--force")
    assert (world.root / "sites/a.yaml").read_text() == site("a")
    assert "hours of another day" in outcome.all
