"""Values of fields: which are equal, which are empty, and how a plan file and a cell hold them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.model.fields import COLUMNS, FIELD, FIELDS, FieldKind
from dfsync.model.hours.week import CLOSED, Week
from dfsync.model.values import (
    Unreadable,
    Value,
    comparable,
    digest,
    from_json,
    is_empty,
    same,
    to_cell,
    to_json,
)
from tests.model.test_hours import SAYABLE

TEXTS = st.none() | st.text(max_size=8)
GROUPS = st.none() | st.lists(st.text(min_size=1, max_size=4), min_size=1, max_size=4).map(tuple)
BY_KIND = {
    FieldKind.TEXT: TEXTS,
    FieldKind.GROUPS: GROUPS,
    FieldKind.HOURS: st.none() | SAYABLE | st.just(Unreadable("?")),
}
PAIRS = st.sampled_from(FIELDS).flatmap(
    lambda field: st.tuples(st.just(field), BY_KIND[field.kind], BY_KIND[field.kind])
)


@given(PAIRS)
def test_values_are_the_same_exactly_when_their_comparables_and_digests_are(pair: tuple[object, Value, Value]) -> None:
    """One definition of equality, in memory and in state; and it goes both ways."""
    field, one, other = pair
    equal = same(field, one, other)
    assert equal is same(field, other, one)
    assert equal is (comparable(field, one) == comparable(field, other))
    assert equal is (digest(field, one, b"key") == digest(field, other, b"key"))
    assert same(field, one, one)


@given(PAIRS)
def test_a_value_survives_the_plan_file(pair: tuple[object, Value, Value]) -> None:
    """Written as JSON and read again it is the same value, and the same cell."""
    field, value, _ = pair
    again = from_json(field, json.loads(json.dumps(to_json(value))))
    assert same(field, again, value)
    assert to_cell(again) == to_cell(value)


def test_order_and_spelling_of_groups_do_not_count() -> None:
    """Groups are a set of equal texts."""
    field = FIELD["groups"]
    assert same(field, ("West", "Retail"), ("Retail ", "West", "West"))
    assert not same(field, ("West",), ("west",))
    assert to_cell(("West", "Retail")) == "West,Retail"


def test_closed_all_week_and_no_hours_compare_equal_and_are_written_apart() -> None:
    """Live can't tell them apart; a cell can."""
    field = FIELD["operational_hours"]
    assert same(field, CLOSED, None)
    assert (to_cell(CLOSED), to_cell(None)) == ("[]", "")
    assert is_empty(field, None)
    assert not is_empty(field, CLOSED)


def test_what_can_not_be_read_equals_only_itself() -> None:
    """Hours in live that are no hours differ from everything that a file can say."""
    field = FIELD["operational_hours"]
    assert not same(field, Unreadable("x"), None)
    assert not same(field, Unreadable("x"), CLOSED)
    assert same(field, Unreadable("x"), Unreadable("x"))


def test_a_digest_needs_its_key_and_its_field() -> None:
    """The same value gives another digest under another key, and in another field."""
    name, city = FIELD["name"], FIELD["address.city"]
    assert len({digest(name, "A"), digest(name, "A", b"k"), digest(city, "A", b"k")}) == 3


@pytest.mark.parametrize(("field", "form"), [("name", 5), ("groups", "A"), ("groups", [5]), ("operational_hours", 5)])
def test_a_form_of_another_kind_is_a_value_error(field: str, form: object) -> None:
    """A plan file that was edited by hand is refused with words."""
    with pytest.raises(ValueError, match=r"."):
        from_json(FIELD[field], form)


def test_columns_are_those_of_the_api() -> None:
    """There are seventeen and the id, each once."""
    assert len(COLUMNS) == len(set(COLUMNS)) == 17
    assert COLUMNS[:2] == ("Site ID", "Site Name")
    assert isinstance(CLOSED, Week)
