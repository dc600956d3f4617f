"""Compares the desired state of two revisions: what a branch changes. Needs no API. Pure values.

Two values are equal as in a plan: another form of hours, another order of groups, or a value that moved into `defaults`
is no difference. Dated exceptions, `internal_id` and the fields of contacts have no column; they are compared as nested
values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from msgspec import Struct

from dfsync.diff.changes import ABSENT, Action, Change, FieldChange
from dfsync.model.exception_days import DatedException
from dfsync.model.fields import FIELDS
from dfsync.model.hours.write import describe_span
from dfsync.model.kind import Kind
from dfsync.model.site import Contact, Desired, Site
from dfsync.model.values import same

Entry = TypeVar("Entry", Site, Contact)


class ComparedRevision(Struct, frozen=True):
    """The name of a revision as the user gave it, and its commit. The commit is None for the work tree."""

    name: str
    commit: str | None = None


class Comparison(Struct, frozen=True):
    """The changes between two revisions: sites by id, then contacts by key.

    The source of a removed entry is where it was written. `before` or `after` of a field is ABSENT if that revision
    does not manage it.
    """

    base: ComparedRevision
    head: ComparedRevision
    changes: tuple[Change, ...]

    def count(self, kind: Kind, action: Action) -> int:
        """Return how many entries of a kind were added, changed or removed."""
        return sum(1 for change in self.changes if change.kind is kind and change.action is action)


NOTHING = Desired({}, {})
"""The desired state of a revision that has no dfsync.yaml yet."""


def differences(before: Desired, after: Desired) -> tuple[Change, ...]:
    """Return what differs: sites by id, then contacts by key."""
    sites = _entries(
        before.sites, after.sites, Kind.SITE, partial(_site, _ComparedDays()), lambda site: (site.name, "")
    )
    contacts = _entries(
        before.contacts, after.contacts, Kind.CONTACT, _contact, lambda one: (one.fields.get("name") or "", one.site)
    )
    return (*sites, *contacts)


def _entries(
    before: Mapping[str, Entry],
    after: Mapping[str, Entry],
    kind: Kind,
    compared: Callable[[Entry | None, Entry | None], Iterator[FieldChange]],
    named: Callable[[Entry], tuple[str, str]],
) -> Iterator[Change]:
    for id in sorted({*before, *after}):
        one, other = before.get(id), after.get(id)
        entry = other or one
        found = tuple(compared(one, other))
        action = Action.CREATE if one is None else Action.REMOVE if other is None else Action.UPDATE
        if entry is not None and (found or action is not Action.UPDATE):
            name, site = named(entry)
            yield Change(kind, action, id, name, entry.source, found, site=site)


def _site(days: _ComparedDays, before: Site | None, after: Site | None) -> Iterator[FieldChange]:
    one, other = (site.fields if site else {} for site in (before, after))
    for field in FIELDS:
        managed = [side for side in (one, other) if field.name in side]
        if not managed or (len(managed) == 2 and same(field, one[field.name], other[field.name])):
            continue
        yield FieldChange(field.name, field.column, one.get(field.name, ABSENT), other.get(field.name, ABSENT))
    yield from days(before, after)
    yield from _nested(_internal_id(before), _internal_id(after))


class _ComparedDays:
    """Compares the dated exceptions of sites; the sites of a calendar share one list, which is compared once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], tuple[FieldChange, ...]] = {}

    def __call__(self, before: Site | None, after: Site | None) -> tuple[FieldChange, ...]:
        one, other = (site.exceptions if site else () for site in (before, after))
        key = (id(one), id(other))  # both live as long as the sites that are compared
        found = self._known.get(key)
        if found is None:
            found = tuple(_nested({"exceptions": _days(one)}, {"exceptions": _days(other)}))
            self._known[key] = found
        return found


def _contact(before: Contact | None, after: Contact | None) -> Iterator[FieldChange]:
    return _nested(dict(before.fields) if before else {}, dict(after.fields) if after else {})


def _internal_id(site: Site | None) -> dict[str, Any]:
    return {} if site is None or site.internal_id is None else {"internal_id": site.internal_id}


def _days(exceptions: Sequence[DatedException]) -> dict[str, dict[str, str]]:
    return {_date(exception): _day(exception) for exception in exceptions}


def _date(exception: DatedException) -> str:
    """Return the day of an exception, or its first and last."""
    return f"{exception.date}" if exception.until is None else f"{exception.date} to {exception.until}"


def _day(exception: DatedException) -> dict[str, str]:
    hours = ", ".join(map(describe_span, exception.spans)) or "closed"
    return {"hours": hours, "note": exception.note} if exception.note else {"hours": hours}


def _nested(before: dict[str, Any], after: dict[str, Any]) -> Iterator[FieldChange]:
    """Yield the paths at which two nested values differ; if both have a mapping, the paths inside it."""
    if before == after:
        return
    from deepdiff import DeepDiff
    from deepdiff.helper import notpresent

    def side(value: Any) -> Any:
        return ABSENT if value is notpresent else value

    tree = DeepDiff(before, after, view="tree", threshold_to_diff_deeper=0)
    found = [
        FieldChange(".".join(map(str, item.path(output_format="list"))), "", side(item.t1), side(item.t2))
        for items in tree.values()
        for item in items
    ]
    yield from sorted(found, key=lambda change: change.field)
