"""Dated exceptions to come as an iCalendar file, for Google Calendar, Outlook and Apple Calendar.

A closed day is an event of whole days. Hours are one event for each span, in UTC by the time zone of the sites, so that
no reader needs to know a zone. An event has the same UID in every file, so a calendar that reads a newer file changes
its events. Source: RFC 5545.
"""

from __future__ import annotations

import datetime
import hashlib
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from dfsync.model.exception_days import DatedException, ExceptionOrigin, in_days
from dfsync.model.hours.week import DAY
from dfsync.model.hours.write import closing_minute, describe_span
from dfsync.model.text import counted, visible
from dfsync.plan.upcoming_exceptions import UpcomingException

_MOST_DAYS = 732
"""An exception with hours has an event for each day of two years at most."""
_LISTED = 100
_NO_SIGNS = str.maketrans("", "", "-:")
_LINE = 75
"""The bytes that a line may have before it is folded (RFC 5545, 3.1)."""


class _Event(Struct, frozen=True):
    """One event: what identifies it in the next file, when it is, and which sites it is for."""

    identity: Sequence[object]
    begin: str
    end: str
    exception: DatedException
    hours: str
    sites: Sequence[str]


def render(
    days: Iterable[UpcomingException],
    zones: Mapping[str, str | None],
    names: Mapping[str, str],
    today: datetime.date,
    owner: str,
) -> str:
    """Return the calendar. `zones` and `names` are those of sites by id; `owner` sets UIDs apart from other chains'."""
    stamp = f"{_date(today)}T000000Z"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//dfsync//dated exceptions//EN", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", "X-WR-CALNAME:Days that differ"]
    for day in days:
        for event in _events(day, zones, today):
            lines += _lines(event, names, stamp, owner)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _events(day: UpcomingException, zones: Mapping[str, str | None], today: datetime.date) -> Iterator[_Event]:
    exception = day.exception
    identity = (*_identity(exception), exception.date, exception.last)
    if exception.origin is ExceptionOrigin.SITE:
        identity = (*identity, exception.spans, exception.note, *day.sites)
    if not exception.spans:
        yield _Event(
            (*identity, "closed"),
            f";VALUE=DATE:{_date(exception.date)}",
            f";VALUE=DATE:{_date(_after(exception.last))}",
            exception,
            "closed",
            day.sites,
        )
        return
    by_zone: dict[str | None, list[str]] = {}
    for id in day.sites:
        by_zone.setdefault(zones.get(id), []).append(id)
    first = max(exception.date, today)
    last = datetime.date.fromordinal(min(exception.last.toordinal(), first.toordinal() + _MOST_DAYS))
    for date, _ in in_days((exception,), first, last):
        for zone, sites in by_zone.items():
            for number, span in enumerate(exception.spans):
                begin, end = (_moment(date, minute, zone) for minute in (span[0], closing_minute(span[1])))
                yield _Event((*identity, date, zone, number), begin, end, exception, describe_span(span), sites)


def _identity(exception: DatedException) -> tuple[object, ...]:
    """Return where an exception is written, without its number in the list: others may come before it."""
    return exception.origin, *(step for step in exception.pointer[1:] if not isinstance(step, int))


def _lines(event: _Event, names: Mapping[str, str], stamp: str, owner: str) -> Iterator[str]:
    note = visible(event.exception.note or "")
    what = f"{note}: {event.hours}" if note else event.hours.capitalize()
    listed = [f"{visible(id)} {visible(names.get(id, ''))}".strip() for id in event.sites[:_LISTED]]
    more = [f"and {len(event.sites) - _LISTED:,} more"] if len(event.sites) > _LISTED else []
    uid = hashlib.sha256(repr((owner, *map(str, event.identity))).encode()).hexdigest()[:32]
    yield "BEGIN:VEVENT"
    yield f"UID:{uid}@dfsync"
    yield f"DTSTAMP:{stamp}"
    yield f"DTSTART{event.begin}"
    yield f"DTEND{event.end}"
    yield "SUMMARY:" + _text(f"{what} ({counted(len(event.sites), 'site')})")
    yield "DESCRIPTION:" + _text("\n".join([f"Written in {visible(event.exception.written_in)}", *listed, *more]))
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _moment(date: datetime.date, minute: int, zone: str | None) -> str:
    """Return a time of day as UTC, or without a zone if the zone is not known or UTC has no such year."""
    day = datetime.date.fromordinal(min(date.toordinal() + minute // DAY, datetime.date.max.toordinal()))
    time = datetime.time(minute % DAY // 60, minute % 60)
    try:
        if zone is not None:
            local = datetime.datetime.combine(day, time, zoneinfo.ZoneInfo(zone))
            return f":{local.astimezone(datetime.UTC).isoformat()[:19].translate(_NO_SIGNS)}Z"
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError, OverflowError):
        pass
    return f":{_date(day)}T{time:%H%M}00"


def _after(date: datetime.date) -> datetime.date:
    """Return the next day, since the end of an event is exclusive; the last one that there is stays."""
    return datetime.date.fromordinal(min(date.toordinal() + 1, datetime.date.max.toordinal()))


def _date(date: datetime.date) -> str:
    return date.isoformat().translate(_NO_SIGNS)


def _text(text: str) -> str:
    """Return text as a value, with escapes for characters that have a meaning in iCalendar."""
    for character, escape in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(character, escape)
    return text


def _folded(line: str) -> str:
    """Return a line, folded so that no part has more bytes than a line may have and no character is cut."""
    parts: list[str] = [""]
    size = 0
    for character in line:
        width = len(character.encode("utf-8", "replace"))
        if size + width > _LINE - (len(parts) > 1):
            parts.append("")
            size = 0
        parts[-1] += character
        size += width
    return "\r\n ".join(parts)
