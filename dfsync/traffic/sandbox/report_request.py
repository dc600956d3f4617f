"""The request for a traffic report, checked.

Source: the Traffic Metrics API, "Request Body". The time of day ends before the end of the range, as in the example.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from dfsync.model.hours.week import DAY
from dfsync.traffic.sandbox.visitors import Slots

METRICS = ("entrances", "dwell_time", "transactions", "occupancy", "walk_bys")
MOST_DAYS = 731
"""Longer ranges are refused, so that one request can't keep the server busy for hours."""

_COUNTS_OF = {"dwell_time": ("dwell_minutes", "entrances"), "occupancy": ("presence_minutes",)}
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class ReportRefusedError(Exception):
    """The request is not one that the document describes."""


class AskedReport(Struct, frozen=True):
    """A checked request."""

    sites: tuple[int, ...]
    first: date
    last: date
    slots: Slots
    by: frozenset[str]
    metrics: tuple[str, ...]

    @property
    def counts(self) -> frozenset[str]:
        """The counts of the traffic from which the metrics are calculated."""
        return frozenset(count for metric in self.metrics for count in _COUNTS_OF.get(metric, (metric,)))


def read_request(config: object) -> AskedReport:
    """Check the `config` of a request. Raises ReportRefusedError with the first thing that is wrong."""
    root = _Facet(config, "config")
    if root.get("version") != "V2":
        raise ReportRefusedError("config.version must be V2")
    first, last = (_date(text) for text in _custom(root, "date_facet", "dateRange"))
    start, stop = (_seconds(text) for text in _custom(root, "time_facet", "timeOfDay"))
    if last < first or (last - first).days >= MOST_DAYS:
        raise ReportRefusedError(f"config.date_facet.custom.range must be 1 to {MOST_DAYS} days")
    if stop <= start:
        raise ReportRefusedError("config.time_facet.custom.range must end after it starts")
    return AskedReport(
        sites=_site_ids(root),
        first=first,
        last=last,
        slots=Slots(start // 60, -(-stop // 60), _step(root)),
        by=frozenset(_words(root, "group_by_facet", "groupBys", ("time", "site"))),
        metrics=_words(root, "metrics_facet", "metrics", METRICS),
    )


class _Facet:
    """An object of the request, and the path to it."""

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, Mapping):
            raise ReportRefusedError(f"{path} must be an object")
        self._value = value
        self.path = path

    def get(self, key: str) -> Any:
        if key not in self._value:
            raise ReportRefusedError(f"{self.path}.{key} is required")
        return self._value[key]

    def facet(self, key: str) -> _Facet:
        return _Facet(self.get(key), f"{self.path}.{key}")


def _custom(root: _Facet, name: str, kind: str) -> tuple[str, str]:
    facet = root.facet(name)
    if facet.get(kind) != "custom":
        raise ReportRefusedError(f"{facet.path}.{kind} must be custom")
    ends = facet.facet("custom").get("range")
    if not isinstance(ends, list) or len(ends) != 2 or not all(isinstance(end, str) for end in ends):
        raise ReportRefusedError(f"{facet.path}.custom.range must be two texts")
    return ends[0], ends[1]


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError as error:
        raise ReportRefusedError("dates must be YYYY-MM-DD") from error


def _seconds(text: str) -> int:
    match = _TIME.fullmatch(text)
    if match is None:
        raise ReportRefusedError("times must be HH:MM:SS")
    hours, minutes, seconds = map(int, match.groups())
    return hours * 3600 + minutes * 60 + seconds


def _step(root: _Facet) -> int:
    time = root.facet("group_by_facet").facet("time")
    unit, number = time.get("unit"), time.get("number")
    if unit not in ("minutes", "hours"):
        raise ReportRefusedError(f"{time.path}.unit must be minutes or hours")
    step = int(number) * (60 if unit == "hours" else 1) if _whole(number) else 0
    if not 1 <= step <= DAY:
        raise ReportRefusedError(f"{time.path}.number must be a whole number of {unit}, at most a day")
    return step


def _site_ids(root: _Facet) -> tuple[int, ...]:
    ids = root.facet("sites_facet").get("site_ids")
    if not isinstance(ids, list) or not ids or not all(map(_whole, ids)):
        raise ReportRefusedError("config.sites_facet.site_ids must be whole numbers")
    return tuple(dict.fromkeys(map(int, ids)))


def _whole(value: object) -> bool:
    """Whether JSON Schema calls a value an integer: 15 and 15.0 are, and true is not."""
    return not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))


def _words(root: _Facet, name: str, key: str, known: Sequence[str]) -> tuple[str, ...]:
    facet = root.facet(name)
    words = facet.get(key)
    if not isinstance(words, list) or not words or not all(word in known for word in words):
        raise ReportRefusedError(f"{facet.path}.{key} must name some of {', '.join(known)}")
    return tuple(dict.fromkeys(words))
