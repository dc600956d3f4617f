"""Compares declared hours with observed traffic, for one site.

Traffic comes by quarters of an hour of the local wall clock of the site. The Traffic Metrics API gives the `time` of
each row as "YYYY-MM-DD HH:MM:SS" without a zone; dfsync takes it as the clock of the site.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from statistics import median

from msgspec import Struct
from msgspec.structs import replace

from dfsync.model.hours.week import DAYS, Week
from dfsync.traffic.analysis.days.clock_changes import seasons
from dfsync.traffic.analysis.days.frame import SLOTS, STEP, Counts, Frame, ServiceDay, frame_of, service_days
from dfsync.traffic.analysis.days.votes import trimmed_mean, weighed
from dfsync.traffic.analysis.findings import HoursFinding, HoursFindingKind, HoursVerdict, ShiftCause, UncountedDay
from dfsync.traffic.analysis.proposal import proposed
from dfsync.traffic.analysis.season import Season

LEAST_DAYS = 28
"""Four weeks. A shorter time is not judged."""

STAFF_MIN = 45
"""Minutes before opening and after closing whose traffic is taken for staff."""

_LEAST_KEPT = 20
_LEAST_STRETCH = 10
_LOOKS_CLOSED = 0.15
_LOOKS_OPEN = 0.3
_MOST_MISSING = SLOTS // 2

Found = tuple[Sequence[ServiceDay], list[HoursFinding]]


class DeclaredHours(Struct, frozen=True):
    """What a site declares: its week, its time zone, and the dates of its exceptions."""

    hours: Week
    timezone: str | None = None
    exceptions: Collection[datetime.date] = ()


def judge(
    declared: DeclaredHours, calendar: Mapping[datetime.date, Counts], staff_min: int = STAFF_MIN
) -> HoursVerdict:
    """Compare declared hours with traffic. `calendar` has `SLOTS` counts for each calendar day, from midnight."""
    frame = frame_of(declared.hours)
    kept, left_out = _counted(service_days(calendar, frame.cut), declared.exceptions)
    profile = _profile(calendar)
    unknown = _unknown(len(calendar), kept)
    if unknown:
        return HoursVerdict(len(kept), left_out=left_out, unknown=unknown, profile=profile)
    stretches = [stretch for stretch in seasons(kept, declared.timezone) if len(stretch) >= _LEAST_STRETCH]
    counted = [day for stretch in stretches for day in stretch]
    tolerated = staff_min // STEP
    found = Season(frame, counted, tolerated).findings()
    if len(stretches) > 1:
        found = _told_apart(found, [(days, Season(frame, days, tolerated).findings()) for days in stretches])
    cause = _cause(found, frame)
    lasting = [each for each in found if cause is not ShiftCause.DAYLIGHT_SAVING and _lasts(each, kept[-1].date)]
    week = proposed(frame, lasting)
    return HoursVerdict(
        len(counted), tuple(found), cause, None if week == declared.hours else week, left_out, profile=profile
    )


def _counted(
    days: Sequence[ServiceDay], exceptions: Collection[datetime.date]
) -> tuple[list[ServiceDay], tuple[UncountedDay, ...]]:
    """Leave out dated exceptions, days with gaps, and days on which a weekday that is usually open looks closed."""
    reported = [day for day in days if day.date not in exceptions and day.counts.count(None) <= _MOST_MISSING]
    usual = {weekday: median([d.total for d in reported if d.date.weekday() == weekday] or [0]) for weekday in range(7)}
    typical = weighed(list(usual.values()))
    kept: list[ServiceDay] = []
    left_out: list[UncountedDay] = []
    for day in days:
        here = usual[day.date.weekday()]
        if day.date in exceptions:
            left_out.append(UncountedDay(day.date, "dated exception"))
        elif day.counts.count(None) > _MOST_MISSING:
            left_out.append(UncountedDay(day.date, "data gap"))
        elif here >= _LOOKS_OPEN * typical and day.total < _LOOKS_CLOSED * here:
            left_out.append(UncountedDay(day.date, "closure"))
        else:
            kept.append(day)
    return kept, tuple(left_out)


def _unknown(asked: int, days: Sequence[ServiceDay]) -> str | None:
    if asked < LEAST_DAYS:
        return f"{asked} days were looked at, and at least {LEAST_DAYS} are needed"
    if not any(day.total for day in days):
        return "no traffic was counted"
    if len(days) < _LEAST_KEPT:
        return f"only {len(days)} of {asked} days can be counted, and at least {_LEAST_KEPT} are needed"
    return None


def _told_apart(throughout: Sequence[HoursFinding], stretches: Sequence[Found]) -> list[HoursFinding]:
    """Give the findings of a kind their period if the kind is found in some stretches only."""
    met = Counter(kind for _, findings in stretches for kind in {finding.kind for finding in findings})
    partial = {kind for kind, times in met.items() if times < len(stretches)}
    return [finding for finding in throughout if finding.kind not in partial] + [
        replace(finding, period=(days[0].date, days[-1].date))
        for days, findings in stretches
        for finding in findings
        if finding.kind in partial
    ]


def _lasts(finding: HoursFinding, last: datetime.date) -> bool:
    return finding.period is None or finding.period[1] >= last


def _cause(findings: Sequence[HoursFinding], frame: Frame) -> ShiftCause | None:
    """Return the reason why every day opens and closes earlier, or later, by the same time; None if they do not."""
    shifted = [finding for finding in findings if finding.shift_min]
    shifts = {finding.shift_min for finding in shifted}
    opening = {
        day
        for f in shifted
        if f.kind in (HoursFindingKind.OPENS_EARLIER, HoursFindingKind.OPENS_LATER)
        for day in f.weekdays
    }
    closing = {
        day
        for f in shifted
        if f.kind in (HoursFindingKind.CLOSES_EARLIER, HoursFindingKind.CLOSES_LATER)
        for day in f.weekdays
    }
    empty = {day for f in findings if f.kind is HoursFindingKind.EMPTY_WHEN_OPEN for day in f.weekdays}
    every = {day for day in range(len(DAYS)) if frame.spans[day]} - empty
    if len(shifts) != 1 or not every or not (opening >= every and closing >= every):
        return None
    return ShiftCause.DAYLIGHT_SAVING if all(finding.period for finding in shifted) else ShiftCause.TIME_ZONE


def _profile(calendar: Mapping[datetime.date, Counts]) -> tuple[Counts, ...]:
    by_weekday: list[list[Counts]] = [[] for _ in DAYS]
    for date, counts in calendar.items():
        by_weekday[date.weekday()].append(counts)
    return tuple(tuple(map(_mean, zip(*days, strict=True))) if days else (None,) * SLOTS for days in by_weekday)


def _mean(counts: Sequence[float | None]) -> float | None:
    reported = [count for count in counts if count is not None]
    return trimmed_mean(reported) if reported else None
