"""What one file brought, as one line: how it comes from another process, and how it is remembered.

A line begins with its head: the digest of the content, the digest of what rules across files see, how many sites and
contacts there are, and what was found, the last as JSON. What rules across files see follows, and at last the sites and
contacts, both as JSON. A part is read when it is asked for, so that ten thousand files cost no more than what is looked
at. The name of the file is no part of it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from dfsync.files.calendars import CalendarChooser
from dfsync.files.storage.cache_folder import digest
from dfsync.model.fields import FIELDS
from dfsync.model.hours import Span as Minutes
from dfsync.model.hours import Week
from dfsync.model.place import Place
from dfsync.model.settings import Config
from dfsync.model.site import Contact, DatedException, ExceptionOrigin, Site
from dfsync.model.values import Value
from dfsync.validation.rule import SharedSite

if TYPE_CHECKING:
    from dfsync.validation.reading import FileFacts

_SEPARATOR = b"\t"  # JSON escapes it
_SHARED, _ENTRIES = 5, 6  # the parts after the head
_NAMES = tuple(field.name for field in FIELDS)
_GROUPS, _HOURS = _NAMES.index("groups"), _NAMES.index("operational_hours")
_UNMANAGED = False  # stands where a site does not manage the field: no value is false


class Shared(NamedTuple):
    """What rules across files see of many files, in their order; `complete` is False when one could not be read."""

    sites: tuple[SharedSite, ...]
    contacts: tuple[Contact, ...]
    profiles: frozenset[str]
    complete: bool


class Head(NamedTuple):
    """The head of a line: `content` is "" when the file could not be read, `told` None when nothing was found."""

    content: str
    seen: str
    sites: int
    contacts: int
    told: Any


class Line(NamedTuple):
    """The line of one file."""

    file: str
    data: bytes

    def head(self) -> Head:
        """Read the head."""
        content, seen, sites, contacts, told, _ = self.data.split(_SEPARATOR, _SHARED)
        return Head(
            content.decode(),
            seen.decode(),
            int(sites),
            int(contacts),
            None if told == b"null" else orjson.loads(told),
        )

    def sites(self, share: Callable[[Any, Any], Any]) -> Iterator[Site]:
        """Read the sites; `share(value, value)` gives one and the same object for equal values."""
        for id, line, pointer, internal_id, fields, exceptions in self._entries()[0]:
            yield Site(
                id,
                _fields(fields, share),
                Place(self.file, _once(tuple(pointer))),
                line,
                internal_id,
                tuple(map(_exception, exceptions)) if exceptions else (),
            )

    def contacts(self) -> Iterator[Contact]:
        """Read the contacts."""
        for line, pointer, fields in self._entries()[1]:
            yield Contact(fields, Place(self.file, tuple(pointer)), line)

    def _entries(self) -> Any:
        return orjson.loads(self.data.split(_SEPARATOR)[_ENTRIES])


def shared(lines: Iterable[Line]) -> Shared:
    """Read what rules across files see."""
    sites, contacts, profiles, complete = list[SharedSite](), list[Contact](), set[str](), True
    for file, data in lines:
        here, contacts_here, profiles_here, is_complete = orjson.loads(data.split(_SEPARATOR, _SHARED + 1)[_SHARED])
        for id, pointer, internal_id, groups, week, days in here:
            place = _once(tuple(pointer))
            sites.append(
                SharedSite(file, place, id, internal_id, _once(tuple(groups)), _week(week), tuple(map(tuple, days)))
            )
        for pointer, fields in contacts_here:
            contacts.append(Contact(fields, Place(file, tuple(pointer)), 0))
        profiles.update(profiles_here)
        complete = complete and is_complete
    return Shared(tuple(sites), tuple(contacts), frozenset(profiles), complete)


def whole_sites(lines: Iterable[Line], config: Config) -> Iterator[Site]:
    """Read the sites of many files, in their order, with the exceptions of their calendars."""
    share: dict[Any, Any] = {}
    chooser = CalendarChooser(config.calendars.values())
    return (chooser.extended(site) for line in lines for site in line.sites(share.setdefault))


def dumps(content: str, facts: FileFacts, told: Any) -> bytes:
    """Write the line of a file whose content has the digest `content`, in which `told` was found."""
    forms = [_form(site) for site in facts.sites]
    contacts = [[contact.line, contact.place.pointer, contact.fields] for contact in facts.contacts]
    parts = [
        [(*_shared_form(form), _near_days(site)) for form, site in zip(forms, facts.sites, strict=True)],
        [[pointer, fields] for _, pointer, fields in contacts],
        sorted(facts.profiles),
        facts.complete,
    ]
    seen = orjson.dumps(parts)
    head = f"{content}\t{digest(seen)}\t{len(forms)}\t{len(contacts)}".encode()
    return _SEPARATOR.join((head, orjson.dumps(told), seen, orjson.dumps([forms, contacts])))


def _exception(form: list[Any]) -> DatedException:
    date, spans, note, until, origin, pointer = form
    day, last = datetime.date.fromisoformat(date), datetime.date.fromisoformat(until) if until else None
    return DatedException(day, _spans(spans), note, last, ExceptionOrigin(origin), tuple(pointer))


def _exception_form(exception: DatedException) -> list[Any]:
    until = exception.until and str(exception.until)
    spans = _spans_form(exception.spans)
    return [str(exception.date), spans, exception.note, until, exception.origin.value, exception.pointer]


def _form(site: Site) -> tuple[Any, ...]:
    """Return a site as plain values, the fields that it does not manage among them."""
    values = [site.fields.get(name, _UNMANAGED) for name in _NAMES]
    if isinstance(week := values[_HOURS], Week):
        values[_HOURS] = _week_form(week.days)
    return site.id, site.line, site.place.pointer, site.internal_id, values, [*map(_exception_form, site.exceptions)]


def _shared_form(form: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what rules across files see of a site in that form."""
    id, _, pointer, internal_id, values, _ = form
    return id, pointer, internal_id, values[_GROUPS] or (), values[_HOURS] or None


