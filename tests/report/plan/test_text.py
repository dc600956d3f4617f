"""The plan on a terminal."""

from __future__ import annotations

import re

import pytest

from dfsync.files.selection import SiteSelection
from dfsync.plan.values import Refusal
from dfsync.report.changes.options import Options
from dfsync.report.plan import text
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
from tests.support.ci_runner import commands
from tests.support.hostile import texts

SHOWN = """\
production (customer 123 at https://api-external.dragonfruit.ai, commit
  0123456789ab)
Note: 1 site that dfsync managed is in no file any more.
Hours name the last open minute: 09:00–20:59 is open until 21:00. In the bars
  a block is half an hour: █ stays open, ▓ opens, ░ closes, · is closed.

Edited elsewhere; apply puts back what the files say: 2 sites
  ~ site-126  "Night Owl"  sites/us/ca/downtown.yaml:1  −16 h a week
      operational_hours  Mon–Thu 11:00–22:59 → 09:00–18:59
                         [drift: edited elsewhere]
                         Fri 18:00–02:59 → 09:00–18:59
                         Sat 18:00–02:59 → closed
      Mon–Thu ··················▓▓▓▓████████████████░░░░░░░░········
      Fri     ··················▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓██░░░░░░░░░░░░░░░░
      Sat     ····································░░░░░░░░░░░░░░░░░░
      Somebody changed this in the web application; apply puts it back. To keep
      it: dfsync pull site-126

  ~ site-125  "Mission Bay"  sites/us/ca/downtown.yaml:1
      timezone         America/Los_Angeles → America/Denver
      escalation_path  Ops Team → CLEAR
      groups           + Outlet − West [changed here, and edited elsewhere]
      Somebody changed this in the web application, and the files changed too;
      apply sends the files' value. To take the other one:
      dfsync pull site-125 --force

New; a create can't be taken back: 1 site
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

Open longer: 1 site
  ~ site-123  "Downtown Store"  sites/us/ca/downtown.yaml:1  +10 h a week
      operational_hours  Mon–Fri 09:00–18:59 → 09:00–20:59
      Mon–Fri ··················████████████████████▓▓▓▓······

Contacts: 2 contacts
  ~ contact site-123/a***@example.com  contacts/all.yaml:3
      phone  +*** → +***

  + contact site-124/g***@example.com  contacts/all.yaml:3
      site   site-124
      name   G***
      email  g***@example.com

Drift kept as it is at 1 site, not sent (live → files)

  = site-130  "Harbor"  sites/us/ca/downtown.yaml:1
      currency  EUR → USD [drift: edited elsewhere]
      Somebody changed this in the web application, and it stays (on_drift:
      keep). To take it into the files: dfsync pull site-130

Spelled by the server's own rules at 1 site, counted as right (live → files)

  = site-131  "Pier"  sites/us/ca/downtown.yaml:1
      address.postal_code  94105-0000 → 94105

2 live sites in no file, never touched
  site-9  "Old Store"
  site-8  "Closed Store"  [was managed before]

2 contacts in no file any more; the API can't delete them
  2 contacts of site-123

3 sites change, 1 is new, 2 were edited elsewhere; 1 contact changes, 1 is new
Opening hours: 1 site is closed on more days, 1 closes earlier, 1 is open less
  (−16 h a week), 1 is open longer (+10 h a week).
2 sites were edited in the web application (groups 1, opening hours 1): apply
  puts back what the files say.
1 value becomes empty.
247 sites unchanged, 1 site edited elsewhere and kept, 2 live sites in no file
  (unmanaged), 2 contacts in no file any more
plan sha256:ab

apply refuses this plan: nothing is sent until somebody accepts it:
  ! 412 updates are more than 30% of 1,000 live sites (300)
  To let exactly this plan through, add: --accept updates=412
"""


def test_everything_a_plan_can_hold_is_shown():
    """A plan with one of everything has this whole text."""
    assert text.render(everything(), [REFUSAL], Options(digest="sha256:ab")) == SHOWN


def test_an_empty_plan_says_that_there_is_nothing_to_send():
    """A plan without changes is two lines."""
    assert text.render(plan()).splitlines()[-1] == "Nothing to send: 247 sites unchanged"


def test_colour_changes_nothing_but_colour():
    """Without its colours the coloured text is the plain one."""
    coloured = text.render(everything(), [REFUSAL], Options(color=True))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text.render(everything(), [REFUSAL])


