"""What live shows of a field that was sent."""

from __future__ import annotations

from typing import Any

import pytest

from dfsync.apply.field_outcome import FieldOutcome, FieldReading, as_planned, field_readings
from dfsync.diff.changes import Action, Change, FieldChange
from dfsync.model.fields import FIELD
from dfsync.model.kind import Kind
from dfsync.model.live import LiveSite
from dfsync.model.place import Source
from dfsync.model.values import from_json


def seen(field: str, before: Any, after: Any, live: Any, *, told_wrong: bool = False) -> FieldReading:
    """Return the outcome of a field; the values are in the plan file's form."""
    known = FIELD[field]
    column = known.column
    values = (from_json(known, before), from_json(known, after))
    change = Change(Kind.SITE, Action.UPDATE, "s", "S", Source("a.yaml", 1), (FieldChange(field, column, *values),))
    return field_readings(change, LiveSite({"Site ID": "s", column: live}), told_wrong=told_wrong)[0]


@pytest.mark.parametrize(
    ("field", "before", "after", "live", "expected", "how"),
    [
        ("escalation_path", "A", "B", " B ", FieldOutcome.RIGHT, ""),
        ("escalation_path", "A", "B", "b", FieldOutcome.RESPELLED, "letter case"),
        ("escalation_path", "A", "B  C", "B C", FieldOutcome.RESPELLED, "white space"),
        ("escalation_path", "A", "B  C", "b c", FieldOutcome.RESPELLED, "white space changed, letter case changed"),
        ("escalation_path", "A", "ﬁne", "fine", FieldOutcome.RESPELLED, "compatible"),
        ("escalation_path", "A", "B", "A", FieldOutcome.REFUSED, ""),
        ("escalation_path", "A", None, "A", FieldOutcome.REFUSED, ""),
        ("escalation_path", "A", "Operations", "Oper", FieldOutcome.REWRITTEN, "cut to 4"),
        ("escalation_path", "A", "O'Neil", "ONeil", FieldOutcome.REWRITTEN, "punctuation"),
        ("escalation_path", "A", "B", "C", FieldOutcome.MOVED, ""),
        ("escalation_path", "A", "B", None, FieldOutcome.MOVED, ""),
        ("groups", ["A"], ["b", "c"], "c,b", FieldOutcome.RIGHT, ""),
        ("groups", ["A"], ["b", "c"], "C,B", FieldOutcome.RESPELLED, "groups"),
        ("groups", ["A"], ["b", "c"], "b", FieldOutcome.REWRITTEN, "1 of 2 groups"),
        ("groups", ["A"], ["b", "c"], "A", FieldOutcome.REFUSED, ""),
        ("operational_hours", None, [], None, FieldOutcome.RIGHT, ""),
    ],
)
def test_each_kind_of_difference_is_told_apart(
    field: str, before: Any, after: Any, live: Any, expected: FieldOutcome, how: str
) -> None:
    found = seen(field, before, after, live)
    assert found.outcome is expected
    assert how in found.message
    assert bool(found.message) == (expected is not FieldOutcome.RIGHT)


def test_a_respelling_that_was_there_before_counts_as_refused_when_the_api_objected() -> None:
    assert seen("escalation_path", "ops", "Ops", "ops").outcome is FieldOutcome.RESPELLED
    assert seen("escalation_path", "ops", "Ops", "ops", told_wrong=True).outcome is FieldOutcome.REFUSED


def test_a_site_that_is_not_live_shows_nothing_as_planned() -> None:
    change = Change(
        Kind.SITE, Action.CREATE, "s", "S", Source("a.yaml", 1), (FieldChange("name", "Site Name", None, "S"),)
    )
    assert [reading.outcome for reading in field_readings(change, None)] == [FieldOutcome.REFUSED]
    assert not as_planned(change, None)
