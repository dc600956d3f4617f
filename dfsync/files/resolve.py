"""Turns an entry as it is written into a site or contact of the model: defaults and profiles are resolved.

Values of a wrong type are skipped, since the schema reports them. Problems that only a reader can find, in hours and
exceptions, are returned with the path from the entry to the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field, json

from dfsync.files.dated_exceptions import read_exceptions
from dfsync.files.entries import Entry
from dfsync.files.storage.glob import matches
from dfsync.model.exception_days import DatedException, ExceptionOrigin, layered
from dfsync.model.fields import ADDRESS_PARTS, CONTACT_FIELDS
from dfsync.model.hours.file_form.problem import HoursProblem
from dfsync.model.hours.file_form.read import ReadHours, read_hours
from dfsync.model.place import Place
from dfsync.model.settings import Default, Profile
from dfsync.model.site import Contact, Site
from dfsync.model.values import Value

EXCEPTION_WITHOUT_HOURS = "DF209"

_spelling = json.Encoder().encode
_MOST_REMEMBERED = 1024
"""The number of different spellings of hours that are kept in memory; each takes 2 KB."""
_ADDRESSES = ("address", "shipping_address")
_PARTS = {address: tuple((part, f"{address}.{part}") for part in ADDRESS_PARTS) for address in _ADDRESSES}


class Resolver(Struct):
    """Builds sites of one configuration. Hours that are written alike are read once."""

    defaults: tuple[Default, ...] = ()
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    _inherited: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _hours: dict[bytes, ReadHours] = field(default_factory=dict)

    def inherited(self, file: str) -> Mapping[str, Any]:
        """Return what `defaults` give to the sites of a file. Later entries win, and mappings are merged."""
        if not self.defaults:
            return {}
        found = self._inherited.get(file)
        if found is None:
            found = {}
            for default in self.defaults:
                if matches(file, default.match):
                    found = merged(found, default.set)
            self._inherited[file] = found
        return found

    def site(self, entry: Entry, file: str) -> tuple[Site, tuple[HoursProblem, ...]]:
        """Build a site. Paths of problems start at the entry; only problems of its own values are returned."""
        inherited = self.inherited(file)
        raw = merged(inherited, entry.raw) if inherited else entry.raw
        fields: dict[str, Value] = {}  # in the order of `FIELDS`
        _read_texts(raw, ("name",), fields)
        for address, names in _PARTS.items():
            parts = raw.get(address)
            if isinstance(parts, dict):
                for part, name in names:
                    if part in parts and ((text := parts[part]) is None or isinstance(text, str)):
                        fields[name] = text or None
        if "groups" in raw and ((groups := raw["groups"]) is None or isinstance(groups, list)):
            fields["groups"] = tuple(dict.fromkeys([group for group in groups or () if isinstance(group, str)])) or None
        _read_texts(raw, ("escalation_path", "timezone", "currency"), fields)
        problems: list[HoursProblem] = []
        read = self._read_hours(raw, fields)
        if read is not None and "operational_hours" in entry.raw:
            problems.extend(_below("operational_hours", problem) for problem in read.problems)
        exceptions, found = self._exceptions(raw, read, file, own="exceptions" in entry.raw)
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
        spelling = _spelling(written)
        read = self._hours.get(spelling)
        if read is None:
            read = read_hours(written, {name: profile.hours for name, profile in self.profiles.items()})
            if len(self._hours) == _MOST_REMEMBERED:
                self._hours.clear()
            self._hours[spelling] = read
        if self._is_believable(read):
            fields["operational_hours"] = read.week
        return read

    def _is_believable(self, read: ReadHours) -> bool:
        """Whether hours, and the profile that they name, were read without a problem."""
        return not read.problems and not (read.profile and self.profiles[read.profile].hours.problems)

    def _exceptions(
        self, raw: Mapping[str, Any], read: ReadHours | None, file: str, *, own: bool
    ) -> tuple[tuple[DatedException, ...], list[HoursProblem]]:
        """Return the exceptions of a site, its profile and its defaults: of one date the nearest one."""
        profile = self.profiles.get(read.profile) if read and read.profile else None
        of_profile = profile.exceptions if profile else ()
        if "exceptions" not in raw and not of_profile:
            return (), []
        if own:
            written, problems = read_exceptions(raw["exceptions"])
            together = layered(written, of_profile)
        else:  # the problems of a default are reported where it stands
            inherited, problems = self._inherited_exceptions(raw.get("exceptions"), file), []
            together = layered(of_profile, inherited)
        if together and (read is None or (read.week is None and self._is_believable(read))):
            message = "exceptions need operational_hours: the week that they differ from"
            help = "add operational_hours, or take the exceptions out"
            problems.append(HoursProblem(EXCEPTION_WITHOUT_HOURS, message, ("exceptions",), on_key=True, help=help))
        return together, problems

    def _inherited_exceptions(self, written: object, file: str) -> tuple[DatedException, ...]:
        """Return the exceptions of the last default that has any and that matches the file."""
        given = (d.pointer for d in reversed(self.defaults) if "exceptions" in d.set and matches(file, d.match))
        return read_exceptions(written, ExceptionOrigin.DEFAULT, (*next(given, ()), "set"))[0]


def _read_texts(raw: Mapping[str, Any], names: tuple[str, ...], fields: dict[str, Value]) -> None:
    for name in names:
        if name in raw and ((text := raw[name]) is None or isinstance(text, str)):
            fields[name] = text or None


def contact(entry: Entry, file: str) -> Contact:
    """Build a contact. Inside a site, `site` is implied."""
    fields: dict[str, str | None] = {}
    for name in CONTACT_FIELDS:
        if name in entry.raw and ((text := entry.raw[name]) is None or isinstance(text, str)):
            fields[name] = text or None
    if entry.site is not None:
        fields["site"] = entry.site
    return Contact(fields, Place(file, entry.pointer), entry.line)


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return both mappings as one: `over` wins, addresses are merged, hours, groups and other lists are replaced."""
    result = {**under, **over}
    for address in _ADDRESSES:
        if isinstance(under.get(address), Mapping) and isinstance(over.get(address), Mapping):
            result[address] = {**under[address], **over[address]}
    return result


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _below(name: str, problem: HoursProblem) -> HoursProblem:
    return HoursProblem(problem.code, problem.message, (name, *problem.path), problem.on_key, problem.help)
