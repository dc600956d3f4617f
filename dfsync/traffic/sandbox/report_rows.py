"""The rows of a traffic report, calculated from synthetic traffic.

Source: the Traffic Metrics API, "Row Fields". The rows of a site are in the order of time, and sites are in the order
in which they were asked for. Sites that do not exist have no rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from msgspec import Struct

from dfsync.traffic.sandbox.report_request import AskedReport
from dfsync.traffic.sandbox.visitors import DayCounts, ReportSite, Slots


class _Sum(Struct):
    """Counts added up, and the minutes in which they were taken."""

    counts: dict[str, int]
    minutes: int = 0

    def add(self, day: DayCounts, slot: int, minutes: int) -> None:
        for name, values in day.counts.items():
            self.counts[name] = self.counts.get(name, 0) + values[slot]
        self.minutes += minutes


def report_rows(
    request: AskedReport, sites: Sequence[ReportSite], empty_buckets: Literal["zero", "missing"]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a report."""
    grouped = _by_site(request, sites) if "site" in request.by else _by_time(request, sites)
    for site, time, total in grouped:
        if empty_buckets == "zero" or any(total.counts.values()):
            yield {**_labels(site, time), **{metric: _metric(metric, total) for metric in request.metrics}}


def _by_site(request: AskedReport, sites: Sequence[ReportSite]) -> Iterator[tuple[ReportSite | None, str | None, _Sum]]:
    for site in sites:
        days = site.source.days(request.first, request.last, request.slots, request.counts)
        if "time" in request.by:
            for day in days:
                yield from ((site, time, total) for time, total in _slots(request, [day]))
        else:
            total = _Sum({})
            for day in days:
                _add_day(request, day, total)
            yield site, None, total


def _by_time(request: AskedReport, sites: Sequence[ReportSite]) -> Iterator[tuple[None, str, _Sum]]:
    streams = [site.source.days(request.first, request.last, request.slots, request.counts) for site in sites]
    for days in zip(*streams, strict=True):
        yield from ((None, time, total) for time, total in _slots(request, days))


def _slots(request: AskedReport, days: Iterable[DayCounts]) -> Iterator[tuple[str, _Sum]]:
    """Add up the same day of several sites, slot by slot. A slot that is silent at all of them is left out."""
    for slot, minute in enumerate(request.slots.starts()):
        heard = [day for day in days if not day.silent[slot]]
        if heard:
            total = _Sum({}, _length(request.slots, minute))
            for day in heard:
                total.add(day, slot, 0)
            yield f"{heard[0].day} {minute // 60:02d}:{minute % 60:02d}:00", total


def _add_day(request: AskedReport, day: DayCounts, total: _Sum) -> None:
    for slot, minute in enumerate(request.slots.starts()):
        if not day.silent[slot]:
            total.add(day, slot, _length(request.slots, minute))


def _length(slots: Slots, minute: int) -> int:
    return min(slots.step, slots.stop - minute)


def _metric(metric: str, total: _Sum) -> float:
    counts = total.counts
    if metric == "dwell_time":
        return round(counts["dwell_minutes"] / counts["entrances"], 1) if counts.get("entrances") else 0
    if metric == "occupancy":
        return round(counts.get("presence_minutes", 0) / total.minutes, 2) if total.minutes else 0
    return counts.get(metric, 0)


def _labels(site: ReportSite | None, time: str | None) -> dict[str, Any]:
    labels: dict[str, Any] = {} if time is None else {"time": time}
    if site is None:
        return labels
    filter_id = hashlib.sha256(str(site.number).encode()).hexdigest()[:32]
    names = {"site_name": site.name, "region_names": [site.name]}
    return {"entity_id": str(site.number), "filter_id": filter_id, **names, **labels}
