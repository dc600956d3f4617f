"""The documented request for a traffic report.

Source: the Traffic Metrics API, "Request": facets for sites, dates, time of day, grouping and metrics, version V2. The
end of the time of day is after the last bucket, as in the example of the document.
"""

from __future__ import annotations

import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dfsync.errors import UsageError
from dfsync.model.hours.week import DAY

METRICS = ("entrances", "dwell_time", "transactions", "occupancy", "walk_bys")
BY = ("time", "site")
_LAST_SECOND = "23:59:59"


class ReportRequest(Struct, frozen=True):
    """A report on the internal ids `sites`, from day `first` to day `last`, both included.

    `start` and `stop` are minutes after midnight, and `step` is the minutes of a bucket. Raises UsageError if the
    document describes no such request.
    """

    sites: tuple[int, ...]
    first: datetime.date
    last: datetime.date
    start: int = 0
    stop: int = DAY
    step: int = 60
    by: tuple[str, ...] = BY
    metrics: tuple[str, ...] = ("entrances",)

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise UsageError(f"the report would end on {self.last}, before it starts on {self.first}")
        if not 0 <= self.start < self.stop <= DAY:
            raise UsageError("the time of day must end after it starts", help="a night takes two reports")
        if not 1 <= self.step <= DAY:
            raise UsageError("a bucket is one minute to a day long", help="write --every 15m or --every 1h")
        if not self.by or not set(self.by) <= set(BY):
            raise UsageError("a report is grouped by time, by site, or by both", help="write --by time,site")
        unknown = [metric for metric in self.metrics if metric not in METRICS]
        if unknown or not self.metrics:
            raise UsageError(f"{', '.join(unknown) or 'nothing'} is no metric", help=f"metrics: {', '.join(METRICS)}")

    @property
    def days(self) -> int:
        """The number of days."""
        return (self.last - self.first).days + 1

    @property
    def buckets(self) -> int:
        """The number of buckets a day."""
        return -(-(self.stop - self.start) // self.step)

    @property
    def rows(self) -> int:
        """The largest number of rows that the answer can have."""
        return (len(self.sites) if "site" in self.by else 1) * (self.days * self.buckets if "time" in self.by else 1)

    def config(self) -> dict[str, Any]:
        """Return the object that the document calls `config`."""
        minutes_only = self.step % 60
        return {
            "sites_facet": {"site_ids": list(self.sites)},
            "date_facet": {
                "dateRange": "custom",
                "custom": {"range": [self.first.isoformat(), self.last.isoformat()]},
            },
            "time_facet": {"timeOfDay": "custom", "custom": {"range": [_clock(self.start), _clock(self.stop)]}},
            "group_by_facet": {
                "time": {
                    "unit": "minutes" if minutes_only else "hours",
                    "number": self.step if minutes_only else self.step // 60,
                },
                "groupBys": list(self.by),
            },
            "metrics_facet": {"metrics": list(self.metrics)},
            "version": "V2",
        }

    def halves(self) -> tuple[ReportRequest, ReportRequest] | None:
        """Return two requests that together have the rows of this one; None if it can't be divided.

        Days, sites and times can be divided only if the report keeps them apart: an average of two halves is not the
        average of the whole.
        """
        if "time" in self.by and self.days > 1:
            middle = self.first + datetime.timedelta(days=self.days // 2)
            return replace(self, last=middle - datetime.timedelta(days=1)), replace(self, first=middle)
        if "site" in self.by and len(self.sites) > 1:
            half = len(self.sites) // 2
            return replace(self, sites=self.sites[:half]), replace(self, sites=self.sites[half:])
        if "time" in self.by and self.buckets > 1:
            noon = self.start + self.buckets // 2 * self.step
            return replace(self, stop=noon), replace(self, start=noon)
        return None


def _clock(minute: int) -> str:
    return _LAST_SECOND if minute == DAY else f"{minute // 60:02d}:{minute % 60:02d}:00"
