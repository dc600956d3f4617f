"""What live shows of a field that was sent."""

from __future__ import annotations

from typing import Any

import pytest

from dfsync.apply.outcome.field_outcome import FieldOutcome, FieldReading, as_planned, field_readings
from dfsync.diff.changes import Action, Change, FieldChange
from dfsync.model.fields import FIELD
from dfsync.model.kind import Kind
from dfsync.model.last_applied import LastAppliedSite
from dfsync.model.live import LiveSite
from dfsync.model.place import Source
from dfsync.model.values import digest, from_json


def change_of(field: str, before: Any, after: Any) -> Change:
    """Return an update of one field; the values are in the plan file's form."""
    known = FIELD[field]
    values = (from_json(known, before), from_json(known, after))
    fields = (FieldChange(field, known.column, *values),)
    return Change(Kind.SITE, Action.UPDATE, "s", "S", Source("a.yaml", 1), fields)


def seen(change: Change, live: Any, known: LastAppliedSite | None = None, *, told_wrong: bool = False) -> FieldReading:
    """Return the outcome of the field."""
    there = LiveSite({"Site ID": "s", change.fields[0].column: live})
    return field_readings(change, there, known, told_wrong=told_wrong)[0]


@pytest.mark.parametrize(
    ("field", "before", "after", "live", "expected", "how"),
    [
        ("escalation_path", "A", "B", " B ", FieldOutcome.RIGHT, ""),
        ("escalation_path", "A", "B", "b", FieldOutcome.RESPELLED, "letter case"),
        ("escalation_path", "A", "B  C", "B C", FieldOutcome.RESPELLED, "white space"),
        ("escalation_path", "A", "B  C", "b c", FieldOutcome.RESPELLED, "white space changed, letter case changed"),
        ("escalation_path", "A", "ﬁne", "fine", FieldOutcome.RESPELLED, "compatible"),
        ("escalation_path", "A", "B", "A", FieldOutcome.AS_BEFORE, ""),
        ("escalation_path", "A", None, "A", FieldOutcome.AS_BEFORE, ""),
        ("escalation_path", "A", "Operations", "Oper", FieldOutcome.REWRITTEN, "cut to 4"),
        ("escalation_path", "A", "O'Neil", "ONeil", FieldOutcome.REWRITTEN, "punctuation"),
        ("escalation_path", "A", "B", "C", FieldOutcome.OTHER, ""),
        ("escalation_path", "A", "B", None, FieldOutcome.OTHER, ""),
        ("groups", ["A"], ["b", "c"], "c,b", FieldOutcome.RIGHT, ""),
        ("groups", ["A"], ["b", "c"], "C,B", FieldOutcome.RESPELLED, "groups"),
        ("groups", ["A"], ["b", "c"], "b", FieldOutcome.REWRITTEN, "1 of 2 groups"),
        ("groups", ["A"], ["b", "c"], "A", FieldOutcome.AS_BEFORE, ""),
        ("operational_hours", None, [], None, FieldOutcome.RIGHT, ""),
    ],
)
def test_each_kind_of_difference_is_told_apart(
    field: str, before: Any, after: Any, live: Any, expected: FieldOutcome, how: str
) -> None:
    change = change_of(field, before, after)
    found = seen(change, live)
    assert found.outcome is expected
    assert how in found.message(change)
    assert bool(found.message(change)) == (expected is not FieldOutcome.RIGHT)


@pytest.mark.parametrize(
    ("before", "live", "outcome", "spelling"),
    [
        ("USA", "United States", FieldOutcome.OTHER, FieldOutcome.OWN_SPELLING),
        ("United States", "United States", FieldOutcome.AS_BEFORE, FieldOutcome.OWN_SPELLING),
        ("usa", "usa", FieldOutcome.AS_BEFORE, FieldOutcome.AS_BEFORE),
    ],
)
def test_a_pair_of_values_that_two_applies_saw_is_the_servers_own_spelling(
    before: str, live: str, outcome: FieldOutcome, spelling: FieldOutcome
) -> None:
    """But a value that is as before and differs in case alone stays unverified, though it is not asked for again."""
    change = change_of("address.country", before, "Usa")
    first = seen(change, live)
    assert first.outcome is outcome
    field = FIELD["address.country"]
    pair = {field.name: (digest(field, "Usa"), digest(field, live))}
    second = seen(change, live, LastAppliedSite(seen_once=pair))
    assert second.outcome is spelling
    assert second.is_spelling
    assert not second.may_be_spelling


@pytest.mark.parametrize(("before", "live"), [("B", "B"), ("B", None)])
def test_what_the_server_ignores_or_empties_is_never_its_spelling(before: str, live: str | None) -> None:
    change = change_of("currency", before, "EUR")
    assert not seen(change, live).may_be_spelling


def test_the_message_shows_what_live_has_and_what_ends_the_difference() -> None:
    change = change_of("address.country", None, "USA")
    message = seen(change, "United States").message(change)
    assert '"United States"' in message
    assert "dfsync pull s" in message


def test_a_value_that_is_exactly_as_before_is_never_right() -> None:
    for told_wrong in (True, False):
        assert not seen(change_of("escalation_path", "ops", "Ops"), "ops", told_wrong=told_wrong).right


def test_a_site_that_is_not_live_shows_nothing_as_planned() -> None:
    change = Change(
        Kind.SITE, Action.CREATE, "s", "S", Source("a.yaml", 1), (FieldChange("name", "Site Name", None, "S"),)
    )
    assert [reading.outcome for reading in field_readings(change, None)] == [FieldOutcome.AS_BEFORE]
    assert not as_planned(change, None)
