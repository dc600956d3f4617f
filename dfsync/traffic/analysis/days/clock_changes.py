"""Splits days into the stretches between two changes of the clocks of a site.

A clock that ignores daylight saving is right for half of the year, so each stretch is judged alone. The day on which
clocks change belongs to no stretch, since it has an hour too few or too many.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dfsync.traffic.analysis.days.frame import ServiceDay

_NOON = datetime.time(12)


def seasons(days: Sequence[ServiceDay], timezone: str | None) -> list[list[ServiceDay]]:
    """Return the days in stretches with the same offset from UTC; in one stretch if the zone is not known."""
    zone = _zone(timezone)
    stretches: list[list[ServiceDay]] = []
    before: datetime.timedelta | None = None
    for day in days:
        offset = _offset(day.date, zone)
        if not stretches or offset != before:
            stretches.append([])
        if before is None or offset == before:
            stretches[-1].append(day)
        before = offset
    return [stretch for stretch in stretches if stretch]


def _offset(day: datetime.date, zone: ZoneInfo | None) -> datetime.timedelta:
    return (zone and datetime.datetime.combine(day, _NOON, zone).utcoffset()) or datetime.timedelta()


def _zone(timezone: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(timezone) if timezone else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
