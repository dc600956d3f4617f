"""Calendars: dated exceptions that many sites share. A calendar reaches sites by path, by groups, or by both.

The exceptions of a site and of its profile count before those of calendars, and those of calendars before those of a
default. The calendars of a site follow from the site and from dfsync.yaml, so nothing about them is cached with a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dfsync.files.dated_exceptions import read_exceptions
from dfsync.files.storage.glob import matches
from dfsync.model.exception_days import DatedException, ExceptionOrigin, layered
from dfsync.model.hours.file_form.problem import HoursProblem
from dfsync.model.settings import ExceptionCalendar
from dfsync.model.site import Site
from dfsync.model.text import normal

_FOLDERS = "/**"


def read_calendar(name: str, raw: Mapping[str, Any]) -> tuple[ExceptionCalendar, list[HoursProblem]]:
    """Read a calendar. Paths of problems start at its mapping. Values of a wrong type are skipped."""
    match, groups = raw.get("match"), raw.get("groups")
    at = (0, "calendars", name)
    exceptions, problems = read_exceptions(raw.get("exceptions"), ExceptionOrigin.CALENDAR, at)
    chosen = None
    if "groups" in raw or not isinstance(match, str):  # what is wrong or missing chooses no site
        written = groups if isinstance(groups, list) else ()
        chosen = frozenset(normal(group) for group in written if isinstance(group, str))
    return ExceptionCalendar(name, match if isinstance(match, str) else None, chosen, exceptions), problems


class CalendarChooser:
    """Finds the calendars of sites, in the order of dfsync.yaml. What sites have in common is computed once."""

    def __init__(self, calendars: Iterable[ExceptionCalendar]) -> None:
        self._calendars = tuple(calendars)
        self._by_groups = any(calendar.groups is not None for calendar in self._calendars)
        # A pattern that ends with ** says the same of all files of a folder.
        self._by_folder = all(c.match is None or c.match.endswith(_FOLDERS) for c in self._calendars)
        self._by_path: dict[str, tuple[ExceptionCalendar, ...]] = {}
        self._of: dict[tuple[str, object], tuple[ExceptionCalendar, ...]] = {}
        self._merged: dict[tuple[object, int], tuple[DatedException, ...]] = {}
        self._tuples: dict[tuple[str, ...], tuple[ExceptionCalendar, ...]] = {}

    def calendars(self, file: str, groups: Sequence[str] | None) -> tuple[ExceptionCalendar, ...]:
        """Return the calendars of a site by its file and its groups: those of which it meets all conditions.

        Sites with the same calendars get one and the same tuple.
        """
        place = file.rpartition("/")[0] if self._by_folder else file
        by_path = self._by_path.get(place)
        if by_path is None:
            by_path = self._once(c for c in self._calendars if c.match is None or matches(file, c.match))
            self._by_path[place] = by_path
        if not self._by_groups:
            return by_path
        key = (place, groups)
        found = self._of.get(key)
        if found is None:
            own = frozenset(map(normal, groups or ()))
            found = self._once(c for c in by_path if c.groups is None or not own.isdisjoint(c.groups))
            self._of[key] = found
        return found

    def _once(self, calendars: Iterable[ExceptionCalendar]) -> tuple[ExceptionCalendar, ...]:
        found = tuple(calendars)
        return self._tuples.setdefault(tuple(calendar.name for calendar in found), found)

    def extended(self, site: Site) -> Site:
        """Return the site with the exceptions of its calendars; unchanged if no file manages its hours."""
        if not self._calendars or site.week is None:
            return site
        calendars = self.calendars(site.place.file, site.groups)
        if not calendars:
            return site
        key = (site.exceptions, id(calendars))
        merged = self._merged.get(key)
        if merged is None:
            far = [each for each in site.exceptions if each.origin is ExceptionOrigin.DEFAULT]
            near = [each for each in site.exceptions if each.origin is not ExceptionOrigin.DEFAULT]
            merged = layered(near, *(calendar.exceptions for calendar in calendars), far)
            self._merged[key] = merged
        return Site(site.id, site.fields, site.place, site.line, site.internal_id, merged)
