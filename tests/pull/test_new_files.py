"""New sites as files: canonical, minimal, and saying today what live shows."""

from __future__ import annotations

import pytest

from dfsync.errors import InputError
from dfsync.model.hours.file_form.read import read_hours
from dfsync.model.hours.write import entries
from dfsync.pull.new_sites.layout import Layout
from dfsync.pull.run import Form
from tests.pull.worlds import World

WEEK = entries(read_hours({"Mon-Sun": "09:00-17:59"}).week)
ROW = {"Site ID": "a", "Site Name": "A", "Operational Hours": WEEK}


@pytest.mark.parametrize(
    "config",
    [
        "defaults: [{match: sites/**, set: {exceptions: [{date: '2026-11-25', closed: true}]}}]\n",
        """\
hours_profiles: {p: {hours: {Mon-Sun: 09:00-17:59}, exceptions: [{date: '2026-11-25', closed: true}]}}
defaults: [{match: sites/**, set: {operational_hours: {profile: p}}}]
""",
    ],
)
def test_inherited_exceptions_do_not_change_a_new_site_at_once(config):
    """Where a default would close a day that live has open, the new site has none; later exceptions hold for it too."""
    world = World.of(config="version: 1\n" + config)
    world.pull([ROW])
    assert world.plan([ROW]).changes == ()
    assert "exceptions: []" in world.text("sites/a.yaml")
    world = World.of(config="version: 1\n" + config.replace("2026-11-25", "2026-12-25"))
    world.pull([ROW])
    assert world.plan([ROW]).changes == ()
    assert "exceptions" not in world.text("sites/a.yaml")


def test_what_a_default_says_is_not_repeated():
    """An address is compared part by part, groups and hours as a whole."""
    config = (
        "version: 1\nhours_profiles: {p: {Mon-Sun: 09:00-17:59}}\ndefaults:\n  - match: sites/**\n"
        "    set: {groups: [B, A], address: {country: USA, state: CA}, operational_hours: {profile: p}}\n"
    )
    world = World.of(config=config)
    world.pull([{**ROW, "Site Groups": "A,B", "Address Country": "USA", "Address State": "NV"}])
    assert world.text("sites/usa/nv/a.yaml") == "id: a\nname: A\naddress: {state: NV}\n"


def test_a_shared_file_that_is_there_grows():
    """A second pull adds to the list of the first, and changes what changed in it too."""
    world = World.of()
    form = Form(Layout.SINGLE)
    world.pull([ROW], form=form)
    first = world.text("sites/sites.yaml")
    world.pull([{**ROW, "Site Name": "New"}, {"Site ID": "b", "Site Name": "B"}], form=form)
    assert world.text("sites/sites.yaml") == first.replace("name: A", "name: New") + "  - id: b\n    name: B\n"


def test_a_shared_path_that_another_file_has_is_refused():
    """A file of one site can't become a list without being written anew."""
    world = World.of({"sites/sites.yaml": "id: z\nname: Z\n"})
    with pytest.raises(InputError, match=r"sites/sites\.yaml exists and has no list"):
        world.pull([ROW], form=Form(Layout.SINGLE))


def test_new_files_lead_editors_to_the_schema():
    """As `fmt` would write it, so that it has nothing to change."""
    world = World.of({"schemas/site.schema.json": "{}"})
    world.pull([{**ROW, "Address Country": "USA"}])
    assert world.text("sites/usa/a.yaml").startswith(
        "# yaml-language-server: $schema=../../schemas/site.schema.json\nid: a\n"
    )