def test_the_same_change_at_many_sites_is_said_once():
    """A few sites are named with their places, of many the ids, of very many some of them unless all are wanted."""
    few = text.render(many(12, alike=12))
    assert "the same at 12 sites\n      timezone  America/Los_Angeles → America/Denver\n" in few
    assert few.count('"Store ') == 12
    assert set(re.findall(r"site-\d{5}", text.render(many(50, alike=50)))) == {f"site-{n:05}" for n in range(50)}
    details = text.render(many(400, alike=400), (), Options(details=True))
    assert set(re.findall(r"site-\d{5}", details)) == {f"site-{n:05}" for n in range(400)}


def test_ten_thousand_equal_changes_are_one_screen():
    """With or without a screen to fit."""
    big = many(10_000, alike=10_000)
    for options in (Options(), Options(height=22)):
        shown = text.render(big, (), options)
        assert len(shown.splitlines()) <= 24
        assert "10,000 sites" in shown
        assert "--details" in shown


def test_what_is_more_than_a_screen_is_summed_up():
    """The worst and the largest first, a line each; the verdict is the last thing, and a refusal after it."""
    big = plan(*everything().changes, *many(400, alike=300).changes)
    shown = text.render(big, [REFUSAL], Options(height=40)).splitlines()
    assert len(shown) <= 40
    assert "--accept updates=412" in shown[-1]
    assert any("300 sites  time zone America/Los_Angeles" in line for line in shown)
    assert any("Night Owl" in line for line in shown)
    assert len(text.render(big, [REFUSAL], Options(height=40, details=True)).splitlines()) > 400


@pytest.mark.parametrize("width", [80, 120])
def test_lines_fit_the_terminal_and_break_between_words(width):
    """No token is broken; a text that is longer than a line breaks at its spaces."""
    long = update("s", field("name", "word " * 30, "other " * 30), name="A long name " * 6, file="sites/" + "x" * 40)
    shown = text.render(plan(*everything().changes, long), [REFUSAL], Options(width=width, digest="sha256:ab"))
    assert max(map(len, shown.splitlines())) <= width
    assert "sites/us/ca/downtown.yaml:1" in shown
    assert "09:00–18:59 → 09:00–20:59" in shown


def test_many_new_sites_are_a_line_each():
    """Their values are looked at with --details."""
    creates = [create(f"site-{n:03}", field("currency", None, "USD"), name=f"Store {n}") for n in range(650)]
    shown = text.render(plan(*creates))
    assert len(shown.splitlines()) < 670
    assert all(f'+ site-{n:03}  "Store {n}"' in shown for n in range(650))
    assert text.render(plan(*creates), (), Options(details=True)).count("currency") == 650


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
    wide = Options(show_contacts=True, width=10**9)
    harmless = text.render(hostile("x" if value else ""), refusals, wide)
    assert len(text.render(hostile(value), refusals, wide).split("\n")) == len(harmless.split("\n"))
    for width in (40, 57, 80, 10**9):
        shown = text.render(hostile(value), refusals, Options(show_contacts=True, width=width))
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", shown)
        assert commands(shown) == []


def test_no_command_begins_a_line_that_was_broken():
    """A text of many words is broken so that a runner obeys none of them."""
    evil = "::error::x " * 20
    made = plan(update("s", field("name", evil, evil + "!"), name=evil), update(evil, field("currency", "A", "B")))
    for width in range(40, 90):
        assert commands(text.render(made, [Refusal("create", evil, evil)], Options(width=width))) == []


def test_contacts_are_masked_unless_asked_for():
    """No address, name or phone number of a contact is shown by default."""
    assert not re.search("ada@|Ada|Grace|555", text.render(everything()))
    assert "+1 415 555 0100 → +1 415 555 0199" in text.render(everything(), (), Options(show_contacts=True))


def test_what_a_reader_must_know_is_said():
    """A part of a target, uncommitted work, and a first apply are noted."""
    shown = text.render(plan(create("a", field("name", None, "A")), selection=SiteSelection(("a*",)), has_state=False))
    assert "Note: Only a part of the target was planned (--only)" in shown
    assert "Note: Nothing was ever applied from here" in shown


def test_many_look_alikes_are_let_through_with_one_option():
    """Each is named; the words that let the plan through stay one line."""
    refusals = [Refusal("create", f"creating s{n} looks like a slip", f"--accept create=s{n}") for n in range(5)]
    shown = text.render(plan(), refusals)
    assert "creating s4 looks" in shown
    assert shown.count("--accept") == 1


def test_a_summary_says_less_where_the_screen_has_less_room():
    """As many lines for each section as fit, one at least."""
    made = everything()
    lines = {height: text.render(made, [], Options(height=height)).count("\n") for height in (16, 20, 24, 28)}
    assert sorted(lines.values()) == list(lines.values())
    many_names = plan(*(update(f"s-{n}", field("name", f"a{n}", f"b{n}")) for n in range(40)))
    assert text.render(many_names, [], Options(height=11)).count("\n") <= 11