def _near_days(site: Site) -> list[tuple[int, int]]:
    """Return the days of exceptions that count before those of calendars."""
    near = (each for each in site.exceptions if each.origin is not ExceptionOrigin.DEFAULT)
    return [(each.date.toordinal(), each.last.toordinal()) for each in near]


def _fields(forms: list[Any], share: Callable[[Any, Any], Any]) -> dict[str, Value]:
    """Read the fields that a site manages from the forms of all."""
    groups = forms[_GROUPS]
    if groups:
        forms[_GROUPS] = tuple(groups)
    values = [*map(share, forms, forms)]
    if forms[_HOURS]:
        values[_HOURS] = _week(forms[_HOURS])
    fields = dict(zip(_NAMES, values, strict=True))
    return {n: v for n, v in fields.items() if v is not _UNMANAGED} if _UNMANAGED in forms else fields


@lru_cache(maxsize=65536)
def _once(value: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return one and the same object for equal values: groups and pointers of a hundred thousand sites are a few."""
    return value


@lru_cache(maxsize=4096)
def _week_form(days: tuple[tuple[Minutes, ...], ...]) -> str:
    """Write a week as it was written, day by day: equal weeks may be written with other days."""
    return "|".join(map(_spans_form, days))


@lru_cache(maxsize=4096)
def _week(form: str | None) -> Week | None:
    """Read a week; most sites of an organisation share a few."""
    return None if form is None else Week(tuple(_spans(day) for day in form.split("|")))


def _spans_form(spans: tuple[Minutes, ...]) -> str:
    return ",".join(f"{start}-{stop}" for start, stop in spans)


def _spans(form: str) -> tuple[Minutes, ...]:
    parts = (span.split("-") for span in form.split(",") if span)
    return tuple((int(start), int(stop)) for start, stop in parts)
