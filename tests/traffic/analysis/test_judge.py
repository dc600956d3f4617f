"""Declared hours are found wrong where they are, by how much and on which days, and left alone where they are right."""

from __future__ import annotations

import datetime

import pytest
from msgspec.structs import replace

from dfsync.model.hours.week import DAY, Week
from dfsync.traffic.analysis.findings import HoursFinding, HoursFindingKind, ShiftCause
from dfsync.traffic.analysis.judge import DeclaredHours, judge
from dfsync.traffic.sandbox.visitors import GroundTruth
from tests.traffic.scene import DAYS, FIRST, hours, observed, shop, verdict, week

BERLIN, SYDNEY = "Europe/Berlin", "Australia/Sydney"
NIGHT = shop("17:00", "03:00", closed=())
DAILY = tuple(range(7))
WEEKDAYS = tuple(range(6))


def told(findings: tuple[HoursFinding, ...]) -> set[tuple[HoursFindingKind, tuple[int, ...], int]]:
    """Return what matters of findings."""
    return {(finding.kind, finding.weekdays, finding.shift_min) for finding in findings}


@pytest.mark.parametrize("declared", [shop(), NIGHT, week((0, DAY)), shop("06:00", "24:00", closed=())], ids=str)
@pytest.mark.parametrize("seed", [1, 2])
def test_hours_that_are_right_are_left_alone(declared: Week, seed: int) -> None:
    """A shop, a bar, a site that never closes, one that closes at midnight."""
    found = verdict(declared, GroundTruth(declared, BERLIN), seed=seed)
    assert found.findings == ()
    assert found.proposed is None
    assert found.unknown is None


@pytest.mark.parametrize("declared", [shop(), NIGHT], ids=["shop", "night"])
@pytest.mark.parametrize(
    ("start", "stop", "kinds"),
    [
        (-60, 0, {(HoursFindingKind.OPENS_EARLIER, -60)}),
        (60, 0, {(HoursFindingKind.OPENS_LATER, 60)}),
        (0, -60, {(HoursFindingKind.CLOSES_EARLIER, -60)}),
        (0, 60, {(HoursFindingKind.CLOSES_LATER, 60)}),
        (120, 0, {(HoursFindingKind.OPENS_LATER, 120)}),
        (-60, -60, {(HoursFindingKind.OPENS_EARLIER, -60), (HoursFindingKind.CLOSES_EARLIER, -60)}),
    ],
)
def test_an_edge_is_found_where_it_is_and_the_proposal_is_the_truth(
    declared: Week, start: int, stop: int, kinds: set[tuple[HoursFindingKind, int]]
) -> None:
    """It is found on all days together."""
    true = Week(tuple(tuple((a + start, b + stop) for a, b in day) for day in declared.days))
    found = verdict(declared, GroundTruth(true, BERLIN))
    assert {(finding.kind, finding.shift_min) for finding in found.findings} == kinds
    assert found.proposed == true
    assert all(finding.evidence.sure for finding in found.findings)


def test_one_weekday_with_hours_of_its_own_is_found_alone() -> None:
    """Saturday closes three hours early."""
    true = shop().with_days({5: ((hours("09:00"), hours("15:00")),)})
    found = verdict(shop(), GroundTruth(true, BERLIN))
    assert told(found.findings) == {(HoursFindingKind.CLOSES_EARLIER, (5,), -180)}
    assert found.proposed == true


def test_a_day_open_while_declared_closed_gets_the_hours_of_the_others() -> None:
    """Staff is in what was observed, and not in what is proposed."""
    true = shop(closed=())
    found = verdict(shop(), GroundTruth(true, BERLIN))
    assert told(found.findings) == {(HoursFindingKind.BUSY_WHEN_CLOSED, (6,), 0)}
    assert found.proposed == true


def test_a_day_without_traffic_and_a_siesta_are_found_empty() -> None:
    """Declared open through, really closed on Wednesdays and from noon to two."""
    morning, afternoon = (hours("09:00"), hours("12:00")), (hours("15:00"), hours("18:00"))
    true = week(morning, afternoon, closed=(2, 6))
    found = verdict(shop(), GroundTruth(true, BERLIN, staff_per_hour=0))
    assert {(finding.kind, finding.weekdays) for finding in found.findings} == {
        (HoursFindingKind.EMPTY_WHEN_OPEN, (day,)) for day in WEEKDAYS
    }
    assert found.proposed == true


