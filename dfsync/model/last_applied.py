"""Last applied: what was last sent to a target or found right there, as digests and never as values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from functools import lru_cache, partial

from msgspec import Struct, field
from msgspec.structs import replace

from dfsync.model.fields import FIELDS
from dfsync.model.text import normal
from dfsync.model.values import DIGITS, Value, digest

NAMES: tuple[str, ...] = tuple(each.name for each in FIELDS)
_UNKNOWN = "-" * DIGITS
_MOST_SHARED = 4096
"""Of so many values of a field the digests are remembered: cities and zones repeat, names and streets do not."""
Pairs = Mapping[str, tuple[str, str]]
"""Digests of what was sent and of what live made of it, by field."""
NO_PAIRS: Pairs = {}
"""Shared by the many sites that have none."""


class LastAppliedSite(Struct, frozen=True):
    """The digests of the managed fields of a site, as they were last applied.

    `digests` is one text: the digests in the order of `NAMES`. There are many of them, and most are never looked at one
    by one. Dashes stand for an unknown field; at the end of the text they are left out. `normalised` maps a field to
    two digests: of the value that was sent, and of the server's own spelling of it. As long as both still hold, the
    field counts as right. `seen_once` has such pairs that one apply saw; when another one sees the same pair, it is the
    server's own spelling.
    """

    digests: str = ""
    normalised: Pairs = field(default_factory=lambda: NO_PAIRS)
    seen_once: Pairs = field(default_factory=lambda: NO_PAIRS)

    @classmethod
    def of(
        cls, fields: Mapping[str, str], normalised: Pairs = NO_PAIRS, seen_once: Pairs = NO_PAIRS
    ) -> LastAppliedSite:
        """Return the site with these digests."""
        return cls(_joined(fields.get(name, _UNKNOWN) for name in NAMES), normalised or NO_PAIRS, seen_once or NO_PAIRS)

    @property
    def fields(self) -> dict[str, str]:
        """The digest of each known field."""
        return split(self.digests, NAMES)

    def known_beside(self, fields: Container[str]) -> tuple[str, ...]:
        """Return the names of the fields that are known and not among `fields`, without reading their digests."""
        return tuple(
            name
            for position, name in enumerate(NAMES)
            if name not in fields and self.digests[position * DIGITS : position * DIGITS + 1] not in ("", "-")
        )


def digests_with(key: bytes) -> Callable[[Mapping[str, Value]], str]:
    """Return what takes the digests of a site's fields. A value that many sites share is hashed only once."""
    columns = [(field.name, lru_cache(_MOST_SHARED)(partial(digest, field, key=key))) for field in FIELDS]
    return lambda fields: _joined([taken(fields[name]) if name in fields else _UNKNOWN for name, taken in columns])


def _joined(digests: Iterable[str]) -> str:
    return "".join(digests).rstrip("-")


def split(digests: str, names: Sequence[str]) -> dict[str, str]:
    """Return the digest of each known field; `digests` are in the order of `names`."""
    each = (digests[start : start + DIGITS] for start in range(0, len(digests), DIGITS))
    return {name: digest for name, digest in zip(names, each, strict=False) if digest != _UNKNOWN}


class LastAppliedContact(Struct, frozen=True):
    """The digests of the fields of a contact, as they were last applied, and its site."""

    site: str
    fields: Mapping[str, str]


class LastApplied(Struct, frozen=True):
    """Everything that was last applied to a target: sites by id, and contacts by the keyed digest of their id.

    `key` is the key of the digests. `known` is False if nothing was ever applied from here.
    """

    key: bytes = b""
    sites: Mapping[str, LastAppliedSite] = field(default_factory=dict)
    contacts: Mapping[str, LastAppliedContact] = field(default_factory=dict)
    known: bool = False

    def without_contacts(self, sites: Collection[str]) -> LastApplied:
        """Return the same without the contacts of some sites, which were deleted in live together with their sites."""
        return replace(self, contacts=contacts_left(self.contacts, sites)) if sites else self


def contacts_left(contacts: Mapping[str, LastAppliedContact], gone: Collection[str]) -> dict[str, LastAppliedContact]:
    """Return the contacts without those of some sites."""
    gone = set(map(normal, gone))
    return {id: contact for id, contact in contacts.items() if normal(contact.site) not in gone}
