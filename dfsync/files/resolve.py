"""From an entry as it was written to a site or contact of the model: defaults and profiles resolved.

Values of a wrong type are passed over: the schema reports them. What only reading can find (hours, exceptions) is
returned as problems, with the path from the entry to the value.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dfsync.files.entries import Entry
from dfsync.files.storage.glob import matches
from dfsync.model.fields import ADDRESS_PARTS, CONTACT_FIELDS
from dfsync.model.hours_read import HoursProblem, ReadHours, read_hours, read_spans
from dfsync.model.place import Place
from dfsync.model.settings import Default, Profile
from dfsync.model.site import Contact, DatedException, Site
from dfsync.model.text import shortened
from dfsync.model.values import Value

BAD_EXCEPTION = "DF208"
EXCEPTION_WITHOUT_HOURS = "DF209"

_TEXTS = ("name", "escalation_path", "timezone", "currency")
_ADDRESSES = ("address", "shipping_address")
_PARTS = {address: tuple((part, f"{address}.{part}") for part in ADDRESS_PARTS) for address in _ADDRESSES}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(slots=True)
class Resolver:
    """Builds sites of one configuration; hours that are written alike are read once."""

    defaults: tuple[Default, ...] = ()
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    _inherited: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _hours: dict[Hashable, ReadHours] = field(default_factory=dict)

    def inherited(self, file: str) -> Mapping[str, Any]:
        """Return what `defaults` give the sites of a file: later entries win, mappings merge."""
        found = self._inherited.get(file)
        if found is None:
            found = {}
            for default in self.defaults:
                if matches(file, default.match):
                    found = merged(found, default.set)
            self._inherited[file] = found
        return found

    def site(self, entry: Entry, file: str) -> tuple[Site, tuple[HoursProblem, ...]]:
        """Build a site. Problems of hours come with paths that start at the entry, for its own values only."""
        inherited = self.inherited(file)
        raw = merged(inherited, entry.raw) if inherited else entry.raw
        fields: dict[str, Value] = {}
        for name in _TEXTS:
            if name in raw and ((text := raw[name]) is None or isinstance(text, str)):
                fields[name] = text or None
        for address, names in _PARTS.items():
            parts = raw.get(address)
            if isinstance(parts, dict):
                for part, name in names:
                    if part in parts and ((text := parts[part]) is None or isinstance(text, str)):
                        fields[name] = text or None
        if "groups" in raw and ((groups := raw["groups"]) is None or isinstance(groups, list)):
            fields["groups"] = tuple(dict.fromkeys(group for group in groups or () if isinstance(group, str))) or None
        problems: list[HoursProblem] = []
        read = self._read_hours(raw, fields)
        if read is not None and "operational_hours" in entry.raw:
            problems.extend(_below("operational_hours", problem) for problem in read.problems)
        exceptions, found = self._exceptions(raw, read, own="exceptions" in entry.raw)
        problems.extend(found)
        internal_id = raw.get("internal_id")
        site = Site(
            id=_text(raw.get("id")),
            fields=fields,
            place=Place(file, entry.pointer),
            line=entry.line,
            internal_id=internal_id if isinstance(internal_id, int) else None,
            exceptions=exceptions,
        )
        return site, tuple(problems)

    def _read_hours(self, raw: Mapping[str, Any], fields: dict[str, Value]) -> ReadHours | None:
        if "operational_hours" not in raw:
            return None
        written = raw["operational_hours"]
        key = _spelling(written)
        read = self._hours.get(key)
        if read is None:
            read = read_hours(written, {name: profile.hours for name, profile in self.profiles.items()})
            self._hours[key] = read
        if self._is_believable(read):
            fields["operational_hours"] = read.week
        return read

    def _is_believable(self, read: ReadHours) -> bool:
        """Whether hours were read without a problem, those of a profile too."""
        return not read.problems and not (read.profile and self.profiles[read.profile].hours.problems)

    def _exceptions(
        self, raw: Mapping[str, Any], read: ReadHours | None, *, own: bool
    ) -> tuple[tuple[DatedException, ...], list[HoursProblem]]:
        profile = self.profiles.get(read.profile) if read and read.profile else None
        of_profile = profile.exceptions if profile else ()
        if "exceptions" not in raw and not of_profile:
            return (), []
        written, found = read_exceptions(raw.get("exceptions"))
        problems = found if own else []  # those of a default are reported where it stands
        dates = {exception.date for exception in written}
        together = (*written, *(exception for exception in of_profile if exception.date not in dates))
        if together and (read is None or (read.week is None and self._is_believable(read))):
            message = "exceptions need operational_hours: the week that they differ from"
            problems.append(HoursProblem(EXCEPTION_WITHOUT_HOURS, message, ("exceptions",), on_key=True))
        return tuple(sorted(together, key=lambda exception: exception.date)), problems


def _spelling(written: object) -> Hashable:
    """Return what only hours that are written alike have in common, of a mapping of texts at a fraction of the cost."""
    if isinstance(written, dict) and {*map(type, written.values())} == {str}:
        return tuple(written.items())
    return repr(written)


def contact(entry: Entry, file: str) -> Contact:
    """Build a contact; `site` is implied inside a site."""
    fields: dict[str, str | None] = {}
    for name in CONTACT_FIELDS:
        if name in entry.raw and ((text := entry.raw[name]) is None or isinstance(text, str)):
            fields[name] = text or None
    if entry.site is not None:
        fields["site"] = entry.site
    return Contact(fields, Place(file, entry.pointer), entry.line)


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return both mappings as one: `over` wins, addresses merge, hours, groups and other lists are replaced whole."""
    result = {**under, **over}
    for address in _ADDRESSES:
        if isinstance(under.get(address), Mapping) and isinstance(over.get(address), Mapping):
            result[address] = {**under[address], **over[address]}
    return result


