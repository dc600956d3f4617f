"""Two desired states side by side: what a branch changes, without any API. Pure values.

Equality is the plan's: hours in another form, groups in another order or a value that moved into `defaults` are no
difference. What has no column (dated exceptions, `internal_id`, contacts' fields) is compared as it nests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, TypeVar

from dfsync.model.fields import FIELDS
from dfsync.model.hours_write import describe_span
from dfsync.model.place import Source
from dfsync.model.site import Contact, DatedException, Desired, Site
from dfsync.model.values import same, to_json

Entry = TypeVar("Entry", Site, Contact)


class Absent(Enum):
    """Not written at all: such a field is not managed. None is another thing: an empty value."""

    ABSENT = "not managed"


ABSENT = Absent.ABSENT


class Fate(StrEnum):
    """What became of an entry. A removed site stays live: it is no longer managed, and nothing deletes it."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Kind(StrEnum):
    """What an entry is."""

    SITE = "site"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Difference:
    """One value on both sides, in the plan file's form; `field` is dotted, such as `exceptions.2030-12-25.note`."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Changed:
    """A site or contact that differs; `source` is where it stands after, or where it stood, `site` a contact's."""

    kind: Kind
    fate: Fate
    id: str
    name: str
    source: Source
    differences: tuple[Difference, ...]
    site: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: the revision as it was named, and its commit; None for the work tree."""

    name: str
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two revisions differ in, sites by id, then contacts by key."""

    base: Side
    head: Side
    changes: tuple[Changed, ...]

    def count(self, kind: Kind, fate: Fate) -> int:
        """Return how many entries of a kind met a fate."""
        return sum(1 for change in self.changes if change.kind is kind and change.fate is fate)


NOTHING = Desired({}, {})
"""The desired state of a revision that has no dfsync.yaml yet."""


def differences(before: Desired, after: Desired) -> tuple[Changed, ...]:
    """Return what differs: sites by id, then contacts by key."""
    sites = _entries(before.sites, after.sites, Kind.SITE, _site, lambda site: (site.name, ""))
    contacts = _entries(
        before.contacts, after.contacts, Kind.CONTACT, _contact, lambda one: (one.fields.get("name") or "", one.site)
    )
    return (*sites, *contacts)


def _entries(
    before: Mapping[str, Entry],
    after: Mapping[str, Entry],
    kind: Kind,
    compared: Callable[[Entry | None, Entry | None], Iterator[Difference]],
    named: Callable[[Entry], tuple[str, str]],
) -> Iterator[Changed]:
    for id in sorted({*before, *after}):
        one, other = before.get(id), after.get(id)
        entry = other or one
        found = tuple(compared(one, other))
        fate = Fate.ADDED if one is None else Fate.REMOVED if other is None else Fate.CHANGED
        if entry is not None and (found or fate is not Fate.CHANGED):
            name, site = named(entry)
            yield Changed(kind, fate, id, name, entry.source, found, site)


def _site(before: Site | None, after: Site | None) -> Iterator[Difference]:
    one, other = (site.fields if site else {} for site in (before, after))
    for field in FIELDS:
        managed = [side for side in (one, other) if field.name in side]
        if not managed or (len(managed) == 2 and same(field, one[field.name], other[field.name])):
            continue
        forms = (to_json(side[field.name]) if field.name in side else ABSENT for side in (one, other))
        yield Difference(field.name, *forms)
    yield from _nested(_beside_columns(before), _beside_columns(after))


def _contact(before: Contact | None, after: Contact | None) -> Iterator[Difference]:
    return _nested(dict(before.fields) if before else {}, dict(after.fields) if after else {})


def _beside_columns(site: Site | None) -> dict[str, Any]:
    """Return what a site has that the API's sheet has no column for, as plain values."""
    days = {exception.date.isoformat(): _day(exception) for exception in site.exceptions} if site else {}
    internal_id = site.internal_id if site else None
    return {"exceptions": days} if internal_id is None else {"exceptions": days, "internal_id": internal_id}


def _day(exception: DatedException) -> dict[str, str]:
    hours = ", ".join(map(describe_span, exception.spans)) or "closed"
    return {"hours": hours, "note": exception.note} if exception.note else {"hours": hours}


def _nested(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Difference]:
    """Yield the paths at which two nested values differ, deepest where both have one."""
    if before == after:
        return
    from deepdiff import DeepDiff
    from deepdiff.helper import notpresent

    tree = DeepDiff(before, after, view="tree", threshold_to_diff_deeper=0)
    found = [
        Difference(
            ".".join(map(str, item.path(output_format="list"))),
            *(ABSENT if side is notpresent else side for side in (item.t1, item.t2)),
        )
        for items in tree.values()
        for item in items
    ]
    yield from sorted(found, key=lambda difference: difference.field)
