"""Puts days into a calendar of dfsync.yaml: new days at its end, changed hours where the day is written."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from dfsync.files.edit.changes import Append, Change, Put
from dfsync.files.edit.dated_exception import exception_node, other_hours
from dfsync.model.exception_days import DatedException, overlapping
from dfsync.model.settings import ExceptionCalendar


class CalendarEdit(Struct, frozen=True):
    """The changes of dfsync.yaml, and the days: new, changed, right already, or inside a range.

    The hours of one day of a range are not changed: a person has to split the range.
    """

    changes: tuple[Change, ...]
    added: Sequence[datetime.date] = ()
    changed: Sequence[datetime.date] = ()
    there: Sequence[datetime.date] = ()
    in_range: Sequence[datetime.date] = ()


def calendar_edit(
    calendar: ExceptionCalendar | None, name: str, chosen: Mapping[str, Any], days: Sequence[DatedException]
) -> CalendarEdit:
    """Return the changes that put days into a calendar. `chosen` says which sites have it if it is new."""
    at = (0, "calendars", name)
    if calendar is None:
        new = {**chosen, "exceptions": [exception_node(day) for day in days]}
        return CalendarEdit((Put(at, new),), [day.date for day in days])
    existing = calendar.exceptions
    changes: list[Change] = []
    added, changed, there, in_range = (list[datetime.date]() for _ in range(4))
    for day in days:
        found = next(overlapping(existing, day.date, day.date), None)
        if found is None:
            added.append(day.date)
            changes.append(Append((*at, "exceptions"), exception_node(day)))
        elif found.spans == day.spans:
            there.append(day.date)
        elif found.until is not None:
            in_range.append(day.date)
        else:
            changed.append(day.date)
            changes.extend(other_hours(found, day.spans, found.pointer))
    return CalendarEdit(tuple(changes), added, changed, there, in_range)
