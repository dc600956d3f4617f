"""Finds public holidays of the next days that no dated exception covers, by region."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence

from dfsync.frozen import dataclass
from dfsync.model.exception_days import overlapping
from dfsync.model.site import Site
from dfsync.validation.public_holidays import HolidayRegion, PublicHoliday, public_holidays, region_of

DAYS = 60
"""So far ahead holidays are looked for."""


@dataclass(frozen=True, slots=True)
class MissingHoliday:
    """A holiday, the ids of sites of its region that would be open as usual, and the number of sites there."""

    region: HolidayRegion
    holiday: PublicHoliday
    sites: tuple[str, ...]
    of: int


def managed_by_region(sites: Iterable[Site]) -> dict[HolidayRegion | None, list[Site]]:
    """Return the sites whose hours the files manage, by region; under None those of unknown regions."""
    found: dict[HolidayRegion | None, list[Site]] = {}
    for site in sites:
        if site.week is not None:
            found.setdefault(region_of(site), []).append(site)
    return found


def missing(
    by_region: dict[HolidayRegion | None, list[Site]], today: datetime.date, days: int = DAYS
) -> Iterator[MissingHoliday]:
    """Yield the holidays of the next days for which some site has no exception, by region and date.

    Sites that are closed on that weekday anyhow do not count.
    """
    last = datetime.date.fromordinal(min(today.toordinal() + days - 1, datetime.date.max.toordinal()))
    for where in sorted(region for region in by_region if region is not None):
        sites = by_region[where]
        for holiday in _between(where, today, last):
            concerned = tuple(site.id for site in sites if _is_open_as_usual(site, holiday.date))
            if concerned:
                yield MissingHoliday(where, holiday, concerned, len(sites))


def _between(where: HolidayRegion, first: datetime.date, last: datetime.date) -> Sequence[PublicHoliday]:
    years = range(first.year, last.year + 1)
    return [each for year in years for each in public_holidays(where, year) if first <= each.date <= last]


def _is_open_as_usual(site: Site, date: datetime.date) -> bool:
    if any(overlapping(site.exceptions, date, date)):
        return False
    return site.week is not None and bool(site.week.days[date.weekday()])
