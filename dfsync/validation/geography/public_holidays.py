"""Public holidays by region, from the package holidays, and those for which a site has no dated exception.

The package is an extra: it knows some 250 countries, and takes half a second to import. Names are English if the
package has English ones, and the result does not depend on the language of the computer.
"""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, NamedTuple

from msgspec import Struct

from dfsync.errors import DfsyncError, UsageError
from dfsync.model.exception_days import overlapping
from dfsync.model.likeness.spelling import suggestion
from dfsync.model.site import Site
from dfsync.model.text import shortened
from dfsync.validation.geography.countries import country_code
from dfsync.validation.geography.zones import countries_of

_ENGLISH = "en_US"
AHEAD_DAYS = 60
"""The number of days ahead in which holidays are looked for."""


class HolidayRegion(NamedTuple):
    """A country, by its ISO 3166 code, and a part of it as the package names it; "" for the whole country."""

    country: str
    part: str = ""

    def __str__(self) -> str:
        """Return `DE-BY`, or `DE`."""
        return f"{self.country}-{self.part}" if self.part else self.country


class PublicHoliday(NamedTuple):
    """A day and all its names, local ones after English ones."""

    date: datetime.date
    names: tuple[str, ...]
    local_names: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The names, joined into one text."""
        return "; ".join(self.names)


class MissingHoliday(Struct, frozen=True):
    """A holiday, the ids of sites of its region that would be open as usual, and the number of sites there."""

    region: HolidayRegion
    holiday: PublicHoliday
    sites: tuple[str, ...]
    of: int


def is_installed() -> bool:
    """Whether the extra is installed."""
    return find_spec("holidays") is not None


def require_installed() -> None:
    """Raise DfsyncError that says how to install the extra, if it is missing."""
    if not is_installed():
        raise DfsyncError(
            "public holidays come from the package holidays, which is not installed",
            help="install dfsync with its extra: pip install 'dragonfruit-dfsync[holidays]'",
        )


def region(code: str) -> HolidayRegion:
    """Return the region for a code such as `DE-BY` or `US`. Raises `UsageError` if it has no known holidays."""
    country, _, part = code.strip().partition("-")
    found = country_code(country) if len(country) > 2 else country.upper()
    known = _country(found or "")
    if known is None:
        raise UsageError(
            f"no public holidays are known for {shortened(country, 40) or 'a country without a name'}",
            help="write a country's code, such as US, with a part of it where its holidays differ, such as US-CA",
        )
    if not part:
        return HolidayRegion(str(found))
    parts = _parts(str(found))
    if part.casefold() not in parts:
        names = sorted({*parts.values()})
        help = suggestion(part.upper(), names) or (f"it has {', '.join(names)}" if names else f"write {found} alone")
        raise UsageError(f"{found} has no part {shortened(part, 40)} with holidays of its own", help=help)
    return HolidayRegion(str(found), parts[part.casefold()])


@lru_cache(maxsize=4096)
def public_holidays(where: HolidayRegion, year: int) -> tuple[PublicHoliday, ...]:
    """Return the public holidays of a year, by date."""
    country = _country(where.country)
    if country is None:
        return ()
    english = _ENGLISH if _ENGLISH in country.supported_languages else country.default_language
    local = country.default_language
    named = _listed(where, year, english)
    local_names = named if local == english else _listed(where, year, local)
    return tuple(
        PublicHoliday(date, names, local_names.get(date, ()) if local_names is not named else ())
        for date, names in sorted(named.items())
    )


def region_of(site: Site) -> HolidayRegion | None:
    """Return the region of a site by its address, or else the country of its time zone; None if neither tells."""
    country, state, timezone = (site.fields.get(f) for f in ("address.country", "address.state", "timezone"))
    return _region_of(*(text if isinstance(text, str) else "" for text in (country, state, timezone)))


def managed_by_region(sites: Iterable[Site]) -> dict[HolidayRegion | None, list[Site]]:
    """Return the sites whose hours the files manage, by region; under None those of unknown regions."""
    found: dict[HolidayRegion | None, list[Site]] = {}
    for site in sites:
        if site.week is not None:
            found.setdefault(region_of(site), []).append(site)
    return found


def missing(
    by_region: dict[HolidayRegion | None, list[Site]], today: datetime.date, days: int = AHEAD_DAYS
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


@lru_cache(maxsize=65536)
def _region_of(country: str, state: str, timezone: str) -> HolidayRegion | None:
    code = country_code(country) if country else None
    if code is None and not country:
        of_zone = countries_of(timezone)
        code = next(iter(of_zone)) if len(of_zone) == 1 else None
    if code is None or _country(code) is None:
        return None
    return HolidayRegion(code, _parts(code).get(state.strip().casefold(), ""))


@lru_cache(maxsize=512)
def _country(code: str) -> Any:
    """Return what the package has for a country, None when it has nothing."""
    import holidays

    try:
        return holidays.country_holidays(code) if len(code) == 2 else None
    except NotImplementedError:
        return None


@lru_cache(maxsize=512)
def _parts(country: str) -> dict[str, str]:
    """Return the parts of a country by their codes and names, in lower case."""
    known = _country(country)
    named = {name.casefold(): part for name, part in known.subdivisions_aliases.items()}
    return {**named, **{part.casefold(): part for part in known.subdivisions}}


def _listed(where: HolidayRegion, year: int, language: str | None) -> dict[datetime.date, tuple[str, ...]]:
    import holidays

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a name of a part is old
        found = holidays.country_holidays(where.country, subdiv=where.part or None, years=year, language=language)
        return {date: tuple(found.get_list(date)) for date in list(found) if date.year == year}


def _between(where: HolidayRegion, first: datetime.date, last: datetime.date) -> Sequence[PublicHoliday]:
    years = range(first.year, last.year + 1)
    return [each for year in years for each in public_holidays(where, year) if first <= each.date <= last]


def _is_open_as_usual(site: Site, date: datetime.date) -> bool:
    if any(overlapping(site.exceptions, date, date)):
        return False
    return site.week is not None and bool(site.week.days[date.weekday()])