def read_exceptions(written: object) -> tuple[tuple[DatedException, ...], list[HoursProblem]]:
    """Read a list of dated exceptions; problems have paths that start with `exceptions`."""
    exceptions: dict[datetime.date, DatedException] = {}
    problems: list[HoursProblem] = []
    for number, item in enumerate(written if isinstance(written, list) else ()):
        if not isinstance(item, Mapping):
            continue
        at = ("exceptions", number)
        if not _fits_schema(item):
            continue
        date = _date(item["date"])
        if date is None:
            message = f"{shortened(item['date'], 40)} is not a date YYYY-MM-DD"
            problems.append(HoursProblem(BAD_EXCEPTION, message, (*at, "date")))
            continue
        if date in exceptions:
            problems.append(HoursProblem(BAD_EXCEPTION, f"{date} has an exception already", (*at, "date")))
            continue
        if (item.get("closed") is True) == ("hours" in item):
            message = "an exception has either closed: true or hours"
            problems.append(HoursProblem(BAD_EXCEPTION, message, at, help="write closed: true, or hours: 09:00-14:00"))
            continue
        spans, found = read_spans(item["hours"]) if "hours" in item else ((), ())
        problems.extend(HoursProblem(p.code, p.message, (*at, "hours", *p.path), p.on_key, p.help) for p in found)
        note = item.get("note")
        exceptions[date] = DatedException(date, spans, note if isinstance(note, str) else None)
    return tuple(exceptions.values()), problems


def _fits_schema(item: Mapping[str, Any]) -> bool:
    """Whether an exception's values are of the types that the schema asks for; it reports those that are not."""
    hours = item.get("hours", "")
    texts = all(isinstance(span, str) for span in hours) if isinstance(hours, list) else isinstance(hours, str)
    return texts and isinstance(item.get("date"), str) and isinstance(item.get("closed", False), bool)


def _date(written: str) -> datetime.date | None:
    if not _DATE.fullmatch(written):
        return None
    try:
        return datetime.date.fromisoformat(written)
    except ValueError:
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _below(name: str, problem: HoursProblem) -> HoursProblem:
    return HoursProblem(problem.code, problem.message, (name, *problem.path), problem.on_key, problem.help)
