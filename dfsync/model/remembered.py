"""What state remembers of a target, as the diff needs it: digests, never values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RememberedSite:
    """Last applied digests of a site's managed fields.

    `normalised` maps a field to the digests of what was sent and of what live made of it by its own rules: when both
    still hold, the field counts as right.
    """

    fields: Mapping[str, str]
    normalised: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RememberedContact:
    """Last applied digests of a contact's fields, and its site."""

    site: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Remembered:
    """All that was last applied to a target: sites by id, contacts by keyed digest of their id.

    `key` keys the digests. `known` is False when nothing was ever applied from here.
    """

    key: bytes = b""
    sites: Mapping[str, RememberedSite] = field(default_factory=dict)
    contacts: Mapping[str, RememberedContact] = field(default_factory=dict)
    known: bool = False
