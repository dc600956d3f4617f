"""The spelling of the export: the same facts in another form, as the settings say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from dfsync.model.fields import COLUMNS
from dfsync.model.hours.week import DAYS
from dfsync.sandbox.backend.cells import GROUPS_COLUMN, HOURS_COLUMN, hours_problem
from dfsync.sandbox.settings import SandboxSettings

Entry = Mapping[str, Any]


def spelled(row: Mapping[str, Any], settings: SandboxSettings) -> bytes:
    """Return the JSON of one exported site: the documented columns, then whatever else the row holds."""
    exported = {}
    for column in (*COLUMNS, *(key for key in row if key not in COLUMNS)):
        value = row.get(column)
        if value in (None, "", []):
            if settings.empty_fields == "missing" and column in COLUMNS:
                continue
            value = _empty(column, settings)
        elif column == HOURS_COLUMN and isinstance(value, list):
            value = _hours(value, settings)
        elif column == GROUPS_COLUMN and isinstance(value, str):
            value = _groups(value, settings)
        exported[column] = value
    return orjson.dumps(exported)


def _empty(column: str, settings: SandboxSettings) -> Any:
    if settings.empty_fields != "text":
        return None
    return [] if column == HOURS_COLUMN and settings.hours_shape == "array" else ""


def _groups(value: str, settings: SandboxSettings) -> str:
    groups = value.split(",")
    if settings.groups_order == "sorted":
        groups.sort()
    elif settings.groups_order == "reversed":
        groups.reverse()
    return ",".join(groups)


def _hours(value: list[Entry], settings: SandboxSettings) -> Any:
    entries = list(value)
    if hours_problem(entries):
        return entries
    if settings.hours_form == "by_day":
        entries = [{**entry, "days": [day]} for entry in entries for day in entry["days"]]
    elif settings.hours_form == "grouped":
        entries = _grouped(entries)
    elif settings.hours_form == "split":
        entries = [half for entry in entries for half in _halves(entry)]
    if settings.hours_order == "reversed":
        entries.reverse()
    return json.dumps(entries) if settings.hours_shape == "text" else entries


def _grouped(entries: list[Entry]) -> list[Entry]:
    days_of: dict[tuple[str, str], set[str]] = {}
    for entry in entries:
        days_of.setdefault((entry["start"], entry["end"]), set()).update(entry["days"])
    return [
        {"days": sorted(days, key=DAYS.index), "start": start, "end": end} for (start, end), days in days_of.items()
    ]


def _halves(entry: Entry) -> Iterator[Entry]:
    start, end = (int(entry[key][:2]) * 60 + int(entry[key][3:]) for key in ("start", "end"))
    middle = (start + end) // 2
    if start >= end or middle == 0:  # an end of 00:00 would mean the end of the day
        yield entry
        return
    yield {**entry, "end": _clock(middle)}
    yield {**entry, "start": _clock(middle + 1)}


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
