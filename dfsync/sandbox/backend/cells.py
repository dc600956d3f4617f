"""Decides which cells an import accepts. Source: the Sites API, "Operational Hours format", and its examples."""

from __future__ import annotations

import json
import re
import zoneinfo
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from dfsync.model.hours.week import DAYS
from dfsync.validation.geography.tables.iso_tables import CURRENCIES

HOURS_COLUMN = "Operational Hours"
GROUPS_COLUMN = "Site Groups"

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def problem(column: str, value: str) -> str | None:
    """Return what is wrong with a cell that is not empty, in the words of the documents; None if nothing is."""
    check = _CHECKS.get(column)
    return check(value) if check else None


def stored(column: str, value: str) -> Any:
    """Return a valid cell as it is stored: hours as an array, everything else as text."""
    return json.loads(value) if column == HOURS_COLUMN else value


def hours_problem(value: object) -> str | None:
    """Return what is wrong with hours: they must be an array of `{days, start, end}` within one day each."""
    if not isinstance(value, list):
        return "Expected an array"
    for entry in value:
        if not isinstance(entry, Mapping) or set(entry) != {"days", "start", "end"}:
            return "Expected objects with days, start and end"
        days, start, end = entry["days"], entry["start"], entry["end"]
        if not isinstance(days, list) or not days or any(day not in DAYS for day in days):
            return "Unknown day"
        if not all(isinstance(time, str) and _TIME.fullmatch(time) for time in (start, end)):
            return "Expected times as HH:MM"
        if end < start:
            return "End is before start"
    return None


def _hours(value: str) -> str | None:
    try:
        return hours_problem(json.loads(value))
    except (ValueError, RecursionError):
        return "Invalid JSON"


def _timezone(value: str) -> str | None:
    return None if value in _timezones() else "Unknown time zone"


def _currency(value: str) -> str | None:
    return None if value in _currencies() else "Unknown currency"


def _email(value: str) -> str | None:
    return None if _EMAIL.fullmatch(value) else "Not an email address"


@cache
def _timezones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


@cache
def _currencies() -> frozenset[str]:
    return frozenset(CURRENCIES)


_CHECKS: dict[str, Callable[[str], str | None]] = {
    HOURS_COLUMN: _hours,
    "Timezone": _timezone,
    "Currency": _currency,
    "Contact Email": _email,
}
