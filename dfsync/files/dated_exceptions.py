"""Reads dated exceptions as they are written: a list of days, each with `date` or with `from` and `to`.

What the schema refuses is skipped here. Problems that only a reader can find are returned.
"""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left, insort
from collections.abc import Mapping
from typing import Any

from dfsync.model.exception_days import DatedException, ExceptionOrigin
from dfsync.model.hours.file_form.problem import HoursProblem
from dfsync.model.hours.file_form.read import read_spans
from dfsync.model.place import Pointer
from dfsync.model.text import shortened

BAD_EXCEPTION = "DF208"

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_OTHER_ORDER = r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})"
_SEVERAL = (
    r"(?a)([0-9]{4}-[0-9]{2}-[0-9]{2})\s*(?:[/\u2010-\u2015\u2212-]+|\.\.+|\b(?:to|until|till|through|bis)\b)\s*"
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
)
_IN_WORDS = (
    r"(?:(?P<d>[0-9]{1,2})(?:st|nd|rd|th|\.)? )?([A-Za-z]{3,9})\.?(?(d)| ([0-9]{1,2})(?:st|nd|rd|th)?),? ([0-9]{4})"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MIDNIGHT = r"[T ]00:00(?::00)?$"
_YEAR_FIRST = r"([0-9]{4})[./-]?([0-9]{1,2})[./-]?([0-9]{1,2})"
_KEYS = ("date", "from", "to")


def read_exceptions(
    written: object, origin: ExceptionOrigin = ExceptionOrigin.SITE, at: Pointer = ()
) -> tuple[tuple[DatedException, ...], list[HoursProblem]]:
    """Read a list of dated exceptions, and sort it by date.

    `at` leads to the mapping that has the list under `exceptions`, with which the paths of problems begin. A day that
    is twice in the list is a problem.
    """
    found: list[tuple[datetime.date, datetime.date, int, DatedException]] = []
    problems: list[HoursProblem] = []
    for number, item in enumerate(written if isinstance(written, list) else ()):
        if not isinstance(item, Mapping) or not _fits_schema(item):
            continue
        place = ("exceptions", number)
        days = _days(item, place)
        if isinstance(days, HoursProblem):
            problems.append(days)
            continue
        first, last = days
        if (item.get("closed") is True) == ("hours" in item):
            message, help = (
                "an exception has either closed: true or hours",
                "give it closed: true, or hours: 09:00-14:00",
            )
            problems.append(HoursProblem(BAD_EXCEPTION, message, place, help=help))
            continue
        # Those before are sorted and share no day, so that their last days are sorted too.
        position = bisect_left(found, first, key=lambda each: each[1])
        if position < len(found) and found[position][0] <= last:
            problems.append(_twice(max(first, found[position][0]), place, item, found[position][2]))
            continue
        spans, wrong = read_spans(item["hours"]) if "hours" in item else ((), ())
        problems.extend(HoursProblem(p.code, p.message, (*place, "hours", *p.path), p.on_key, p.help) for p in wrong)
        note = item.get("note")
        exception = DatedException(
            first,
            spans,
            note if isinstance(note, str) else None,
            last if last != first else None,
            origin,
            (*at, *place),
        )
        insort(found, (first, last, number, exception), key=lambda each: each[0])
    return tuple(exception for *_, exception in found), problems


def _days(item: Mapping[str, Any], place: Pointer) -> tuple[datetime.date, datetime.date] | HoursProblem:
    """Return the first and the last day of an exception, or what is wrong with them."""
    read: dict[str, datetime.date] = {}
    for key in _KEYS:
        if key in item:
            date = _date(item[key])
            if date is None:
                message = f"{shortened(item[key], 40) or 'an empty text'} is not a date YYYY-MM-DD"
                return HoursProblem(BAD_EXCEPTION, message, (*place, key), help=_meant(item[key]))
            read[key] = date
    if "date" in read and len(read) > 1:
        message, help = "an exception has either date, or from and to", "take out date, or from and to"
        return HoursProblem(BAD_EXCEPTION, message, (*place, "date"), on_key=True, help=help)
    if "date" in read:
        return read["date"], read["date"]
    if read["from"] > read["to"]:
        message, help = f"the days end on {read['to']}, before they begin on {read['from']}", "exchange from and to"
        return HoursProblem(BAD_EXCEPTION, message, (*place, "to"), help=help)
    return read["from"], read["to"]


def _twice(day: datetime.date, place: Pointer, item: Mapping[str, Any], other: int) -> HoursProblem:
    return HoursProblem(
        BAD_EXCEPTION,
        f"{day} has an exception already",
        (*place, "date" if "date" in item else "from"),
        help="keep one of the two",
        also=("exceptions", other),
    )


def _fits_schema(item: Mapping[str, Any]) -> bool:
    """Whether an exception's values are of the types that the schema asks for; it reports those that are not."""
    hours = item.get("hours", "")
    texts = all(isinstance(span, str) for span in hours) if isinstance(hours, list) else isinstance(hours, str)
    dated = "date" in item or ("from" in item and "to" in item)
    dates = all(isinstance(item.get(key, ""), str) for key in _KEYS)
    return texts and dated and dates and isinstance(item.get("closed", False), bool)


def _date(written: str) -> datetime.date | None:
    if not re.fullmatch(_DATE, written):
        return None
    try:
        return datetime.date.fromisoformat(written)
    except ValueError:
        return None


def _meant(written: str) -> str | None:
    """Return what to write for a date in another form if it can mean only one day, or for several days in one text."""
    if found := re.fullmatch(_SEVERAL, written.strip()):
        first, last = _date(found[1]), _date(found[2])
        return (
            f'put from: "{first}", to: "{last}" in the place of date: {shortened(written)}' if first and last else None
        )
    if found := re.fullmatch(_IN_WORDS, written.strip()):
        day, month, year = found[1] or found[3], found[2][:3].title(), found[4]
        candidates = [(year, str(_MONTHS.index(month) + 1), day)] if month in _MONTHS else []
    elif found := re.fullmatch(_YEAR_FIRST, re.sub(_MIDNIGHT, "", written.strip())):
        candidates = [(found[1], found[2], found[3])]
    elif found := re.fullmatch(_OTHER_ORDER, written.strip()):
        candidates = [(found[4], found[3], found[1])]
        if found[2] != ".":  # 25.12.2026 is the day first everywhere; 25/12/2026 and 12/25/2026 are both in use
            candidates.append((found[4], found[1], found[3]))
    else:
        return None
    dates = {date for year, month, day in candidates if (date := _date(f"{year}-{month:>02}-{day:>02}"))}
    return f"write {dates.pop()}" if len(dates) == 1 else None
