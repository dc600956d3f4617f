"""The plan on a terminal."""

from __future__ import annotations

import re

import pytest

from dfsync.files.selection import SiteSelection
from dfsync.plan.values import Refusal
from dfsync.report.plan import text
from dfsync.report.plan.options import Options
from tests.hostile import texts
from tests.report.plan.plans import (
    LONGER,
    OFFICE,
    REFUSAL,
    create,
    everything,
    field,
    hostile,
    many,
    plan,
    update,
)
from tests.runner import commands

SHOWN = """\
production (customer 123 at https://api-external.dragonfruit.ai, commit 0123456789ab)
Note: 1 site that dfsync managed is in no file any more.

  ~ site-123  "Downtown Store"  sites/us/ca/downtown.yaml:1
      operational_hours  Mon–Fri 09:00–18:59 → 09:00–20:59

  + site-124  "Uptown Store"  sites/us/ca/uptown.yaml:1
      name               Uptown Store
      address.street     1 Main St
      address.city       San Francisco
      address.state      CA
      address.country    USA
      groups             Retail, West
      timezone           America/Los_Angeles
      operational_hours  Mon–Fri 09:00–18:59
                         Sat 10:00–13:59

  ~ site-125  "Mission Bay"  sites/us/ca/downtown.yaml:1
      timezone         America/Los_Angeles → America/Denver
      escalation_path  Ops Team → CLEAR
      groups           Retail, West → Outlet, Retail  [changed here, and edited elsewhere]

  ~ site-126  "Night Owl"  sites/us/ca/downtown.yaml:1
      operational_hours  Mon–Thu 11:00–22:59 → 09:00–18:59  [drift: edited elsewhere]
                         Fri 18:00–02:59 → 09:00–18:59
                         Sat 18:00–02:59 → closed

  ~ contact site-123/a***@example.com  contacts/all.yaml:3
      phone  +*** → +***

  + contact site-124/g***@example.com  contacts/all.yaml:3
      site   site-124
      name   G***
      email  g***@example.com

Drift kept as it is at 1 site, not sent (live → files)

  = site-130  "Harbor"  sites/us/ca/downtown.yaml:1
      currency  EUR → USD  [drift: edited elsewhere]

Spelled by the server's own rules at 1 site, counted as right (live → files)

  = site-131  "Pier"  sites/us/ca/downtown.yaml:1
      address.postal_code  94105-0000 → 94105

2 live sites in no file, never touched
  site-9  "Old Store"
  site-8  "Closed Store"  [was managed before]

2 contacts in no file any more; the API can't delete them
  2 contacts of site-123

apply refuses this plan:
  ! 412 updates are more than 30% of 1,000 live sites (300)
  To let exactly this plan through, add: --accept updates=412

3 sites change, 1 is new, 3 drift; 1 contact changes, 1 is new
1 value cleared, 247 sites unchanged, 1 site drifted and kept, 2 sites unmanaged, 2 contacts left behind
plan sha256:ab
"""


def test_everything_a_plan_can_hold_is_shown():
    """The whole text of a plan with one of everything."""
    assert text.render(everything(), [REFUSAL], Options(digest="sha256:ab")) == SHOWN


def test_an_empty_plan_says_that_there_is_nothing_to_send():
    """A plan without changes is two lines."""
    assert text.render(plan()).splitlines()[-1] == "Nothing to send: 247 sites unchanged, 0 drift"


def test_colour_changes_nothing_but_colour():
    """Without its colours the coloured text is the plain one."""
    coloured = text.render(everything(), [REFUSAL], Options(color=True))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text.render(everything(), [REFUSAL])


def test_the_same_change_at_many_sites_is_said_once_with_all_its_sites():
    """From 21 sites on one block names them all; at 20 each site has its own."""
    shown = text.render(many(400, alike=400))
    assert "the same at 400 sites\n      timezone  America/Los_Angeles → America/Denver\n" in shown
    assert set(re.findall(r"site-\d{5}", shown)) == {f"site-{n:05}" for n in range(400)}
    assert max(map(len, shown.splitlines())) <= 108
    assert "the same" not in text.render(many(20, alike=20))


def test_hours_that_become_empty_are_cleared_and_hours_from_nothing_are_whole():
    """Only two weeks are compared day by day; emptiness stands as what it is."""
    shown = text.render(
        plan(
            update("a", field("operational_hours", OFFICE, None)),
            update("b", field("operational_hours", None, LONGER)),
            update("c", field("operational_hours", OFFICE, [])),
            update("d", field("operational_hours", "[{bad json]", OFFICE)),
        )
    )
    assert "Mon–Fri 09:00–18:59 → CLEAR" in shown
    assert "(empty) → Mon–Fri 09:00–20:59" in shown
    assert "Mon–Fri 09:00–18:59 → closed" in shown
    assert '"[{bad json]" → Mon–Fri 09:00–18:59' in shown


@pytest.mark.parametrize("value", ["CLEAR", "(empty)", "A → B", 'a "b"', "[drift: edited elsewhere]", " a", "a  b"])
def test_data_can_not_be_taken_for_our_own_words(value):
    """Whatever reads like dfsync's own words or layout stands in quotes."""
    shown = text.render(plan(update("a", field("currency", value, "USD"))))
    assert f'currency  "{value.replace(chr(34), chr(92) + chr(34))}" → USD' in shown


@pytest.mark.parametrize("value", texts)
def test_hostile_text_stays_on_its_line_and_is_obeyed_by_nobody(value):
    """As many lines as for a harmless name, no control character and no workflow command among them."""
    refusals = [Refusal("create", f"creating {value} looks like a slip", value)]
    shown = text.render(hostile(value), refusals, Options(show_contacts=True))
    harmless = text.render(hostile("x" if value else ""), refusals, Options(show_contacts=True))
    assert len(shown.split("\n")) == len(harmless.split("\n"))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", shown)
    assert commands(shown) == []


def test_contacts_are_masked_unless_asked_for():
    """No address, name or phone number of a contact is shown by default."""
    assert not re.search("ada@|Ada|Grace|555", text.render(everything()))
    assert "+1 415 555 0100 → +1 415 555 0199" in text.render(everything(), (), Options(show_contacts=True))


def test_what_a_reader_must_know_is_said():
    """A part of a target, uncommitted work, and a first apply are noted."""
    shown = text.render(plan(create("a", field("name", None, "A")), selection=SiteSelection(("a*",)), has_state=False))
    assert "Note: Only a part of the target was planned (--only a*)" in shown
    assert "Note: Nothing was ever applied from here" in shown


def test_many_look_alikes_are_let_through_with_one_option():
    """Each is named; the words that let the plan through stay one line."""
    refusals = [Refusal("create", f"creating s{n} looks like a slip", f"--accept create=s{n}") for n in range(5)]
    shown = text.render(plan(), refusals)
    assert "creating s4 looks" in shown
    assert shown.count("--accept") == 1
