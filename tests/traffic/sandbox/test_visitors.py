"""Synthetic traffic gives the same counts however it is asked for, and they fit the truth."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dfsync.model.hours.week import DAY, Week
from dfsync.traffic.sandbox.visitors import COUNTS, GroundTruth, Slots, VisitorCounts

NINE_TO_SIX = Week((((540, 1080),),) * 5 + ((), ()))
QUIET = GroundTruth(NINE_TO_SIX, staff_per_hour=0, stray_per_day=0, outages=0)
MONDAY = date(2026, 6, 1)
HOURLY = Slots(step=60)


def hours_with_visitors(truth: GroundTruth, day: date, site: int = 1) -> set[int]:
    (counted,) = VisitorCounts(truth, 1, site).days(day, day, HOURLY)
    return {hour for hour, count in enumerate(counted.counts["entrances"]) if count}


def entrances(source: VisitorCounts, first: date, last: date, slots: Slots) -> list[int]:
    return [count for day in source.days(first, last, slots) for count in day.counts["entrances"]]


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 5), st.integers(0, 5), st.sampled_from([5, 15, 30, 60, 120]), st.sampled_from([0, 60, -300]))
def test_every_range_and_bucket_size_adds_up_to_the_same(before: int, after: int, step: int, ahead: int) -> None:
    """A day is the same day inside any range, and an hour is the sum of its quarters."""
    source = VisitorCounts(GroundTruth(NINE_TO_SIX, clock_ahead_min=ahead), 3, 7)
    alone = entrances(source, MONDAY, MONDAY, Slots(step=1))
    first, last = MONDAY - timedelta(days=before), MONDAY + timedelta(days=after)
    inside = entrances(source, first, last, Slots(step=step))
    slots = DAY // step
    of_day = inside[before * slots : (before + 1) * slots]
    assert of_day == [sum(alone[start : start + step]) for start in range(0, DAY, step)]


def test_what_is_counted_does_not_depend_on_what_else_is() -> None:
    """Asking for one metric gives the numbers that asking for all gives."""
    source = VisitorCounts(GroundTruth(NINE_TO_SIX), 3, 7)
    (everything,) = source.days(MONDAY, MONDAY, HOURLY, COUNTS)
    for name in COUNTS:
        (alone,) = source.days(MONDAY, MONDAY, HOURLY, [name])
        assert alone.counts == {name: everything.counts[name]}


def test_seed_and_site_make_the_difference() -> None:
    """And nothing else does."""
    sources = [VisitorCounts(QUIET, seed, site) for seed in (1, 2) for site in (1, 2)]
    counted = [entrances(source, MONDAY, MONDAY, HOURLY) for source in sources]
    assert len({tuple(counts) for counts in counted}) == 4
    assert counted[0] == entrances(VisitorCounts(QUIET, 1, 1), MONDAY, MONDAY, HOURLY)


def test_without_noise_nobody_comes_while_closed_and_somebody_in_every_open_hour() -> None:
    """The truth is the truth."""
    assert hours_with_visitors(QUIET, MONDAY) == set(range(9, 18))
    assert hours_with_visitors(QUIET, MONDAY + timedelta(days=5)) == set()


def test_the_level_is_what_the_truth_says() -> None:
    """Forty visitors in an open hour, over a year of noisy weeks."""
    total = sum(entrances(VisitorCounts(QUIET, 1, 1), MONDAY, MONDAY + timedelta(days=363), HOURLY))
    assert abs(total / (52 * 5 * 9) - 40 * (0.9 * 4 + 1.1) / 5) < 2


def test_a_night_runs_past_midnight_unless_its_evening_is_closed() -> None:
    """A closure takes the whole night that starts on its date, and leaves the tail of the night before."""
    bar = replace(QUIET, hours=Week((((20 * 60, 26 * 60),),) * 7))
    assert hours_with_visitors(bar, MONDAY) == {0, 1, 20, 21, 22, 23}
    closed = replace(bar, closures=frozenset({MONDAY}))
    assert hours_with_visitors(closed, MONDAY) == {0, 1}
    assert hours_with_visitors(closed, MONDAY + timedelta(days=1)) == {20, 21, 22, 23}


def test_staff_come_before_opening_and_leave_after_closing() -> None:
    """A few of them, within the minutes that the truth says."""
    staffed = replace(QUIET, staff_per_hour=30, staff_before_min=60, staff_after_min=30)
    assert hours_with_visitors(staffed, MONDAY) == set(range(8, 19))
    early = [entrances(VisitorCounts(staffed, 1, site), MONDAY, MONDAY, Slots(480, 540, 60))[0] for site in range(50)]
    assert 20 < sum(early) / 50 < 40


def test_stray_detections_come_at_any_hour() -> None:
    """Cleaners, reflections and alarms cause them."""
    stray = replace(QUIET, hours=Week(((),) * 7), stray_per_day=3)
    total = sum(entrances(VisitorCounts(stray, 1, 1), MONDAY, MONDAY + timedelta(days=99), HOURLY))
    assert 200 < total < 400


def test_a_wrong_clock_moves_everything() -> None:
    """It is an hour ahead, and traffic moves across midnight too."""
    assert hours_with_visitors(replace(QUIET, clock_ahead_min=60), MONDAY) == set(range(10, 19))
    far = replace(QUIET, clock_ahead_min=-10 * 60)
    assert hours_with_visitors(far, MONDAY) == {*range(8), 23}
    assert hours_with_visitors(far, MONDAY - timedelta(days=1)) == {23}


def test_a_clock_that_ignores_daylight_saving_is_wrong_in_summer_only() -> None:
    """That is the summer of its own hemisphere."""
    january = date(2026, 1, 5)
    north = replace(QUIET, timezone="Europe/Berlin", clock_keeps_dst=False)
    south = replace(north, timezone="Australia/Sydney")
    assert [min(hours_with_visitors(north, day)) for day in (january, MONDAY)] == [9, 8]
    assert [min(hours_with_visitors(south, day)) for day in (january, MONDAY)] == [8, 9]


def test_the_hour_that_daylight_saving_skips_is_empty_and_the_one_it_repeats_is_full() -> None:
    """Sites that are open all night live through both."""
    always = replace(QUIET, hours=Week((((0, DAY),),) * 7), timezone="Europe/Berlin", noise=0.01)
    assert hours_with_visitors(always, date(2026, 3, 29)) == set(range(24)) - {2}
    counted = [
        [entrances(VisitorCounts(always, 1, site), day, day, HOURLY) for site in range(40)]
        for day in (date(2026, 10, 18), date(2026, 10, 25))
    ]
    usual, repeated = (sum(day[2] for day in days) for days in counted)
    assert 1.6 < repeated / usual < 2.4


def test_an_outage_is_told_apart_from_an_empty_hour() -> None:
    """Its slots are silent, and no others are."""
    source = VisitorCounts(replace(QUIET, outages=1), 1, 1)
    (day,) = source.days(MONDAY, MONDAY, Slots(step=1))
    start, stop = source.outage(MONDAY) or (0, 0)
    assert stop - start >= 120
    assert day.silent == [start <= minute < stop for minute in range(DAY)]
    assert VisitorCounts(QUIET, 1, 1).outage(MONDAY) is None


def test_who_stays_is_present_and_who_buys_has_entered() -> None:
    """The counts of a day fit each other."""
    (day,) = VisitorCounts(QUIET, 1, 1).days(MONDAY, MONDAY, HOURLY, COUNTS)
    counts = {name: sum(values) for name, values in day.counts.items()}
    assert 0 < counts["transactions"] < counts["entrances"] < counts["presence_minutes"] <= counts["dwell_minutes"]
    assert 8 < counts["dwell_minutes"] / counts["entrances"] < 16
    assert all(day.counts["walk_bys"][6:])
