"""The width of text on a terminal is that which wcwidth gives it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from dfsync.report.elements.columns import columns

SAMPLES = [
    "Café", "Cafe\u0301", "統一超商", "ﾊﾝｶｸ", "👩\u200d👩\u200d👧 Shop", "❤\ufe0f", "👍🏽", "🇩🇪", "서울",
    "\u1112\u1161\u11ab",     "क्\u200dष", "שלום", "a\u200bb", "Ünïcödé…", "１２", "—", "☕",
]  # fmt: skip


@pytest.mark.parametrize("text", SAMPLES)
def test_samples_of_many_scripts(text: str) -> None:
    """The samples are wide and narrow, composed and joined."""
    assert columns(text) == wcswidth(text)


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x24F, exclude_categories=["Cc", "Cf"])))
def test_western_text(text: str) -> None:
    """Each letter takes a column."""
    assert columns(text) == len(text)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FBF)))
def test_ideographs(text: str) -> None:
    """Each takes two."""
    assert columns(text) == 2 * len(text)
