"""Scenes are wrong in exactly the way they say."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scenes import scenes
from dfsync.model.hours.week import CLOSED, DAY, Week
from dfsync.sandbox import Sandbox, SandboxSettings
from dfsync.traffic.sandbox.ground_truth import GroundTruths
from dfsync.traffic.sandbox.mistakes import SHOP, Mistake, invented, mistaken, truth_from_json, truth_to_json
from tests.sandbox.http_requests import HOURS, site

FIRST = date(2026, 1, 1)


def test_a_scene_depends_on_seed_and_number_alone() -> None:
    """So that two runs of a benchmark see the same sites, and two seed sets different ones."""
    ten, twenty = (list(scenes(1, count, tuple(Mistake), first=FIRST)) for count in (10, 20))
    assert twenty[:10] == ten
    assert list(scenes(2, 10, tuple(Mistake), first=FIRST)) != ten


def test_scenes_cover_both_hemispheres_nights_and_closures() -> None:
    """The scenes contain what makes real traffic hard."""
    drawn = list(scenes(1, 200, first=FIRST))
    zones = {scene.truth.timezone for scene in drawn}
    assert {"Europe/Berlin", "Australia/Sydney"} <= zones
    assert any(stop > DAY for scene in drawn for spans in scene.declared.days for _, stop in spans)
    assert any(scene.truth.closures for scene in drawn)


def test_a_truth_differs_from_what_is_declared_as_its_mistake_says() -> None:
    """Without a mistake, the truth is what is declared."""
    for scene in scenes(1, 400, tuple(Mistake), first=FIRST):
        truth = scene.truth
        wrong_hours, wrong_clock = truth.hours != scene.declared, truth.clock_ahead_min or not truth.clock_keeps_dst
        in_hours = scene.mistake in {
            *(Mistake.OPENING, Mistake.CLOSING, Mistake.SHIFTED, Mistake.EXTRA_DAY, Mistake.EMPTY_DAY)
        }
        assert wrong_hours == in_hours
        assert bool(wrong_clock) == (scene.mistake in {Mistake.ZONE, Mistake.DST})


@pytest.mark.parametrize(
    ("mistake", "opens", "closes"),
    [(Mistake.OPENING, True, False), (Mistake.CLOSING, False, True), (Mistake.SHIFTED, True, True)],
)
def test_a_shift_is_an_hour_at_the_ends_that_it_names(mistake: Mistake, opens: bool, closes: bool) -> None:
    """On every open day, in one direction."""
    hours = mistaken(Random(1), SHOP, "UTC", mistake)[0].hours
    ((start, stop),) = hours.days[0]
    assert (abs(start - 540), abs(stop - 1080)) == (60 * opens, 60 * closes)
    assert hours.days == ((hours.days[0],) * 6 + ((),))


def test_a_mistake_that_can_not_be_made_is_not_claimed() -> None:
    """No daylight saving in Tokyo, no shift of what never closes, no extra day where none is free."""
    always = Week((((0, DAY),),) * 7)
    assert mistaken(Random(1), SHOP, "Asia/Tokyo", Mistake.DST)[1] is Mistake.ZONE
    assert mistaken(Random(1), always, "UTC", Mistake.SHIFTED)[1] is Mistake.NONE
    daily = Week((((540, 1080),),) * 7)
    assert mistaken(Random(1), daily, "UTC", Mistake.EXTRA_DAY)[1] is Mistake.NONE
    assert mistaken(Random(1), CLOSED, "UTC", Mistake.EMPTY_DAY)[1] is Mistake.NONE


@given(st.integers(0, 10_000))
def test_a_truth_survives_json(seed: int) -> None:
    """As the database keeps it."""
    (scene,) = scenes(seed, 1, first=FIRST)
    assert truth_from_json(truth_to_json(scene.truth)) == scene.truth


@pytest.mark.parametrize("hours", [None, "not json", [1], ""])
def test_a_site_without_readable_hours_is_open_as_shops_are(hours: object) -> None:
    """Traffic comes all the same; a zone that nobody knows is UTC."""
    truth = invented(SandboxSettings(), 1, {"Operational Hours": hours, "Timezone": "Nowhere"})
    assert (truth.hours, truth.timezone) == (SHOP, "UTC")


def test_the_share_of_wrong_hours_is_a_setting() -> None:
    """By default none are wrong, and at 1 all of them are."""
    rows = [site(str(number), Operational_Hours=HOURS, Timezone="Asia/Tokyo") for number in range(40)]
    for share, least, most in ((0.0, 0, 0), (0.5, 8, 32), (1.0, 40, 40)):
        sandbox = Sandbox(rows, settings=SandboxSettings(wrong_hours=share))
        truths = GroundTruths(sandbox.database, sandbox.settings)
        right = invented(SandboxSettings(), 1, rows[0])
        wrong = sum(truths.get(row["Site ID"]) != right for row in rows)
        assert least <= wrong <= most


def test_a_truth_stays_when_the_declared_hours_are_corrected() -> None:
    """Else a correction would move the goal."""
    sandbox = Sandbox([site("a", Operational_Hours=HOURS)], settings=SandboxSettings(wrong_hours=1.0))
    truths = GroundTruths(sandbox.database, sandbox.settings)
    truth = truths.get("a")
    sandbox.edit("a", "Operational Hours", [{"days": ["Sun"], "start": "01:00", "end": "02:00"}])
    assert truths.get("a") == truth
    truths.put("a", invented(SandboxSettings(), 1, {}))
    assert truths.get("a").hours == SHOP
    with pytest.raises(KeyError):
        truths.get("b")
