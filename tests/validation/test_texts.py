"""Texts that are passed over, since their characters alone show that no rule objects."""

from __future__ import annotations

import contextlib
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.model.place import NOWHERE
from dfsync.validation.rule import Text, run_rules
from dfsync.validation.rules.entry_rules import TEXT_RULES
from dfsync.validation.texts import are_plain

FIELDS = ("id", "name", "phone", "email", "postal_code", "timezone", 0)
LETTERS = [letter for letter in map(chr, range(sys.maxunicode + 1)) if are_plain((letter,))]


def objections(text: str) -> list[str]:
    return [found.code for field in FIELDS for found in run_rules(TEXT_RULES, NOWHERE, Text(text, NOWHERE, (field,)))]


@given(st.text(st.sampled_from(LETTERS) | st.sampled_from(" -.?!#'\"0123456789eE+=@:,/()"), max_size=12))
def test_no_rule_objects_to_a_plain_text(text: str):
    assert not are_plain((text,)) or objections(text) == []


def test_no_rule_objects_to_a_plain_letter_wherever_it_stands():
    assert len(LETTERS) > 30_000
    for letter in LETTERS:
        assert objections(f"{letter}a {letter}{letter}") == []


@pytest.mark.parametrize(
    "text", ["Köln", "Çankırı", "Đà Nẵng", "東京駅", "サッポロ", "서울", "القاهرة", "12 Main St", "O'Hare #3"]
)
def test_names_as_people_write_them_are_plain(text: str):
    assert are_plain((text,))
    assert are_plain(("Downtown", text, "x"))


@pytest.mark.parametrize(
    "text",
    [
        *("", " a", "a ", "a\nb", "a\tb", "a\u00a0b", "a\u0308", "=1+1", "'a'", "\u0430pple", "\uff21", "\u2013"),
        *("1.5E+12", "1E5", "94105.0", "Caf\u00c3\u00a9", "\u0160\u0152", "a??", "Err:502", "a\ufffd", "a\u200b"),
    ],
)
def test_other_texts_are_judged_by_the_rules(text: str):
    assert not are_plain((text,))
    assert not are_plain(("Downtown", text, "x"))


def test_what_a_wrong_encoding_makes_of_a_letter_is_never_plain():
    for letter in LETTERS:
        with contextlib.suppress(UnicodeDecodeError):
            read = letter.encode().decode("cp1252")
            assert len(read) == 1 or not are_plain((read,))
