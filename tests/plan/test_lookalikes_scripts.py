"""Ids that look like others because their letters do, or that mix scripts."""

from __future__ import annotations

import pytest

from dfsync.plan.lookalikes import find_lookalikes
from tests.plan.made import site


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


@pytest.mark.parametrize("id", ["магазин-Paris", "Αθήνα-shop", "sitе-9"])
def test_an_id_of_two_scripts_is_held_back(id: str) -> None:
    [(other, why)] = found(id, "another")
    assert other == ""
    assert "mixes" in why


@pytest.mark.parametrize("id", ["магазин-7", "Αθήνα-3", "東京Tower", "Zürich", "shop-7", "서울-a", "店舗カフェ1"])
def test_an_id_of_one_writing_system_is_not(id: str) -> None:
    assert found(id, "another") == []
