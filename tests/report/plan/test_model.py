"""The report that text, Markdown and HTML are made of: groups, their order, and what they say; all show the same."""

from __future__ import annotations

import datetime
import html as html_text
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dfsync.diff.changes import Cause, ExceptionTurn, SpecialDay
from dfsync.report.changes.effects import Effect, effects_of, in_hours, on_hours
from dfsync.report.changes.options import PLAIN, Options
from dfsync.report.elements.columns import columns
from dfsync.report.plan import html, markdown, text
from dfsync.report.plan.model import report_of
from tests.report.plan.all_formats import plans, wanted
from tests.report.plan.plans import BAR, LONGER, OFFICE, REFUSAL, contact, create, everything, field, many, plan, update

WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri"]
SHORTER = [{"days": WEEKDAYS, "start": "09:00", "end": "16:59"}]
SHORTER_BUT_FRIDAY = [{"days": WEEKDAYS[:4], "start": "09:00", "end": "16:59"}]
NO_FRIDAY = [{"days": WEEKDAYS[:4], "start": "09:00", "end": "18:59"}]
A_MINUTE = [{"days": WEEKDAYS, "start": "09:00", "end": "18:58"}]
FACES = {
    "text": lambda made, options: text.render(made, [REFUSAL], options),
    "markdown": lambda made, options: markdown.render(made, [REFUSAL], options),
    "html": lambda made, options: html_text.unescape(re.sub("<[^>]*>", "", html.render(made, [REFUSAL], options))),
}


def hours(id, before, after, cause=Cause.CHANGE):
    return update(id, field("operational_hours", before, after, cause), name=f"Store {id}")


def test_every_change_is_in_exactly_one_group():
    """Grouping loses no change and doubles none; a create or a contact is never one of many."""
    changes = [*many(50, alike=30).changes, *everything().changes]
    changes += [create(f"new-{n}", field("currency", None, "USD")) for n in range(9)]
    changes += [contact(f"s{n}/a@b.example", field("phone", None, "1")) for n in range(9)]
    groups = list(report_of(plan(*changes), (), Options(show_contacts=True)).groups)
    assert sorted(change.id for group in groups for change in group.changes) == sorted(one.id for one in changes)
    assert max(len(group.changes) for group in groups) == 30
    assert all(len(group.changes) == 1 for group in groups if group.is_new or group.effects == {Effect.CONTACT})


def test_harm_comes_first_and_then_the_largest():
    """Edits that are undone, closings, emptied values, creates, and then what many sites have in common."""
    report = report_of(
        plan(
            update("z-name", field("name", "a", "b")),
            *(hours(f"longer-{n}", OFFICE, LONGER) for n in range(3)),
            create("new", field("name", None, "New")),
            update("cleared", field("escalation_path", "Ops", None)),
            hours("closing", OFFICE, NO_FRIDAY),
            hours("shorter", OFFICE, SHORTER),
            hours("drift", OFFICE, LONGER, Cause.DRIFT),
        ),
        (),
        PLAIN,
    )
    assert [section.effect for section in report.sections] == [
        *(Effect.EDITED, Effect.MORE_DAYS, Effect.EARLIER, Effect.CLEARED, Effect.NEW, Effect.LONGER, Effect.OTHER)
    ]
    ids = ["drift", "closing", "shorter", "cleared", "new", "longer-0", "z-name"]
    assert [group.first.id for group in report.groups] == ids
    assert report.sections[-2].counted == "3 sites, and 1 more above"


def test_where_sites_close_or_are_open_less_is_said_in_every_format():
    """By country, the most first: whoever answers for a country need not look through the changes of all others."""
    changes = plan(hours("a", OFFICE, SHORTER), hours("b", OFFICE, NO_FRIDAY), hours("c", OFFICE, LONGER))
    regions = {"a": "Germany · Bayern", "b": "Germany · Hessen", "c": "France"}
    for show in FACES.values():
        shown = " ".join(show(changes, replace(PLAIN, regions=regions)).split())
        assert "Close earlier, by region: Germany 1." in shown
        assert "Closed on more days, by region: Germany 1." in shown


@pytest.mark.parametrize(
    ("after", "effects", "net"),
    [
        (LONGER, {Effect.LONGER}, "+10 h"),
        (SHORTER, {Effect.EARLIER, Effect.SHORTER}, "−10 h"),
        (NO_FRIDAY, {Effect.MORE_DAYS, Effect.SHORTER}, "−10 h"),
        ([], {Effect.CLOSED, Effect.SHORTER}, "−50 h"),
        (A_MINUTE, {Effect.MINUTES}, "−5 min"),
        (None, set(), ""),
    ],
)
def test_what_new_hours_mean(after, effects, net):
    """In a manager's words; a minute is no closing, and emptied hours are no hours."""
    effect = on_hours(hours("a", OFFICE, after))
    assert (set(effect.effects), in_hours(effect.net)) == (effects, net)


