"""Equal text, and text that is shown without being obeyed."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.model.text import harmless_json, normal, obeyed, shortened, visible
from tests.support.ci_runner import commands
from tests.support.hostile import texts


@given(st.text(), st.sampled_from(["", " ", "\t\n", "\u00a0", "\u3000"]))
def test_outer_space_and_unicode_form_do_not_count(text: str, space: str) -> None:
    """Two texts are equal when they are after trimming and NFC; comparing twice changes nothing."""
    assert normal(space + text + space) == normal(text)
    assert normal(unicodedata.normalize("NFD", text)) == normal(unicodedata.normalize("NFC", text))
    assert normal(normal(text)) == normal(text)


def test_emptiness_is_one() -> None:
    """null, "" and white space are equal."""
    assert normal(None) == normal("") == normal(" \t") == ""


@given(st.text(alphabet=st.characters()))
def test_nothing_shown_is_obeyed(text: str) -> None:
    """No control, format or separator character is left, no line break, and no command of a CI runner."""
    shown = visible(text)
    kept = {"\u200c", "\u200d", "\u00a0", "\u3000"}
    assert all(character.isprintable() or character in kept for character in shown)
    assert "##[" not in shown
    assert not shown.lstrip().startswith("::")


@given(st.text(), st.integers(10, 90))
def test_a_shortened_text_is_no_longer_than_asked(text: str, most: int) -> None:
    """And it is the whole text where that fits."""
    shown = shortened(text, most)
    assert len(shown) <= most
    if len(visible(text)) <= most:
        assert shown == visible(text)


@pytest.mark.parametrize("text", ["Größe", "東京 駅", "👩‍👩‍👧", "a: b"])
def test_what_people_write_is_shown_as_it_is(text: str) -> None:
    """Scripts, emoji and joiners are no danger."""
    assert visible(text) == text


@pytest.mark.parametrize("text", texts)
def test_json_says_the_same_and_gives_no_orders(text: str) -> None:
    """JSON may pass through a terminal or a CI log: what they would obey is escaped, and means what it meant."""
    written = json.dumps({text: [text]}, ensure_ascii=False)
    shown = harmless_json(written)
    assert json.loads(shown) == json.loads(written)
    assert not commands(shown)
    assert not re.search(r"##[A-Za-z]*\[|[\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    assert harmless_json(shown) == shown


@pytest.mark.parametrize("text", texts)
def test_obeyed_is_what_a_runner_would_obey(text: str) -> None:
    """No text that a runner obeys is let through as harmless, and what is shown never counts."""
    assert obeyed(text) or not commands(text)
    assert not obeyed(visible(text))
