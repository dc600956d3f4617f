"""Reads the opening hours of live. The reading is lenient, since the API holds what it holds.

Source: the Sites API, "Operational Hours format".
"""

from __future__ import annotations

import json
import re
from functools import lru_cache

from dfsync.model.hours.clock import span_of
from dfsync.model.hours.week import DAY_NUMBER, DAYS, Span, Week


def live_hours(value: object) -> Week | None:
    """Read hours from the export: an array, the same array as JSON text, or nothing.

    Spans that overlap are merged. A span whose `start` is equal to its `end` is one minute long. Raises ValueError if
    the value can't be read as hours.
    """
    if isinstance(value, str):
        value = _decoded(value) if value.strip() else None
    if value is None:
        return None
    if not isinstance(value, list):
        raise ValueError("Operational Hours is not an array")
    days: list[list[Span]] = [[] for _ in DAYS]
    for entry in value:
        if not isinstance(entry, dict):
            raise ValueError("an entry of Operational Hours is not an object")
        names, first, last = entry.get("days"), entry.get("start"), entry.get("end")
        if not (isinstance(names, list) and isinstance(first, str) and isinstance(last, str)):
            raise ValueError("an entry of Operational Hours lacks days, start or end")
        span = _span(first, last)
        try:
            numbers = _numbers(tuple(names))
        except TypeError as error:  # it can't be hashed
            raise _unknown_day() from error
        for day in numbers:
            days[day].append(span)
    return Week(tuple([tuple(sorted(spans)) for spans in days]))


# Weeks differ more than what they are made of.


@lru_cache(maxsize=4096)
def _span(first: str, last: str) -> Span:
    return span_of(_without_seconds(first), _without_seconds(last))


@lru_cache(maxsize=1024)
def _numbers(names: tuple[object, ...]) -> tuple[int, ...]:
    days = [name.strip()[:3].title() if isinstance(name, str) else "" for name in names]
    if not DAY_NUMBER.keys() >= set(days):
        raise _unknown_day()
    return tuple([DAY_NUMBER[day] for day in days])


def _unknown_day() -> ValueError:
    return ValueError("an entry of Operational Hours names an unknown day")


def _without_seconds(time: str) -> str:
    """Return HH:MM for HH:MM:00, which says the same minute; SQL's TIME columns are shown so."""
    found = _WHOLE_MINUTE.fullmatch(time.strip())
    return found[1] if found else time.strip()


_WHOLE_MINUTE = re.compile(r"([0-9]{2}:[0-9]{2}):00(?:\.0+)?")


def _decoded(text: str) -> object:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("Operational Hours is nested too deep") from error
