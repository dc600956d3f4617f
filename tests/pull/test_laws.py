"""The laws of pull: afterwards the plan is empty, a second pull changes nothing, and no other byte ever changes."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dfsync.files.edit.nodes import NodeKind, read_source
from dfsync.model.fields import FIELD, FIELDS
from dfsync.model.site import Site
from dfsync.model.values import Value, to_json
from dfsync.pull.new_sites.layout import Layout
from dfsync.pull.run import Form
from tests.files import odd_files
from tests.pull.worlds import LIVE, World

FORMS = st.builds(Form, st.sampled_from(Layout), st.booleans())


@settings(deadline=None, max_examples=40)
@given(LIVE, FORMS)
def test_after_a_pull_the_plan_is_empty_and_the_files_are_valid(rows, form):
    """Whatever live holds, and however the files are laid out: nothing to create, nothing to change, no error."""
    world = World.of()
    pulled = world.pull(rows, form=form)
    assert world.errors() == []
    assert world.plan(rows).changes == ()
    told = len({notice.who for notice in pulled.notices if notice.what.startswith("left out")})
    assert pulled.created + told >= len(rows)


@settings(deadline=None, max_examples=40)
@given(LIVE, FORMS)
def test_a_second_pull_changes_nothing(rows, form):
    """Pull is a fixed point, byte for byte."""
    world = World.of()
    world.pull(rows, form=form)
    before = dict(world.files)
    assert world.pull(rows, form=form).changes == ()
    assert world.files == before


@settings(deadline=None, max_examples=40)
@given(LIVE, LIVE)
def test_a_pull_of_another_live_makes_the_plan_empty_again(before, after):
    """Sites that were edited since come in, new ones too, and gone ones do no harm but stand as creates."""
    world = World.of()
    world.pull(before)
    pulled = world.pull(after)
    assert world.errors() == []
    gone = {row["Site ID"] for row in before} - {row["Site ID"] for row in after}
    stays = {notice.who.partition(" ")[0] for notice in pulled.notices}
    left = [change.id for change in world.plan(after).changes if change.id not in gone]
    assert [id for id in left if id.partition(" ")[0] not in stays] == []


CONFIGS = st.sampled_from(
    [
        "version: 1\ntargets: {production: {customer_id: 1}}\n",
        """\
version: 1
targets: {production: {customer_id: 1}}
hours_profiles: {retail: {Mon-Fri: 09:00-18:59}}
defaults:
  - match: sites/**
    set: {currency: USD, address: {country: USA}, groups: [All], operational_hours: {profile: retail}}
""",
    ]
)
EDITS = {
    "operational_hours": [
        [{"days": ["Sun"], "start": "10:00", "end": "16:59"}],
        [{"days": ["Fri"], "start": "20:00", "end": "23:59"}, {"days": ["Sat"], "start": "00:00", "end": "03:59"}],
        None,
    ],
    "groups": ["East", "East,New Group,1e3", "", "All,NO"],
    "timezone": ["America/New_York", ""],
    "currency": ["USD", None],
}
TEXT_EDITS = ["new", "02134", "", "it's # 5", "two\nlines"]


@st.composite
def edited_worlds(draw):
    """Return a world of a made file, live as the files say, and live after one edit in the web application."""
    config = draw(CONFIGS)
    data = draw(odd_files.files)
    world = World({"dfsync.yaml": config.encode(), "sites/made.yaml": data})
    checked = world.checked()
    assume(checked.desired.sites and not world.errors())
    rows = [row_of(site) for site in checked.desired.sites.values()]
    number = draw(st.integers(0, len(rows) - 1))
    managed = [name for name in checked.desired.sites[rows[number]["Site ID"]].fields if name != "name"]
    assume(managed)
    name = draw(st.sampled_from(managed))
    value = draw(st.sampled_from(EDITS.get(name, TEXT_EDITS)))
    after = [dict(row) for row in rows]
    after[number][FIELD[name].column] = value
    return world, rows, after, after[number]["Site ID"], name


def row_of(site: Site) -> dict[str, object]:
    """Return the row of live that is exactly what the files say."""
    row = {field.column: live_form(site.fields[field.name]) for field in FIELDS if field.name in site.fields}
    return {"Site ID": site.id, **row}


def live_form(value: Value) -> object:
    """Return a value as the export has it."""
    return ",".join(value) if isinstance(value, tuple) else to_json(value)


@settings(deadline=None, max_examples=40)
@given(edited_worlds())
def test_a_pull_of_nothing_leaves_every_byte(case):
    """Live that says what the files say changes no file, whatever it looks like."""
    world, rows, *_ = case
    before = dict(world.files)
    assert world.pull(rows).changes == ()
    assert world.files == before


@settings(deadline=None, max_examples=40)
@given(edited_worlds())
def test_one_edit_in_live_changes_that_value_and_nothing_else(case):
    """The site says what live says, all other values are what they were, comments stay, and a second pull is silent."""
    world, _, rows, id, name = case
    before = world.checked().desired
    data = world.files["sites/made.yaml"]
    world.pull(rows)
    after = world.checked().desired
    assert world.errors() == []
    assert [change for change in world.plan(rows).changes if change.kind == "site"] == []  # contacts were never sent
    assert world.pull(rows).changes == ()
    for site in before.sites.values():
        changed = {
            (site.id, field)
            for field, value in site.fields.items()
            if after.sites[site.id].fields.get(field, ...) != value
        }
        assert changed <= {(id, name)}
    assert {key: contact.fields for key, contact in after.contacts.items()} == {
        key: contact.fields for key, contact in before.contacts.items()
    }
    # Within a list, a mapping or a text over lines, what looks like a comment may be part of the value.
    if name not in {"operational_hours", "groups", "escalation_path"}:
        assert Counter(_COMMENT.findall(world.files["sites/made.yaml"])) == Counter(_COMMENT.findall(data))


@settings(deadline=None, max_examples=40)
@given(edited_worlds())
def test_an_edited_text_changes_the_bytes_of_the_old_one_only(case):
    """Where a text is written by the site itself and shared with nobody, all bytes around it stay."""
    world, _, rows, id, name = case
    source = read_source(world.files["sites/made.yaml"])
    pointer = (*world.checked().desired.sites[id].place.pointer, *name.split("."))
    node = source.node(pointer)
    steps = [source.node(pointer[:depth]) for depth in range(1, len(pointer) + 1)]
    assume(node is not None and node.kind is NodeKind.SCALAR and name not in {"operational_hours", "groups"})
    assume(not any(step is None or step.anchor for step in steps))
    world.pull(rows)
    text = read_source(world.files["sites/made.yaml"]).text
    assert text.startswith(source.text[: node.content])
    assert text.endswith(source.text[node.end :])


_COMMENT = re.compile(rb"# (?:note \d+|why: 'this\"|first)")
