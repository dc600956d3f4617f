"""The dated exceptions to come: each with its sites for a calendar, and day by day for the plan of today."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import astuple

from dfsync.diff.changes import SpecialDay
from dfsync.model.exception_days import DatedException, ExceptionOrigin, in_days, overlapping
from dfsync.model.hours.write import describe_span
from dfsync.model.site import Site
from dfsync.plan.exception_weeks import PlanDay, later
from dfsync.plan.values import ComingDay


class UpcomingException(Struct, frozen=True):
    """A dated exception to come, the sites that share it, and the first day on which a plan renders it.

    If it is written at several sites one by one, its pointer is that of the first site.
    """

    exception: DatedException
    sites: tuple[str, ...]
    shown_from: datetime.date


def upcoming_exceptions(sites: Iterable[Site], plan_day: PlanDay) -> list[UpcomingException]:
    """Return the exceptions that are not over, by date. Sites that share the very same exception stand together."""
    found: dict[tuple[object, ...], tuple[DatedException, list[str]]] = {}
    for site in sites:
        today = plan_day.day(site.text("timezone"))
        for exception in overlapping(site.exceptions, today, datetime.date.max):
            _, ids = found.setdefault(_identity(exception), (exception, []))
            ids.append(site.id)
    days = [UpcomingException(one, tuple(ids), later(one.date, -plan_day.days_ahead)) for one, ids in found.values()]
    return sorted(days, key=lambda day: (day.exception.date, day.exception.last, day.sites))


def days_to_come(sites: Iterable[Site], plan_day: PlanDay, days: int = 28) -> tuple[ComingDay, ...]:
    """Return the days that differ in the next four weeks, by date: what each is, and at how many sites."""
    alike: dict[tuple[int, datetime.date], list[Site]] = {}
    for site in sites:
        if site.exceptions:
            today = plan_day.day(site.text("timezone"))
            alike.setdefault((id(site.exceptions), today), []).append(site)
    found: Counter[SpecialDay] = Counter()
    for (_, today), of_list in alike.items():
        for date, exception in in_days(of_list[0].exceptions, today, later(today, days - 1)):
            found[special_day(date, exception)] += len(of_list)
    return tuple(ComingDay(day, count) for day, count in sorted(found.items(), key=lambda item: (*astuple(item[0]),)))


def special_day(date: datetime.date, exception: DatedException) -> SpecialDay:
    """Return one day of an exception as plans show it."""
    hours = ", ".join(map(describe_span, exception.spans)) or "closed"
    written_in = "" if exception.origin is ExceptionOrigin.SITE else exception.written_in
    return SpecialDay(date, hours, exception.note or "", written_in)


def _identity(exception: DatedException) -> tuple[object, ...]:
    """Return the key by which exceptions of several sites are one.

    For exceptions of a site's own the place does not count.
    """
    place = () if exception.origin is ExceptionOrigin.SITE else exception.pointer
    return exception.date, exception.last, exception.spans, exception.note, exception.origin, place
