"""One site whose hours were judged, for the reports."""

from __future__ import annotations

import datetime

from dfsync.model.hours.week import Week
from dfsync.traffic.analysis.findings import (
    Evidence,
    HoursFinding,
    HoursFindingKind,
    HoursReport,
    HoursVerdict,
    JudgedSite,
    ShiftCause,
    UncountedDay,
)

DECLARED = Week((((540, 1080),),) * 6 + ((),))
PROPOSED = Week((((480, 1080),),) * 6 + ((),))
FIRST, LAST = datetime.date(2026, 5, 4), datetime.date(2026, 6, 28)
FINDING = HoursFinding(
    HoursFindingKind.OPENS_EARLIER,
    (0, 1, 2, 3, 4, 5),
    (480, 495),
    Evidence(47, 45, 118.4, 20.9, 42.9),
    -60,
    (FIRST, LAST),
)


def report(name: str = "Downtown Store") -> HoursReport:
    """Return a report of a site that differs, one that agrees and one that can't be judged."""
    left_out = (UncountedDay(FIRST, "closure"), UncountedDay(LAST, "closure"), UncountedDay(LAST, "dated exception"))
    differs = HoursVerdict(
        47, (FINDING,), ShiftCause.TIME_ZONE, PROPOSED, left_out, profile=((0.0, None, *[3.0] * 94),) * 7
    )
    return HoursReport(
        FIRST,
        LAST,
        45,
        (
            JudgedSite("site-1", name, "Europe/Berlin", DECLARED, differs),
            JudgedSite("site-2", "Agrees", None, DECLARED, HoursVerdict(56)),
            JudgedSite("site-3", "Silent", None, DECLARED, HoursVerdict(0, unknown="no traffic was counted")),
        ),
        ("site-4",),
    )
