"""Compares declared hours with observed traffic, for many sites. Each site is judged as its rows arrive."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from msgspec.structs import replace

from dfsync.model.exception_days import in_days
from dfsync.model.site import Site
from dfsync.traffic.analysis.days.day_counts import calendar
from dfsync.traffic.analysis.findings import HoursVerdict, JudgedSite
from dfsync.traffic.analysis.judge import DeclaredHours, judge
from dfsync.traffic.api.fetch import AskedSite, CountRow

Range = tuple[datetime.date, datetime.date]


def asked(sites: Iterable[Site]) -> list[AskedSite]:
    """Return the sites as a report asks for them; those without an internal id are left out."""
    return [AskedSite(site.id, site.name, site.internal_id) for site in sites if site.internal_id is not None]


def survey(sites: Sequence[Site], rows: Iterable[CountRow], days: Range, staff_min: int) -> Iterator[JudgedSite]:
    """Yield the result of each site. All declare hours, and `rows` come by site in the same order, then by time."""
    groups = groupby(rows, key=lambda row: row.site)
    id, of_site = next(groups, (None, iter(())))
    for site in sites:
        if site.id == id:
            yield _judged(site, of_site, days, staff_min)
            id, of_site = next(groups, (None, iter(())))
        else:
            yield _judged(site, (), days, staff_min)


def _judged(site: Site, rows: Iterable[CountRow], days: Range, staff_min: int) -> JudgedSite:
    week, zone = site.week, site.text("timezone")
    if week is None:
        raise TypeError("a site without hours can't be judged")
    declared = DeclaredHours(week, zone, frozenset(day for day, _ in in_days(site.exceptions, *days)))
    verdict = judge(declared, calendar(rows, *days), staff_min)
    return JudgedSite(site.id, site.name, zone, week, verdict if verdict.findings else _small(verdict))


def _small(verdict: HoursVerdict) -> HoursVerdict:
    """Drop what only the chart of a site with findings needs."""
    return replace(verdict, profile=())
