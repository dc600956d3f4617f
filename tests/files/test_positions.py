"""A place is the one that a person would point to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.files.edit.write import documents
from dfsync.files.yaml.parse import parse
from dfsync.files.yaml.positions import Locator
from dfsync.model.place import Pointer, Span

TEXT = """\
# a comment
id: site-1
name:   "Café"   # with a comment
address: {street: 1 Main St, city: 'X'}
groups:
  - Retail
  - &w West

operational_hours:
  - days: [Mon, Tue]
    start: 09:00
    # the end
    end: "18:59"

escalation_path:
x-more: *w
---
sites:
- {id: a}
"""


def marked(span: Span) -> str:
    """Return what a span marks in TEXT."""
    lines = TEXT.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("pointer", "text"),
    [
        ((0, "id"), "site-1"),
        ((0, "name"), '"Café"'),
        ((0, "address"), "{street: 1 Main St, city: 'X'}"),
        ((0, "address", "city"), "'X'"),
        ((0, "groups"), "- Retail\n  - &w West"),
        ((0, "groups", 1), "&w West"),
        ((0, "operational_hours", 0, "days", 1), "Tue"),
        ((0, "operational_hours", 0, "end"), '"18:59"'),
        ((0, "operational_hours"), 'days: [Mon, Tue]\n    start: 09:00\n    # the end\n    end: "18:59"'),
        ((0, "escalation_path"), "escalation_path"),
        ((0, "x-more"), "*w"),
        ((1, "sites", 0, "id"), "a"),
        ((0, "address", "state"), "{street: 1 Main St, city: 'X'}"),
        ((7,), "#"),
    ],
)
def test_a_value_is_marked_from_its_first_to_its_last_character(pointer: Pointer, text: str) -> None:
    """Without the comments and blank lines that follow; nothing marks its key, what is missing its container."""
    assert marked(Locator(TEXT.encode()).value(pointer)).endswith(text)


def test_a_key_is_marked_alone() -> None:
    """And an item of a list is its own key."""
    locator = Locator(TEXT.encode())
    assert marked(locator.key((0, "operational_hours", 0, "start"))) == "start"
    assert marked(locator.key((0, "groups", 0))) == "Retail"


def test_a_mapping_opens_with_its_first_key_or_is_marked_whole_on_one_line() -> None:
    """Where something is missing from it."""
    locator = Locator(TEXT.encode())
    assert marked(locator.opening((0,))) == "id"
    assert marked(locator.opening((0, "operational_hours", 0))) == "days"
    assert marked(locator.opening((0, "address"))) == "{street: 1 Main St, city: 'X'}"
    assert locator.opening((9,)) == Span(1, 1, 1, 2)


def test_a_merged_value_stands_where_it_was_written() -> None:
    """The anchor's mapping has it, not the one that merges it; a duplicate key is where its value was taken from."""
    locator = Locator(b"a: &a {p: one}\nb:\n  <<: *a\n  q: two\nc: {r: 1, r: 2}\n")
    assert locator.value((0, "b", "p")) == Span(1, 11, 1, 14)
    assert locator.value((0, "c", "r")) == Span(5, 14, 5, 15)


def test_a_value_that_was_replaced_leaves_no_place_behind() -> None:
    """Places are kept by identity: none may pass from a mapping that is gone to a new one."""
    text = "".join(f"k: {{a{n}: 1}}\n" for n in range(50)) + "z:\n" + "".join(f"  - {{b{n}: 1}}\n" for n in range(50))
    locator = Locator(text.encode())
    for n in range(50):
        assert not locator.has((0, "z", n, f"a{n}"))
        assert locator.value((0, "z", n, f"b{n}")).line == 52 + n


VALUES = st.recursive(
    st.text("ab é😀#:", max_size=5),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(st.text("xyz", min_size=1, max_size=3), inner, min_size=1, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), VALUES, min_size=1, max_size=4))
def test_every_scalar_reads_back_from_its_place(value: dict[str, Any]) -> None:
    """The text that is marked, read as YAML alone, is the value: for any tree, in code points."""
    text = documents(value)
    locator, lines = Locator(text.encode()), text.split("\n")
    for pointer, scalar in scalars(value, (0,)):
        span = locator.value(pointer)
        assert span.line == span.end_line
        part = lines[span.line - 1][span.column - 1 : span.end_column - 1]
        assert parse(f"[{part}]".encode()).documents == [[scalar]]


def scalars(value: Any, at: Pointer) -> list[tuple[Pointer, str]]:
    """Return all scalars below a value with their pointers."""
    if isinstance(value, str):
        return [(at, value)]
    members = value.items() if isinstance(value, dict) else enumerate(value)
    return [found for key, member in members for found in scalars(member, (*at, key))]
