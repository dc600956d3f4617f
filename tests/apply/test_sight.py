"""What live shows of a field that was sent."""

from __future__ import annotations

from typing import Any

import pytest

from dfsync.apply.sight import Seen, Sight, as_planned, sights
from dfsync.diff.values import FieldChange
from dfsync.model.fields import FIELD
from dfsync.model.live import LiveSite
from dfsync.model.site import Source
from dfsync.plan.values import Action, Change, ChangeKind


def seen(field: str, before: Any, after: Any, live: Any, *, told_wrong: bool = False) -> Sight:
    column = FIELD[field].column
    change = Change(
        ChangeKind.SITE, Action.UPDATE, "s", "S", Source("a.yaml", 1), (FieldChange(field, column, before, after),)
    )
    return sights(change, LiveSite({"Site ID": "s", column: live}), told_wrong=told_wrong)[0]


@pytest.mark.parametrize(
    ("field", "before", "after", "live", "expected", "how"),
    [
        ("escalation_path", "A", "B", " B ", Seen.RIGHT, ""),
        ("escalation_path", "A", "B", "b", Seen.RESPELLED, "letter case"),
        ("escalation_path", "A", "B  C", "B C", Seen.RESPELLED, "white space"),
        ("escalation_path", "A", "B  C", "b c", Seen.RESPELLED, "white space changed, letter case changed"),
        ("escalation_path", "A", "ﬁne", "fine", Seen.RESPELLED, "compatible"),
        ("escalation_path", "A", "B", "A", Seen.REFUSED, ""),
        ("escalation_path", "A", None, "A", Seen.REFUSED, ""),
        ("escalation_path", "A", "Operations", "Oper", Seen.REWRITTEN, "cut to 4"),
        ("escalation_path", "A", "O'Neil", "ONeil", Seen.REWRITTEN, "punctuation"),
        ("escalation_path", "A", "B", "C", Seen.MOVED, ""),
        ("escalation_path", "A", "B", None, Seen.MOVED, ""),
        ("groups", ["A"], ["b", "c"], "c,b", Seen.RIGHT, ""),
        ("groups", ["A"], ["b", "c"], "C,B", Seen.RESPELLED, "groups"),
        ("groups", ["A"], ["b", "c"], "b", Seen.REWRITTEN, "1 of 2 groups"),
        ("groups", ["A"], ["b", "c"], "A", Seen.REFUSED, ""),
        ("operational_hours", None, [], None, Seen.RIGHT, ""),
    ],
)
def test_each_kind_of_difference_is_told_apart(
    field: str, before: Any, after: Any, live: Any, expected: Seen, how: str
) -> None:
    found = seen(field, before, after, live)
    assert found.seen is expected
    assert how in found.message
    assert bool(found.message) == (expected is not Seen.RIGHT)


def test_a_respelling_that_was_there_before_counts_as_refused_when_the_api_objected() -> None:
    assert seen("escalation_path", "ops", "Ops", "ops").seen is Seen.RESPELLED
    assert seen("escalation_path", "ops", "Ops", "ops", told_wrong=True).seen is Seen.REFUSED


def test_a_site_that_is_not_live_shows_nothing_as_planned() -> None:
    change = Change(
        ChangeKind.SITE, Action.CREATE, "s", "S", Source("a.yaml", 1), (FieldChange("name", "Site Name", None, "S"),)
    )
    assert [sight.seen for sight in sights(change, None)] == [Seen.REFUSED]
    assert not as_planned(change, None)
