"""Desired state: sites and contacts as the files describe them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from dfsync.model.exception_days import DatedException
from dfsync.model.hours.week import Week
from dfsync.model.place import Place, Source
from dfsync.model.text import normal
from dfsync.model.values import Value


class Site(Struct, frozen=True):
    """A site with the fields that its files manage. A field that is absent from `fields` stays as it is in live.

    `fields` maps dotted names (see `dfsync.model.fields`) to values; defaults and profiles are already resolved.
    `place` is where the site is written, and `line` is its first line, counted from 1. `exceptions` are sorted by date,
    and no two of them have a day in common (see `dfsync.model.exception_days`).
    """

    id: str
    fields: Mapping[str, Value]
    place: Place
    line: int
    internal_id: int | None = None
    exceptions: tuple[DatedException, ...] = ()

    @property
    def name(self) -> str:
        """The site's name, "" if the file lacks it."""
        return self.text("name") or ""

    @property
    def groups(self) -> tuple[str, ...]:
        """The site's groups; none if the files do not manage them."""
        groups = self.fields.get("groups")
        return groups if isinstance(groups, tuple) else ()

    @property
    def week(self) -> Week | None:
        """The opening hours; None if the files do not manage them, or empty them."""
        week = self.fields.get("operational_hours")
        return week if isinstance(week, Week) else None

    def text(self, name: str) -> str | None:
        """Return the text of a field; None if the files do not manage it, or empty it."""
        text = self.fields.get(name)
        return text if isinstance(text, str) else None

    @property
    def source(self) -> Source:
        """Where a person finds the site."""
        return Source(self.place.file, self.line)


class Contact(Struct, frozen=True, array_like=True):
    """A contact: `fields` has `site` and those of name, email, phone and role that are written; places as in `Site`."""

    fields: Mapping[str, str | None]
    place: Place
    line: int

    @property
    def source(self) -> Source:
        """Where a person finds the contact."""
        return Source(self.place.file, self.line)

    @property
    def site(self) -> str:
        """The id of the site that the contact belongs to."""
        return self.fields.get("site") or ""

    def key(self, names: tuple[str, ...]) -> str:
        """Return the contact's id: the values of the key fields joined by `/`."""
        return "/".join((self.fields.get(name) or "").strip() for name in names)

    def folded_key(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the key fields without letter case. Contacts with the same folded key are one contact to the API."""
        return tuple(normal(self.fields.get(name)).casefold() for name in names)


class SiteRecord(Struct, frozen=True, gc=False):
    """A site as a check keeps it: what is asked of nearly all sites, and beside it the rest, encoded.

    `managed` are the fields that its files write, and `spelling` says how live shows them (see
    `dfsync.model.cell_spelling`). The spelling is "" if dated exceptions of the site may change them.
    """

    id: str
    groups: tuple[str, ...]
    managed: int
    spelling: str
    data: bytes


class Desired(Struct, frozen=True):
    """Everything that the files say, sites by id and contacts by key, each in the order of its id.

    A check gives `sites` that are read from their `records` each time that one is asked for.
    """

    sites: Mapping[str, Site]
    contacts: Mapping[str, Contact]
    records: Mapping[str, SiteRecord] = {}