def test_staff_is_tolerated_as_long_as_the_setting_says() -> None:
    """An hour of staff before opening is a finding at 45 minutes and none at 60."""
    truth = GroundTruth(shop(), BERLIN, visitors_per_hour=12, staff_before_min=60, staff_per_hour=6)
    declared = DeclaredHours(shop(), BERLIN)
    calendar = observed(truth)
    assert {finding.kind for finding in judge(declared, calendar, 45).findings} <= {HoursFindingKind.OPENS_EARLIER}
    assert judge(declared, calendar, 60).findings == ()


def test_closures_and_dated_exceptions_are_left_out_and_told() -> None:
    """A week of holidays does not make a shop look closed, nor does a long evening make it look open."""
    closures = frozenset(FIRST + datetime.timedelta(days=day) for day in range(14, 21))
    dated = [FIRST + datetime.timedelta(days=day) for day in range(14, 17)]
    found = verdict(shop(), GroundTruth(shop(), BERLIN, closures=closures, outages=0), exceptions=dated)
    assert found.findings == ()
    reasons = [day.reason for day in found.left_out]
    assert (reasons.count("dated exception"), reasons.count("closure")) == (3, 3)


@pytest.mark.parametrize(
    ("zone", "first"), [(BERLIN, datetime.date(2026, 3, 1)), (SYDNEY, datetime.date(2026, 9, 1))], ids=str
)
@pytest.mark.parametrize("declared", [shop(), NIGHT], ids=["shop", "night"])
def test_a_clock_without_daylight_saving_is_told_from_wrong_hours(
    zone: str, first: datetime.date, declared: Week
) -> None:
    """In both hemispheres: right before the change, an hour off after it; no other hours are proposed."""
    found = verdict(declared, GroundTruth(declared, zone, clock_keeps_dst=False), first=first, days=70)
    assert {(finding.kind, finding.shift_min) for finding in found.findings} == {
        (HoursFindingKind.OPENS_EARLIER, -60),
        (HoursFindingKind.CLOSES_EARLIER, -60),
    }
    assert found.cause is ShiftCause.DAYLIGHT_SAVING
    assert all(finding.period and finding.period[0] > first for finding in found.findings)
    assert found.proposed is None


@pytest.mark.parametrize("zone", [BERLIN, SYDNEY, "America/Santiago"])
@pytest.mark.parametrize("month", [3, 9])
def test_a_change_of_clocks_alone_is_no_finding(zone: str, month: int) -> None:
    """The site opens at nine by the wall clock all year."""
    found = verdict(NIGHT, GroundTruth(NIGHT, zone), first=datetime.date(2026, month, 5))
    assert found.findings == ()


def test_a_wrong_time_zone_shows_as_every_day_shifted_alike() -> None:
    """The clock is half an hour ahead, as between Adelaide and Darwin."""
    found = verdict(shop(), GroundTruth(shop(), "Asia/Tokyo", clock_ahead_min=60))
    assert {finding.shift_min for finding in found.findings} == {60}
    assert found.cause is ShiftCause.TIME_ZONE


def test_too_little_to_go_by_is_said_and_nothing_is_found() -> None:
    """Less than four weeks; no traffic at all; hardly a day that counts."""
    truth = GroundTruth(shop("10:00"), BERLIN)
    assert "at least 28" in (verdict(shop(), truth, days=27).unknown or "")
    silent = replace(truth, visitors_per_hour=0, staff_per_hour=0, stray_per_day=0)
    assert verdict(shop(), silent).unknown == "no traffic was counted"
    everything = [FIRST + datetime.timedelta(days=day) for day in range(DAYS - 10)]
    assert "only 10 of 56" in (verdict(shop(), truth, exceptions=everything).unknown or "")


def test_one_strange_day_decides_nothing() -> None:
    """One night sale has thousands of visitors."""
    calendar = observed(GroundTruth(shop(), BERLIN, outages=0))
    party = FIRST + datetime.timedelta(days=6)
    calendar[party] = tuple(5_000.0 for _ in calendar[party])
    assert judge(DeclaredHours(shop(), BERLIN), calendar).findings == ()


def test_an_unknown_time_zone_is_judged_without_one() -> None:
    """Validation reports it; here it only means that changes of clocks are not known."""
    assert judge(DeclaredHours(shop(), "Nowhere/At all"), observed(GroundTruth(shop()))).findings == ()