def test_hours_of_a_single_date_are_no_change_of_the_week():
    """A closing on Friday 27 November is told with its date, as no lost hours; what else changes counts as ever."""
    friday = SpecialDay(datetime.date(2026, 11, 27), "closed", "Works")
    turned = replace(hours("a", OFFICE, NO_FRIDAY), special=(friday,), turn=ExceptionTurn.BEGIN)
    beside = replace(hours("b", OFFICE, SHORTER_BUT_FRIDAY), special=(friday,))
    over = replace(hours("c", NO_FRIDAY, OFFICE), turn=ExceptionTurn.GO_ON)
    assert effects_of(turned) == {Effect.DATED}
    assert on_hours(turned).net == 0
    assert effects_of(beside) == {Effect.DATED, Effect.EARLIER, Effect.SHORTER}
    assert in_hours(on_hours(beside).net) == "−8 h"
    for show in FACES.values():
        shown = " ".join(show(plan(turned, beside, over), PLAIN).split())
        assert "Opening hours: 1 site closes earlier, 1 is open less (−8 h a week)." in shown
        said = "Dated exceptions: closed on 27 Nov (Works) at 2 sites; the usual hours again at 1 site."
        assert said in shown
        assert re.search("Changed for single dates; the usual hours return:? 2 sites, and 1 more above", shown)


def test_figures_and_headings_have_the_same_words():
    """Whoever reads a figure finds its changes under the same words."""
    report = report_of(plan(hours("a", OFFICE, []), hours("b", OFFICE, SHORTER)), (), PLAIN)
    assert [section.title.partition(";")[0] for section in report.sections] == ["Closed all week", "Close earlier"]
    page = html.render(report.plan)
    assert re.findall(r"<b>(\d+)</b> ([a-z ]+)</button>", page) == [
        *(("1", "closed all week"), ("1", "closes earlier"), ("2", "open less"))
    ]


def test_the_regions_come_in_an_order_and_to_a_total():
    """The page says which order, and what the bars are."""
    regions = {"a": "Spain", "b": "Italy", "c": "Italy", "new": "Spain"}
    made = plan(hours("a", OFFICE, SHORTER), hours("b", OFFICE, LONGER), hours("c", OFFICE, LONGER), create("new", *[]))
    page = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", html.render(made, (), replace(PLAIN, regions=regions))))
    assert "each of the 2 regions change or are new. Regions where most are open less come first. change new" in page
    assert "Spain 1 1 1 2 Italy · · · 2 all regions 1 1 1 4" in page


@pytest.mark.parametrize("show", FACES.values(), ids=FACES)
def test_hours_are_explained_once(show):
    """People read 20:59 as an hour to close at, and the blocks as a riddle; without hours there is nothing to say."""
    said = "Hours name the last open minute: 09:00–20:59 is open until 21:00."
    shown = show(plan(hours("a", OFFICE, LONGER), hours("b", OFFICE, SHORTER)), PLAIN)
    assert " ".join(shown.split()).count(said) == 1
    assert said not in " ".join(show(plan(update("a", field("name", "a", "b"))), PLAIN).split())


def test_groups_show_what_is_added_and_removed():
    """Sites that get the same group change alike, whatever groups they have."""
    one = update("a", field("groups", ["West"], ["Flagship", "West"]))
    other = update("b", field("groups", ["East", "Bar"], ["East", "Bar", "Flagship"]))
    (group,) = report_of(plan(one, other), (), PLAIN).groups
    assert (group.rows[0].added, group.rows[0].removed) == (("Flagship",), ())


@given(made=plans())
@settings(max_examples=40)
def test_what_one_face_shows_all_show(made):
    """Every field of the model is in every format, whatever the plan."""
    options = Options(digest="sha256:ab", details=True, show_contacts=True)
    report = report_of(made, [REFUSAL], options)
    for face, show in FACES.items():
        shown = " ".join(re.sub(r"[`*\"\\\\]", "", show(made, options)).split())
        missing = [words for words in wanted(report, face) if " ".join(words.replace('"', "").split()) not in shown]
        assert missing == [], face


@given(made=plans(), width=st.integers(60, 120))
@settings(max_examples=40)
def test_text_fits_the_screen_and_breaks_no_word(made, width):
    """Lines break between words, also where a character takes two columns; only longer words stand out."""
    shown = text.render(made, [REFUSAL], Options(width=width, details=True, show_contacts=True))
    for line in shown.splitlines():
        assert columns(line) <= width or len(line.split()) <= 2, line
    words = shown.split()
    for change in made.changes:
        for word in change.name.split():
            assert any(word in one for one in words)


def test_a_night_is_drawn_on_the_day_that_it_starts_on():
    """Friday 18:00 to Saturday 02:59 is Friday's, and the picture reaches beyond midnight."""
    page = html.render(plan(hours("bar", OFFICE, BAR)))
    assert 'id="g27"' in page
    friday = next(
        line for line in text.render(plan(hours("bar", OFFICE, BAR))).splitlines() if "Fri " in line and "█" in line
    )
    assert friday.rstrip().endswith("▓")
