"""The numbers that a chart needs of a report, added up as its rows pass by: only a few numbers a day."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from dfsync.traffic.api.fetch import CountRow
from dfsync.traffic.api.request import ReportRequest

AVERAGES = frozenset({"dwell_time", "occupancy"})
"""Metrics that are averages: over buckets and sites they are averaged again, while counts are added up."""

_BY_DAY = 4


class _Mean(Struct):
    total: float = 0.0
    values: int = 0


class Summary(Struct):
    """Means and sums of one report that is grouped by time; `sites` are the names of the sites by their ids."""

    request: ReportRequest
    sites: Mapping[str, str] = field(default_factory=dict)
    _hours: dict[tuple[str, int, int], _Mean] = field(default_factory=dict)
    _line: dict[tuple[str, str], _Mean] = field(default_factory=dict)

    def passing(self, rows: Iterable[CountRow]) -> Iterator[CountRow]:
        """Hand the rows on, and take note of each."""
        for row in rows:
            self.add(row)
            yield row

    def add(self, row: CountRow) -> None:
        """Take note of a row."""
        if row.time is None:
            return
        weekday = datetime.date.fromisoformat(row.time[:10]).weekday()
        hour = int(row.time[11:13])
        moment = row.time[:10] if self.by_day else row.time[:16]
        for metric, value in zip(self.request.metrics, row.values, strict=True):
            if value is not None:
                _add(self._hours.setdefault((metric, weekday, hour), _Mean()), value)
                _add(self._line.setdefault((metric, moment), _Mean()), value)

    @property
    def by_day(self) -> bool:
        """Whether a line has one point a day. Otherwise it has one for each bucket."""
        return self.request.days >= _BY_DAY

    def heat(self, metric: str) -> dict[tuple[int, int], float]:
        """Return a number for each weekday and hour: the mean count of such an hour, or the mean of averages."""
        days = Counter(
            (self.request.first + datetime.timedelta(days=day)).weekday() for day in range(self.request.days)
        )
        return {
            (weekday, hour): mean.total / (mean.values if metric in AVERAGES else days[weekday])
            for (name, weekday, hour), mean in self._hours.items()
            if name == metric and days[weekday]
        }

    def line(self, metric: str) -> list[tuple[str, float]]:
        """Return pairs of moment and number in the order of time: the sum of counts, or the mean of averages."""
        return [
            (moment, mean.total / mean.values if metric in AVERAGES else mean.total)
            for (name, moment), mean in sorted(self._line.items())
            if name == metric
        ]


def _add(mean: _Mean, value: float) -> None:
    mean.total += value
    mean.values += 1
