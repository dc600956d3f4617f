"""Ids that look like others because their letters do, or that mix scripts."""

from __future__ import annotations

import runpy
import unicodedata
from pathlib import Path

import pytest

from dfsync.model.likeness.confusables import ALIKE
from dfsync.plan.lookalike_creates import find_lookalikes
from tests.plan.small_plans import site

GENERATOR = Path(__file__).parents[2] / ".ci" / "confusables.py"


def test_the_table_is_up_to_date() -> None:
    """`python .ci/confusables.py` would change nothing."""
    pytest.importorskip("confusable_homoglyphs", reason="the table of letters is generated from it")
    generator = runpy.run_path(str(GENERATOR))
    assert generator["MODULE"].read_text(encoding="utf-8") == generator["module"](), "run: python .ci/confusables.py"


def test_every_letter_of_the_table_is_seen() -> None:
    """It stands in the place of the Latin letter that it looks like, alone in a word and among others."""
    for latin, letters in ALIKE.items():
        for letter in letters:
            for there, here in ((latin, letter), (f"shop {latin}9", f"shop {letter}9")):
                [(other, why)] = found(here, there)
                assert other == there
                assert f"U+{ord(letter):04X}" in why or not letter.isalpha(), unicodedata.name(letter)


@pytest.mark.parametrize(
    ("id", "live"),
    [("Café-1", "cafe-1"), ("MÜNCHEN 2", "Munchen-2"), ("l1І", "l1i"), ("sh0р", "shop"), ("𝗌𝗁о𝗉", "SHOP")],
)
def test_accents_and_letters_that_are_alike_on_the_keyboard_make_no_difference_beside_odd_ones(
    id: str, live: str
) -> None:
    [(other, why)] = found(id, live)
    assert other == live
    assert "look alike" in why


@pytest.mark.parametrize(("id", "live"), [("a1", "al"), ("so", "s0"), ("I", "1")])
def test_letters_and_digits_of_the_keyboard_are_never_alike(id: str, live: str) -> None:
    """Ids that count with letters and digits come in thousands."""
    assert found(id, live) == []


def found(id: str, *live: str) -> list[tuple[str, str]]:
    create = site(id)
    return [(like.other, like.why) for like in find_lookalikes([create], live, [id], ())]


@pytest.mark.parametrize(
    ("id", "live"),
    [("sitе-123", "site-123"), ("SITE-А1", "site-a1"), ("ѕhор", "shop"), ("Α1", "A1"), ("ΟΚ", "ok"), ("sıte", "site")],
)
def test_an_id_that_differs_only_in_letters_that_look_alike_is_held_back(id: str, live: str) -> None:
    [(other, why)] = found(id, live)
    assert other == live
    assert "look alike" in why
    assert "U+" in why


@pytest.mark.parametrize("id", ["магазин-Paris", "Αθήνα-shop", "sitе-9", "ร้าน-shop", "ᏣᎳᎩ-a"])
def test_an_id_of_two_scripts_is_held_back(id: str) -> None:
    [(other, why)] = found(id, "another")
    assert other == ""
    assert "mixes" in why


@pytest.mark.parametrize("id", ["магазин-7", "Αθήνα-3", "東京Tower", "Zürich", "shop-7", "서울-a", "店舗カフェ1"])
def test_an_id_of_one_writing_system_is_not(id: str) -> None:
    assert found(id, "another") == []
