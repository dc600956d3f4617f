"""Dated exceptions, rendered into the one week that the API knows.

On a plan's day every exception dated from that day to `days_ahead` days later replaces its weekday's hours; plans of
later days put the usual week back. A span past midnight belongs to the day it starts on, so its tail stays when the
next day is an exception.
"""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from dfsync.model.hours import Week
from dfsync.model.site import DatedException, Site


@dataclass(frozen=True, slots=True)
class Calendar:
    """What day it is: `as_of` for every site, or the date of `now` (aware) in the site's own time zone."""

    now: datetime.datetime
    days_ahead: int = 6
    as_of: datetime.date | None = None

    def day(self, timezone: str | None) -> datetime.date:
        """Return the plan's day at a site; UTC where the time zone is unknown."""
        return self.as_of or _local_date(self.now, timezone or "UTC")

    def on_its_day(self, site: Site, timezone: str | None) -> tuple[Site, datetime.date | None]:
        """Return the site with the week as it must stand on its day, and that day; None where it has no exceptions."""
        week = site.fields.get("operational_hours")
        if not site.exceptions or not isinstance(week, Week):
            return site, None
        own = site.fields.get("timezone")
        day = self.day(own if isinstance(own, str) else timezone)
        replaced = {exc.date.weekday(): exc.spans for exc in self.shaping(site, day)}
        if not replaced:
            return site, day
        return replace(site, fields={**site.fields, "operational_hours": week.with_days(replaced)}), day

    def weeks(self, site: Site) -> Iterator[Week]:
        """Yield the weeks that stand at a site on one day or another: the usual one, and those with its exceptions."""
        week = site.fields.get("operational_hours")
        if isinstance(week, Week):
            yield week
            for exception in site.exceptions:
                for ahead in range(self.days_ahead + 1):
                    day = exception.date - datetime.timedelta(days=ahead)
                    yield week.with_days({exc.date.weekday(): exc.spans for exc in self.shaping(site, day)})

    def shaping(self, site: Site, day: datetime.date) -> tuple[DatedException, ...]:
        """Return the exceptions that replace a weekday's hours on a day."""
        last = day + datetime.timedelta(days=self.days_ahead)
        return tuple(exception for exception in site.exceptions if day <= exception.date <= last)


@dataclass(frozen=True, slots=True)
class UpcomingException:
    """An exception that is to come, the sites that share it, and the day from which a plan puts it into their week."""

    exception: DatedException
    sites: tuple[str, ...]
    shown_from: datetime.date


def coming(sites: Iterable[Site], calendar: Calendar) -> list[UpcomingException]:
    """Return the exceptions that are not over, today's included, by date; sites with the very same one together."""
    found: dict[DatedException, list[str]] = {}
    for site in sites:
        zone = site.fields.get("timezone")
        today = calendar.day(zone if isinstance(zone, str) else None)
        for exception in site.exceptions:
            if exception.date >= today:
                found.setdefault(exception, []).append(site.id)
    ahead = datetime.timedelta(days=calendar.days_ahead)
    days = [UpcomingException(exception, tuple(ids), exception.date - ahead) for exception, ids in found.items()]
    return sorted(days, key=lambda day: (day.exception.date, day.sites))


@lru_cache(maxsize=4096)
def _local_date(now: datetime.datetime, timezone: str) -> datetime.date:
    try:
        return now.astimezone(zoneinfo.ZoneInfo(timezone)).date()
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return now.astimezone(datetime.UTC).date()
