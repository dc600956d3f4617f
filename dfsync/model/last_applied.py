"""What state remembers of a target, as the diff needs it: digests, never values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dfsync.model.fields import FIELDS, Field
from dfsync.model.text import normal
from dfsync.model.values import DIGITS, Value, digest

NAMES: tuple[str, ...] = tuple(each.name for each in FIELDS)
_UNKNOWN = "-" * DIGITS


@dataclass(frozen=True, slots=True)
class LastAppliedSite:
    """Last applied digests of a site's managed fields.

    `digests` has them in the order of `NAMES`, one after the other, as a text: there are many, and most are never
    looked at. Dashes stand for a field that is not known, and are left out at the end. `normalised` maps a field to the
    digests of what was sent and of what live made of it by its own rules: when both still hold, the field counts as
    right.
    """

    digests: str = ""
    normalised: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, fields: Mapping[str, str], normalised: Mapping[str, tuple[str, str]] | None = None) -> LastAppliedSite:
        """Return the memory of these fields."""
        return cls(_joined(fields.get(name, _UNKNOWN) for name in NAMES), normalised or {})

    @property
    def fields(self) -> dict[str, str]:
        """The digest of each field that is known."""
        return split(self.digests, NAMES)


def digests_of(sites: Sequence[Mapping[str, Value]], key: bytes) -> list[str]:
    """Return the digests of the fields of each site, field by field: most values, such as cities, are many sites'."""
    columns = [list(_column(field, sites, key)) for field in FIELDS]
    return [_joined(digests) for digests in zip(*columns, strict=True)]


def _column(field: Field, sites: Iterable[Mapping[str, Value]], key: bytes) -> Iterator[str]:
    taken: dict[Value, str] = {}
    for fields in sites:
        if field.name not in fields:
            yield _UNKNOWN
            continue
        value = fields[field.name]
        found = taken.get(value)
        if found is None:
            found = taken[value] = digest(field, value, key)
        yield found


def _joined(digests: Iterable[str]) -> str:
    return "".join(digests).rstrip("-")


def split(digests: str, names: Sequence[str]) -> dict[str, str]:
    """Return the digest of each field that is known, from digests in the order of `names`."""
    each = (digests[start : start + DIGITS] for start in range(0, len(digests), DIGITS))
    return {name: digest for name, digest in zip(names, each, strict=False) if digest != _UNKNOWN}


@dataclass(frozen=True, slots=True)
class LastAppliedContact:
    """Last applied digests of a contact's fields, and its site."""

    site: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LastApplied:
    """All that was last applied to a target: sites by id, contacts by keyed digest of their id.

    `key` keys the digests. `known` is False when nothing was ever applied from here.
    """

    key: bytes = b""
    sites: Mapping[str, LastAppliedSite] = field(default_factory=dict)
    contacts: Mapping[str, LastAppliedContact] = field(default_factory=dict)
    known: bool = False

    def without_contacts(self, sites: Collection[str]) -> LastApplied:
        """Return what is left when some sites were taken away, and their contacts with them."""
        return replace(self, contacts=contacts_left(self.contacts, sites)) if sites else self


def contacts_left(contacts: Mapping[str, LastAppliedContact], gone: Collection[str]) -> dict[str, LastAppliedContact]:
    """Return the contacts but for those of sites that are gone, given by their ids."""
    gone = set(map(normal, gone))
    return {id: contact for id, contact in contacts.items() if normal(contact.site) not in gone}
