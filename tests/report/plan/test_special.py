"""Hours that will not last say so: which dated exception shapes them, in every format."""

from __future__ import annotations

import datetime

import pytest
from msgspec.structs import replace

from dfsync.diff.changes import SpecialDay
from dfsync.plan.values import ComingDay
from dfsync.report.changes.exception_days import special_days
from dfsync.report.changes.options import PLAIN
from dfsync.report.plan import html, markdown, text
from dfsync.report.plan.model import report_of
from tests.report.plan.plans import LONGER, OFFICE, create, field, plan, update

DAY = datetime.date(2026, 11, 25)
THANKSGIVING = SpecialDay(datetime.date(2026, 11, 26), "closed", "<i>Thanksgiving</i>")


def special(id: str, *days: SpecialDay):
    return replace(update(id, field("operational_hours", OFFICE, LONGER)), day=DAY, special=days)


@pytest.mark.parametrize("report", [text, markdown, html])
@pytest.mark.parametrize(
    "changes",
    [
        [special("site-1", THANKSGIVING)],
        [special(f"site-{number}", THANKSGIVING) for number in range(9)],
        [replace(special("site-1", THANKSGIVING), fields=(field("operational_hours", None, OFFICE),))],
        [replace(create("site-1", field("operational_hours", None, OFFICE)), day=DAY, special=(THANKSGIVING,))],
    ],
)
def test_the_exception_stands_beside_the_hours(report, changes) -> None:
    """With its note, which can do nothing in a page; the week is told as that of the day."""
    shown = " ".join(report.render(plan(*changes)).split())
    assert "Hours of 26 Nov (closed, " in shown
    assert "Thanksgiving" in shown
    assert ") are included until the apply on 27 Nov." in shown
    assert (
        "include dated exceptions of the week from 2026-11-25 on. They stay until an apply on 2026-11-27 or later."
        in shown
    )
    if report is html:
        assert "<i>Thanksgiving" not in shown


def test_days_that_say_the_same_are_one_sentence() -> None:
    """Which exception it is, why, and until when, in words that need no second reading."""
    days = [SpecialDay(datetime.date(2026, 12, day), "closed", "Works", "calendar us") for day in (29, 30, 31)]
    alone = SpecialDay(datetime.date(2027, 1, 1), "10:00–13:59")
    change = special("site-1", *days, alone)
    until = "each until the apply on the next day. Written in calendar us."
    assert special_days(change.fields[0], change) == [
        f"Hours of 29 Dec to 31 Dec (closed, Works) are included, {until}",
        "Hours of 1 Jan (10:00–13:59) are included until the apply on 2 Jan.",
    ]
    christmas = special("site-1", SpecialDay(datetime.date(2026, 12, 25), "closed", "Christmas Day"))
    shown = " ".join(text.render(plan(christmas)).split())
    assert "Hours of 25 Dec (closed, Christmas Day) are included until the apply on 26 Dec." in shown


def test_an_exception_that_is_far_away_is_none_of_the_plans_business() -> None:
    """The hours are the usual ones."""
    assert "exception" not in text.render(plan(special("site-1")))


def test_the_same_hours_for_other_reasons_are_not_the_same_change() -> None:
    """Each is shown with its own."""
    changes = special("site-1", THANKSGIVING), special("site-2", replace(THANKSGIVING, note="Works"))
    assert [len(group.changes) for group in report_of(plan(*changes), (), PLAIN).groups] == [1, 1]


@pytest.mark.parametrize("report", [text, markdown, html])
def test_a_create_of_a_site_that_somebody_took_away_says_so(report) -> None:
    """It is no new site: it was live, and state remembers it."""
    made = create("site-1", field("name", None, "Uptown Store"))
    assert "was live at the last apply" not in report.render(plan(made))
    assert "was live at the last apply" in report.render(plan(replace(made, was_live=True)))


@pytest.mark.parametrize("report", [text, markdown, html])
def test_the_days_to_come_are_shown_whatever_the_plan_sends(report) -> None:
    """A reviewer sees what each day will be; neighbours that say the same are told once."""
    days = [SpecialDay(datetime.date(2026, 12, day), "closed", "Works", "calendar us") for day in (28, 29, 30)]
    days += [SpecialDay(datetime.date(2026, 12, 31), "10:00–13:59")]
    shown = report.render(replace(plan(), coming=tuple(ComingDay(day, 12) for day in days)))
    if report is html:
        assert shown.count('<time datetime="2026-12-') == 4
    else:
        assert "Mon 2026-12-28 to Wed 2026-12-30 closed, Works, at 12 sites (calendar us)" in shown
        assert "Thu 2026-12-31 10:00–13:59, at 12 sites" in shown
