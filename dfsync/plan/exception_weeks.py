"""Renders dated exceptions into the one week that the API has.

Every exception dated from the day of the plan to `days_ahead` days later replaces the hours of its weekday. Later plans
put the usual week back. A span past midnight belongs to the day on which it starts, so its tail stays even if the next
day is an exception.
"""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from dfsync.diff.changes import ExceptionTurn
from dfsync.model.exception_days import DatedException, in_days
from dfsync.model.hours.week import Span, Week
from dfsync.model.site import Site

_Shaping = tuple[tuple[datetime.date, DatedException], ...]
_WEEK = 7
_MONTH = 31


class PlanDay(Struct, frozen=True):
    """The day of a plan at each site: `as_of`, or else the date of `now` in the time zone of the site."""

    now: datetime.datetime
    days_ahead: int = 6
    as_of: datetime.date | None = None
    _shaping: dict[tuple[int, datetime.date, int], tuple[_Shaping, Sequence[DatedException]]] = {}

    def day(self, timezone: str | None) -> datetime.date:
        """Return the day of the plan at a site. A site with an unknown time zone is taken to be at UTC."""
        return self.as_of or _local_date(self.now, timezone or "UTC")

    def on_its_day(self, site: Site, timezone: str | None) -> tuple[Site, datetime.date | None]:
        """Return the site with the week that it must have on its day, and the day; None if it has no exceptions."""
        week, own = site.week, site.text("timezone")
        if not site.exceptions or week is None:
            return site, None
        day = self.day(timezone if own is None else own)
        rendered = self.week_on(site, week, day)
        if rendered is week:
            return site, day
        return replace(site, fields={**site.fields, "operational_hours": rendered}), day

    def week_on(self, site: Site, week: Week, day: datetime.date) -> Week:
        """Return a site's usual week with the exceptions of a day and the days ahead; itself where there is none."""
        shaping = self.shaping(site, day)
        if not shaping:
            return week
        return _with_days(week, week.days, tuple((date.weekday(), exception.spans) for date, exception in shaping))

    def weeks(self, site: Site) -> Iterator[Week]:
        """Yield the weeks that a site can have on some day: the usual week, and those with its exceptions."""
        if (week := site.week) is not None:
            yield week
            days = {day for exception in site.exceptions for day in self._turning(exception)}
            yield from {self.week_on(site, week, datetime.date.fromordinal(day)): None for day in sorted(days)}

    def shaping(self, site: Site, day: datetime.date) -> _Shaping:
        """Return the days whose exceptions replace a weekday's hours on a day, each with its exception.

        The sites of a calendar share one list, in which these are looked up once.
        """
        key = (id(site.exceptions), day, self.days_ahead)
        known = self._shaping.get(key)
        if known is None:
            found = tuple(in_days(site.exceptions, day, later(day, self.days_ahead)))
            known = self._shaping[key] = (found, site.exceptions)  # kept alive, so that its id stays its own
        return known[0]

    def turn(self, site: Site, before: Week, day: datetime.date) -> ExceptionTurn | None:
        """Return how a site's hours turn on a day; None if live shows hours that these files never asked for.

        `before` is what live shows: the usual week, or that of one of the days of a month before.
        """
        week = site.week
        if week is None:
            return None
        now = {exception for _, exception in self.shaping(site, day)}
        if before == week:
            return ExceptionTurn.BEGIN if now else None
        for back in range(1, _MONTH + 1):
            then = later(day, -back)
            if self.week_on(site, week, then) == before:
                known = {exception for _, exception in self.shaping(site, then)}
                return ExceptionTurn.GO_ON if now <= known else ExceptionTurn.BEGIN
        return None

    def _turning(self, exception: DatedException) -> Iterator[int]:
        """Yield the days, as ordinals, between which a week with this exception turns into every form that it takes."""
        first, last = exception.date.toordinal(), exception.last.toordinal()
        begins, ends = range(first - self.days_ahead, first + _WEEK), range(last - _WEEK + 1, last + 1)
        low, high = datetime.date.min.toordinal(), datetime.date.max.toordinal()
        yield from (day for day in (*begins, *ends) if low <= day <= min(last, high))


def later(day: datetime.date, days: int) -> datetime.date:
    """Return the day that is `days` days later, or the first or last date that Python has."""
    ordinal = day.toordinal() + days
    return datetime.date.fromordinal(min(max(ordinal, datetime.date.min.toordinal()), datetime.date.max.toordinal()))


@lru_cache(maxsize=65536)
def _with_days(
    week: Week, days: tuple[tuple[Span, ...], ...], replaced: tuple[tuple[int, tuple[Span, ...]], ...]
) -> Week:
    """Return the week with some days replaced.

    `days` are its own days, a part of the cache's key: equal weeks may differ in them.
    """
    del days
    return week.with_days(dict(replaced))


@lru_cache(maxsize=4096)
def _local_date(now: datetime.datetime, timezone: str) -> datetime.date:
    try:
        return now.astimezone(zoneinfo.ZoneInfo(timezone)).date()
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return now.astimezone(datetime.UTC).date()
