"""Declared hours that are wrong in a known way: mistakes that traffic can show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import asdict, replace

from dfsync.model.hours.live import live_hours
from dfsync.model.hours.week import DAY, Span, Week
from dfsync.sandbox.backend.cells import problem
from dfsync.sandbox.settings import SandboxSettings
from dfsync.traffic.sandbox.visitors import GroundTruth

HOUR = 60


class Mistake(StrEnum):
    """How the truth differs from the declared hours."""

    NONE = "none"
    OPENING = "opening"  # opens an hour earlier or later than declared
    CLOSING = "closing"  # closes an hour earlier or later
    SHIFTED = "shifted"  # both, in the same direction
    ZONE = "zone"  # the reported times are in another time zone
    DST = "dst"  # the clock does not follow daylight saving time
    EXTRA_DAY = "extra_day"  # open on a day that is declared closed
    EMPTY_DAY = "empty_day"  # closed on a day that is declared open


SHIFTS = (Mistake.OPENING, Mistake.CLOSING, Mistake.SHIFTED, Mistake.ZONE, Mistake.DST)
"""The mistakes that show as an hour's shift."""

SHOP = Week((((9 * HOUR, 18 * HOUR),),) * 6 + ((),))
"""Monday to Saturday from 09:00 to 17:59."""


def mistaken(random: Random, declared: Week, timezone: str, mistake: Mistake) -> tuple[GroundTruth, Mistake]:
    """Return a truth that differs from `declared` by a mistake, and the mistake that was really made.

    In a zone without daylight saving a clock can't ignore it, so the mistake becomes a wrong zone. A site that never
    closes can't be shifted; there is no mistake then.
    """
    truth = GroundTruth(declared, timezone)
    if mistake is Mistake.DST and not _saves_daylight(timezone):
        mistake = Mistake.ZONE
    if mistake is Mistake.NONE or not any(spans != ((0, DAY),) for spans in declared.by_day()):
        return truth, Mistake.NONE
    if mistake is Mistake.DST:
        return replace(truth, clock_keeps_dst=False), mistake
    if mistake is Mistake.ZONE:
        return replace(truth, clock_ahead_min=random.choice((-HOUR, HOUR))), mistake
    hours = _other_week(random, declared, mistake)
    return replace(truth, hours=hours), Mistake.NONE if hours == declared else mistake


def invented(settings: SandboxSettings, number: int, row: Mapping[str, Any]) -> GroundTruth:
    """Return the truth of a stored site. The settings say in how many sites it differs from the declared hours.

    A site without readable hours gets the hours of a shop, and one without a known time zone is at UTC.
    """
    random = Random(f"{settings.traffic_seed}/{number}/invented")  # noqa: S311  (repeatable, not secret)
    try:
        declared = live_hours(row.get("Operational Hours")) or SHOP
    except ValueError:
        declared = SHOP
    timezone = row.get("Timezone")
    known = isinstance(timezone, str) and problem("Timezone", timezone) is None
    mistake = random.choice(SHIFTS) if random.random() < settings.wrong_hours else Mistake.NONE
    return mistaken(random, declared, str(timezone) if known else "UTC", mistake)[0]


def truth_to_json(truth: GroundTruth) -> dict[str, Any]:
    """Return a truth as JSON holds it."""
    closures = sorted(day.isoformat() for day in truth.closures)
    return {**asdict(truth), "hours": [list(map(list, spans)) for spans in truth.hours.days], "closures": closures}


def truth_from_json(value: Mapping[str, Any]) -> GroundTruth:
    """Return the truth that `truth_to_json` wrote."""
    hours = Week(tuple(tuple((start, stop) for start, stop in spans) for spans in value["hours"]))
    return GroundTruth(**{**value, "hours": hours, "closures": frozenset(map(date.fromisoformat, value["closures"]))})


def _other_week(random: Random, declared: Week, mistake: Mistake) -> Week:
    open_days = [day for day, spans in enumerate(declared.days) if spans]
    closed_days = [day for day, spans in enumerate(declared.days) if not spans]
    if mistake is Mistake.EXTRA_DAY:
        spans = declared.days[open_days[0]] if open_days else ((9 * HOUR, 18 * HOUR),)
        return declared.with_days({random.choice(closed_days): spans}) if closed_days else declared
    if mistake is Mistake.EMPTY_DAY:
        return declared.with_days({random.choice(open_days): ()}) if open_days else declared
    by = random.choice((-HOUR, HOUR))
    return Week(tuple(_moved(spans, by, mistake) for spans in declared.days))


def _moved(spans: tuple[Span, ...], by: int, mistake: Mistake) -> tuple[Span, ...]:
    """Move the opening, the closing or both of a day. If there is no room, the day stays as it is."""
    if not spans:
        return spans
    moved = list(spans)
    if mistake in (Mistake.OPENING, Mistake.SHIFTED):
        moved[0] = (moved[0][0] + by, moved[0][1])
    if mistake in (Mistake.CLOSING, Mistake.SHIFTED):
        moved[-1] = (moved[-1][0], moved[-1][1] + by)
    fits = moved[0][0] >= 0 and all(start < stop <= start + DAY and start < DAY for start, stop in moved)
    return tuple(moved) if fits else spans


def _saves_daylight(timezone: str) -> bool:
    zone = ZoneInfo(timezone)
    return any(datetime.combine(date(2026, month, 15), time(12), zone).dst() for month in (1, 7))
