"""Lines that show both sides of a change, so that the difference is visible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.report.elements.lines import lines
from tests.report.plan.plans import OFFICE, field


def sides(before: str, after: str) -> tuple[str | None, str | None]:
    (line,) = lines(field("name", before, after), most=40)
    return line.before, line.after


def test_long_texts_are_cut_where_they_differ():
    """A difference far behind the start is on the screen, with its surroundings."""
    before, after = sides("x" * 300 + "one" + "y" * 300, "x" * 300 + "two" + "y" * 300)
    assert before == "…" + "x" * 20 + "one" + "y" * 15 + "…"
    assert after == "…" + "x" * 20 + "two" + "y" * 15 + "…"


def test_texts_that_look_alike_are_spelled_out():
    """A no-break space for a space, and a wide letter for a plain one, are no change that can't be seen."""
    assert sides("Main St", "Main\u00a0St") == ("Main St", "Main\\xa0St")
    assert sides("Store", "\uff33tore") == ("Store", "\\uff33tore")


@pytest.mark.parametrize(
    ("before", "after"),
    [("a\nb", "a\\nb"), ("\0" * 20 + "a", "\0" * 20 + "b"), ("a" * 100, "a" * 101), ("x ", "x")],
)
def test_a_difference_is_seen_whatever_it_is(before, after):
    """An escape and its spelling, a difference behind many escapes, one character more."""
    one, other = sides(before, after)
    assert one != other


tricky = st.text() | st.text(alphabet="\\nx0a \n\0\u00a0", max_size=80)


@given(tricky, tricky)
def test_a_change_never_looks_like_none(before, after):
    """Two texts that differ are shown as two texts that differ, each on one line of bounded length."""
    one, other = sides("a" + before, "a" + after)
    assert one is not None
    assert other is not None
    assert before == after or one != other
    assert max(len(one), len(other)) <= 40
    assert "\n" not in one + other


def test_equal_weeks_still_have_a_line():
    """A plan never holds such a change, and if a file did it would be shown, not fail."""
    (line,) = lines(field("operational_hours", OFFICE, OFFICE))
    assert line == ("", "Mon–Fri 09:00–18:59", "Mon–Fri 09:00–18:59", None)
