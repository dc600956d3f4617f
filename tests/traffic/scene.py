"""Sites, traffic and repositories that the tests of traffic share."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dfsync.api.client import Client, connect
from dfsync.model.hours.week import DAY, Span, Week
from dfsync.model.settings import ApiSettings, Target
from dfsync.sandbox.sandbox import Sandbox
from dfsync.traffic.analysis.days.frame import Counts
from dfsync.traffic.analysis.findings import HoursVerdict
from dfsync.traffic.analysis.judge import DeclaredHours, judge
from dfsync.traffic.api.fetch import AskedSite
from dfsync.traffic.api.request import ReportRequest
from dfsync.traffic.sandbox.visitors import GroundTruth, Slots, VisitorCounts

FIRST = datetime.date(2026, 5, 4)  # a Monday, far from any change of clocks
DAYS = 56


def hours(text: str) -> int:
    """Return the minutes of HH:MM."""
    return int(text[:2]) * 60 + int(text[3:])


def week(*spans: Span, closed: Sequence[int] = ()) -> Week:
    """Return a week that is the same every day but for closed weekdays."""
    return Week(tuple(() if day in closed else spans for day in range(7)))


def shop(start: str = "09:00", stop: str = "18:00", closed: Sequence[int] = (6,)) -> Week:
    """Return a shop's week; a stop before the start is on the next day."""
    begins, ends = hours(start), hours(stop)
    return week((begins, ends if ends > begins else ends + DAY), closed=closed)


def observed(
    truth: GroundTruth, first: datetime.date = FIRST, days: int = DAYS, seed: int = 1
) -> dict[datetime.date, Counts]:
    """Return the calendar of a truth."""
    return {
        day.day: tuple(
            None if silent else count for count, silent in zip(day.counts["entrances"], day.silent, strict=True)
        )
        for day in VisitorCounts(truth, seed, 1).days(first, first + datetime.timedelta(days=days - 1), Slots(step=15))
    }


def verdict(
    declared: Week, truth: GroundTruth, exceptions: Sequence[datetime.date] = (), **window: Any
) -> HoursVerdict:
    """Judge a site."""
    return judge(DeclaredHours(declared, truth.timezone, exceptions), observed(truth, **window))


def rows(count: int, **columns: Any) -> list[dict[str, Any]]:
    """Return rows of an export, with internal ids from 800 on."""
    return [
        {"Site ID": f"s-{number}", "Site Name": f"Store {number}", "internal_id": 800 + number, **columns}
        for number in range(count)
    ]


def asked(count: int) -> list[AskedSite]:
    """Return the same sites as a report asks for them."""
    return [AskedSite(f"s-{number}", f"Store {number}", 800 + number) for number in range(count)]


def request(days: int = 3, **changes: Any) -> ReportRequest:
    """Return a request for some days."""
    return ReportRequest((), FIRST, FIRST + datetime.timedelta(days=days - 1), **changes)


def client(box: Sandbox) -> Client:
    """Return a client of a sandbox that is in no hurry to be slow."""
    settings = ApiSettings(requests_per_s=10_000.0, timeout_s=5.0)
    return connect(Target("box", box.customer_id, box.base_url, box.base_url), settings, box.environment())


def reports(box: Sandbox) -> int:
    """Return how many reports a sandbox was asked for."""
    return sum(logged.path.endswith("generate_traffic_report") for logged in box.requests)


Ask = Callable[[Mapping[str, Any]], Mapping[str, Any]]
