"""Where and how a changed value is written: its place, its form, and a value of its own where it was shared."""

from __future__ import annotations

import pytest

from dfsync.errors import InputError
from dfsync.pull.edit_files import CANT_CLEAR, FROM_ANCHOR, FROM_DEFAULT
from tests.pull.worlds import World

FILE = "sites/a.yaml"
ROW = {"Site ID": "a", "Site Name": "A"}
SUNDAY = [{"days": ["Sun"], "start": "10:00", "end": "18:59"}]
CONFIG = """\
version: 1
hours_profiles: {retail: {Mon-Fri: 09:00-18:59}}
defaults:
  - match: sites/**
    set: {currency: USD, groups: [All], address: {country: USA, state: CA}, operational_hours: {profile: retail}}
"""


def pulled(text: str, config: str = "version: 1\n", **row: object) -> str:
    """Return the file of a site after live, with these columns, came in."""
    world = World.of({FILE: f"id: a\nname: A\n{text}"}, config)
    columns = {key.replace("_", " "): value for key, value in row.items()}
    world.pull([{**ROW, **columns}])
    return world.text(FILE).removeprefix("id: a\nname: A\n")


def test_hours_keep_their_form():
    """A list stays a list, compact stays compact, in braces or over lines."""
    after = pulled("operational_hours:\n- {days: [Mon], start: '09:00', end: '12:00'}\n", Operational_Hours=SUNDAY)
    assert after == 'operational_hours:\n- {days: [Sun], start: "10:00", end: "18:59"}\n'
    assert pulled("operational_hours: {Mon: 09:00-12:00} # x\n", Operational_Hours=SUNDAY) == (
        "operational_hours: {Sun: 10:00-18:59} # x\n"
    )
    assert pulled("operational_hours:\n    Mon: 09:00-12:00\n    Tue: closed\n", Operational_Hours=SUNDAY) == (
        "operational_hours:\n    Mon-Sat: closed\n    Sun: 10:00-18:59\n"
    )


def test_groups_change_member_by_member():
    """Members that stay keep their place, their quotes and their comments."""
    text = "groups:\n  - Retail # r\n  - 'West'\n  - Old\n"
    assert pulled(text, Site_Groups="New,West,Retail") == "groups:\n  - Retail # r\n  - 'West'\n  - New\n"
    assert pulled(text, Site_Groups="New") == "groups:\n  - New\n"
    assert pulled("groups: [A, B]\n", Site_Groups="B,C") == "groups: [B, C]\n"


def test_a_value_from_a_default_becomes_the_sites_own():
    """The default stays for the others, and the user is notices."""
    world = World.of({FILE: "id: a\nname: A\n", "sites/b.yaml": "id: b\nname: B\n"}, CONFIG)
    shared = {"Site Groups": "All", "Address Country": "USA", "Currency": "USD"}
    hours = [{"days": ["Mon", "Tue", "Wed", "Thu", "Fri"], "start": "09:00", "end": "18:59"}]
    rows = [
        {**ROW, **shared, "Currency": "EUR", "Address State": "NV", "Operational Hours": SUNDAY},
        {"Site ID": "b", "Site Name": "B", **shared, "Address State": "CA", "Operational Hours": hours},
    ]
    told = world.pull(rows).notices
    assert world.text(FILE) == (
        "id: a\nname: A\naddress:\n  state: NV\ncurrency: EUR\noperational_hours: {Sun: 10:00-18:59}\n"
    )
    assert world.text("sites/b.yaml") == "id: b\nname: B\n"
    assert world.plan(rows).changes == ()
    assert {(notice.what, notice.who) for notice in told} == {
        (FROM_DEFAULT, "a address.state"),
        (FROM_DEFAULT, "a currency"),
        (FROM_DEFAULT, "a operational_hours"),
    }


def test_a_value_from_a_profile_becomes_the_sites_own():
    """The profile is for all who name it; only this site leaves it."""
    config = "version: 1\nhours_profiles: {retail: {Mon: 09:00-12:00}}\n"
    after = pulled("operational_hours: {profile: retail}\n", config, Operational_Hours=SUNDAY)
    assert after == "operational_hours: {Sun: 10:00-18:59}\n"


def test_a_value_from_an_anchor_becomes_the_sites_own():
    """Others who share it keep it, and the user is notices."""
    text = "sites:\n- {id: a, name: A, currency: &c EUR}\n- {id: b, name: B, currency: *c}\n"
    world = World.of({FILE: text})
    told = world.pull([{**ROW, "Currency": "USD"}, {"Site ID": "b", "Site Name": "B", "Currency": "EUR"}]).notices
    assert world.text(FILE) == text.replace("&c EUR", "&c USD").replace("*c", "&c EUR")
    assert [(notice.what, notice.who) for notice in told] == [(FROM_ANCHOR, "a sites.currency")]


def test_empty_hours_stay_a_week_where_exceptions_need_one():
    """Closed all week is how live's emptiness is written beside dated exceptions."""
    text = "operational_hours: {Mon: 09:00-12:00}\nexceptions: [{date: '2030-01-01', closed: true}]\n"
    assert pulled(text, Operational_Hours=None).startswith("operational_hours: {}\n")
    assert pulled("operational_hours: {Mon: 09:00-12:00}\n", Operational_Hours=None) == "operational_hours: null\n"


def test_a_file_that_cannot_be_edited_is_named():
    """Blank lines that a text above would swallow: the refusal says which file, and nothing is written."""
    world = World.of({FILE: "id: a\nname: A\nescalation_path: |+\n  B\ncurrency: EUR\n\ntimezone: UTC\n"}, KEEP)
    before = dict(world.files)
    with pytest.raises(InputError, match=r"sites/a\.yaml can't be edited in place"):
        world.pull([{**ROW, "Escalation Path": "B", "Currency": "", "Timezone": "UTC"}])
    assert world.files == before


def test_a_default_that_live_lacks_can_stay():
    """Where empty cells empty nothing, the site can't leave the default: notices, not written."""
    world = World.of({FILE: "id: a\nname: A\n"}, KEEP + "defaults: [{match: sites/**, set: {currency: USD}}]\n")
    assert [notice.what for notice in world.pull([ROW]).notices] == [CANT_CLEAR]


KEEP = "version: 1\napi: {blank_cells: keep}\n"
