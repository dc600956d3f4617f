from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dfsync.model.place import Span
from dfsync.report.diagnostics.frame import WIDTH, SourceText, columns, frame, mark_line
from tests.support.ci_runner import commands
from tests.support.hostile import texts

# How many columns terminals give these, known without a table.
WIDTHS = {
    "a": 1,
    "é": 1,
    "e\u0301": 1,
    "東": 2,
    "ﾊ": 1,
    "👩‍👩‍👧": 2,
    "❤️": 2,
    "🇺🇸": 2,
    "\t": 4,
    "\u3000": 2,
    "ש": 1,
    " ": 1,
}


@given(*[st.lists(st.sampled_from(sorted(WIDTHS)), max_size=12)] * 3)
def test_carets_stand_under_what_is_marked(before, marked, after):
    """Wide characters, joined emoji, combining marks and tabs move the carets by as much as the text."""
    line, start = "".join(before + marked + after), len("".join(before))
    shown = mark_line(line, start, start + len("".join(marked)))
    assert shown.offset == sum(WIDTHS[part] for part in before)
    assert shown.width == max(1, sum(WIDTHS[part] for part in marked))


@given(st.text(max_size=400), st.integers(0, 500), st.integers(0, 500))
@example("x" * 10_000, 5_000, 9_000)
@example("東" * 10_000, 5_000, 5_001)
@example("e" + "\u0301" * 10_000, 1, 2)
def test_no_line_is_longer_than_a_screen(line, start, end):
    """Whatever the line and the mark, both stay within the window, and the mark within the line or right after it."""
    shown = mark_line(line, start, end)
    assert columns(shown.text) <= WIDTH + len("......")
    assert shown.width >= 1
    assert shown.offset + shown.width <= columns(shown.text) + 1


@pytest.mark.parametrize("text", texts)
def test_a_line_of_a_file_is_only_shown(text):
    """No line sends anything to the terminal or the runner, marked anywhere."""
    lines = SourceText(lambda _: text).lines("a.yaml")
    for number, line in enumerate(lines[:5], 1):
        for column in range(1, min(len(line), 30) + 1):
            shown = "\n".join(frame(lines, Span(number, column, number, column + 1)))
            assert all(character.isprintable() or character in "\n\u00a0\u3000\u200c\u200d" for character in shown)
            assert not commands(shown)
            assert not re.search(r"##[A-Za-z]*\[", shown), "Azure's ##vso[…] too"


def test_a_long_line_is_cut_around_the_mark():
    """The marked text is shown wherever it stands, with an ellipsis where something was left out."""
    line = "x" * 200 + "here" + "y" * 200
    shown = mark_line(line, 200, 204)
    assert shown.text[shown.offset : shown.offset + shown.width] == "here"
    assert shown.text.startswith("...x")
    assert shown.text.endswith("y...")


def test_lines_are_counted_as_yaml_counts_them():
    """CRLF is one break, and BOM no character; the rare breaks of YAML 1.1 count."""
    assert SourceText(lambda _: "\ufeffa\r\nb\rc\nd\u2028e\x85f").lines("a.yaml") == ["a", "b", "c", "d", "e", "f"]


@pytest.mark.parametrize(
    ("span", "mark"),
    [
        (Span(1, 1, 3, 2), "  | ^^ to line 3"),
        (Span(1, 1, 3, 1), "  | ^^ to line 2"),
        (Span(1, 1, 2, 1), "  | ^^"),
        (Span(1, 3, 1, 3), "  |   ^"),
    ],
)
def test_a_mark_over_several_lines_says_how_far_it_goes(span, mark):
    """The end is exclusive: one at the start of a line belongs to the line before."""
    assert frame(["a:", "- b", "- c"], span)[-1] == mark


def test_a_place_that_the_file_does_not_have_gets_no_frame():
    """A file that changed or vanished since it was read is no reason to fail."""
    assert frame(["a"], Span(2, 1, 2, 2)) == []
    assert SourceText(lambda _: None).lines("gone.yaml") == []
