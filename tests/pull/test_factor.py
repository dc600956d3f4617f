"""What new sites have in common, as a person would write it."""

from __future__ import annotations

import pytest

from dfsync.model.hours.file_form.read import read_hours
from dfsync.pull.new_sites.layout import Layout
from dfsync.pull.new_sites.profiles_and_defaults import profile_name
from dfsync.pull.run import Form
from tests.pull.worlds import World

FACTOR = Form(factor=True)
WEEK = {"days": ["Mon", "Tue", "Wed", "Thu", "Fri"], "start": "09:00", "end": "17:59"}


def row(number: int, country: str = "USA", state: str = "CA", **columns: object) -> dict[str, object]:
    """Return a row of live."""
    named = {name.replace("_", " "): value for name, value in columns.items()}
    return {
        "Site ID": f"s{number}",
        "Site Name": f"Store {number}",
        "Address Country": country,
        "Address State": state,
        "Currency": "USD",
        "Operational Hours": [WEEK],
        **named,
    }


@pytest.mark.parametrize(
    ("hours", "name"),
    [
        ({"Mon-Fri": "09:00-17:59"}, "mon-fri-9-18"),
        ({"Mon-Sun": "07:00-22:00"}, "daily-7-22"),
        ({"Mon-Sun": "07:00-21:59"}, "daily-7-22"),
        ({"Mon-Sun": "00:00-23:59"}, "open-24-7"),
        ({"Mon-Fri": "09:30-17:29", "Sat": "10:00-13:59"}, "mon-fri-930-1730-sat-10-14"),
        ({"Fri,Sat": "22:00-02:00"}, "fri-sat-22-2"),
        ({"Mon-Fri": ["09:00-11:59", "13:00-23:59"]}, "mon-fri-9-12-13-24"),
        (
            {"Mon": "09:00-09:59", "Wed": "09:00-10:59", "Fri": "09:00-11:59", "Sun": "09:00-12:59"},
            "mon-9-10-wed-9-11-fri-9-12-etc",
        ),
        ({}, "closed"),
    ],
)
def test_a_profile_is_named_after_what_it_is(hours, name):
    """Days and hours as people say them; closing times are the minute after the last."""
    week = read_hours(hours).week
    assert week is not None
    assert profile_name(week) == name


def test_common_values_become_defaults_and_profiles():
    """dfsync.yaml is edited, not written anew, and the sites say only what is theirs."""
    world = World.of(config="# ours\nversion: 1 # one\n")
    rows = [*(row(number) for number in range(3)), row(3, Currency="EUR"), row(4, state="NV")]
    world.pull(rows, form=FACTOR)
    assert world.text("dfsync.yaml") == (
        "# ours\nversion: 1 # one\n"
        "defaults:\n"
        "  - match: sites/usa/**\n"
        "    set: {address: {country: USA}, currency: USD, operational_hours: {profile: mon-fri-9-18}}\n"
        "  - match: sites/usa/ca/**\n"
        "    set: {address: {state: CA}}\n"
        "hours_profiles:\n"
        "  mon-fri-9-18: {Mon-Fri: 09:00-17:59}\n"
    )
    assert world.text("sites/usa/ca/store-0.yaml") == "id: s0\nname: Store 0\n"
    assert world.text("sites/usa/ca/store-3.yaml") == "id: s3\nname: Store 3\ncurrency: EUR\n"
    assert world.text("sites/usa/nv/store-4.yaml") == "id: s4\nname: Store 4\naddress: {state: NV}\n"
    assert world.plan(rows).changes == ()
    assert world.pull(rows, form=FACTOR).changes == ()


def test_a_site_that_lacks_a_default_says_so():
    """null keeps a default of the repository from filling in what live has empty."""
    config = "version: 1\ndefaults:\n  - match: sites/**\n    set: {currency: USD, address: {country: USA}}\n"
    world = World.of(config=config)
    world.pull([{"Site ID": "a", "Site Name": "A", "Address Country": "USA"}])
    assert world.text("sites/usa/a.yaml") == "id: a\nname: A\ncurrency: null\n"


def test_folders_that_have_files_already_get_no_default():
    """A default for them could give sites of the files a value that they leave out."""
    world = World.of({"sites/usa/ca/old.yaml": "id: old\nname: Old\n"})
    rows = [*(row(number) for number in range(4)), {"Site ID": "old", "Site Name": "Old"}]
    world.pull(rows, form=FACTOR)
    assert b"defaults" not in world.files["dfsync.yaml"]
    assert world.plan(rows).changes == ()


def test_a_profile_that_is_there_is_used():
    """The same week gets no second name; another week no name that is taken."""
    taken = "version: 1\nhours_profiles:\n  office: {Mon-Fri: 09:00-17:59}\n  daily-7-22: {Mon: 07:00-21:59}\n"
    world = World.of(config=taken)
    daily = [{"days": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], "start": "07:00", "end": "21:59"}]
    rows = [row(number) for number in range(3)] + [row(number, Operational_Hours=daily) for number in range(3, 6)]
    world.pull(rows, form=FACTOR)
    assert world.text("dfsync.yaml").endswith(
        "  daily-7-22: {Mon: 07:00-21:59}\n  daily-7-22-2: {Mon-Sun: 07:00-21:59}\n"
    )
    assert world.text("sites/usa/ca/store-0.yaml").endswith("operational_hours: {profile: office}\n")


def test_few_sites_have_nothing_in_common():
    """Two of a kind are no rule."""
    world = World.of()
    world.pull([row(1), row(2)], form=FACTOR)
    assert "defaults" not in world.text("dfsync.yaml")
    assert "hours_profiles" not in world.text("dfsync.yaml")


def test_defaults_fit_shared_files_too():
    """With a file a state, the file itself is what shares."""
    world = World.of()
    rows = [*(row(number) for number in range(3)), *(row(number, state="NV") for number in range(3, 6))]
    world.pull(rows, form=Form(Layout.PER_STATE, factor=True))
    assert "  - match: sites/usa/ca.yaml\n    set: {address: {state: CA}}\n" in world.text("dfsync.yaml")
    assert world.text("sites/usa/ca.yaml").startswith("sites:\n  - id: s0\n    name: Store 0\n\n  - id: s1\n")
    assert world.plan(rows).changes == ()


def test_no_new_default_wins_over_one_of_a_part_of_its_folder():
    """A later `sites/**` in euros would win over the `sites/us/**` in dollars that stands there, for stores to come."""
    config = "version: 1\ndefaults:\n  - match: sites/us/**\n    set: {currency: USD}\n"
    for match in ("sites/us/**", "**/us/**", "sites/*/us/*.yaml"):
        world = World.of(config=config.replace("sites/us/**", f'"{match}"'))
        world.pull(
            [
                row(n, country=c, state=s, Currency="EUR")
                for n, (c, s) in enumerate(
                    [
                        ("Germany", "BY"),
                        ("Germany", "BE"),
                        ("France", "75"),
                        ("France", "13"),
                        ("Italy", "RM"),
                        ("Italy", "MI"),
                    ]
                )
            ],
            form=FACTOR,
        )
        defaults = world.text("dfsync.yaml")
        assert "match: sites/**\n" not in defaults or "EUR" not in defaults.partition("match: sites/**\n")[2], defaults
