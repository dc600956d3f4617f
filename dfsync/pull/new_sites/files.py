"""Writes new sites into files, with only those values that the defaults of their place do not already give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from dfsync.errors import InputError
from dfsync.files.edit.changes import Append
from dfsync.files.edit.to_yaml import hours_node, site_node
from dfsync.files.edit.write import Inline, documents, listing
from dfsync.files.entries import Entry
from dfsync.files.resolve import Resolver
from dfsync.files.storage.tree import MAX_BYTES
from dfsync.files.yaml.parse import parse
from dfsync.model.fields import FIELD, FIELDS
from dfsync.model.hours.week import Week
from dfsync.model.kind import Kind
from dfsync.model.settings import HoursForm
from dfsync.model.site import Site
from dfsync.model.values import Value, same
from dfsync.plan.exception_weeks import PlanDay
from dfsync.pull.values import FileChange, NewSite

_HOURS = FIELD["operational_hours"]


class NewFiles(Struct, frozen=True):
    """Writes new sites under one configuration.

    `profiles` are the names of weeks that hours may use. `in_lists` says that files hold lists of sites.
    """

    plan_day: PlanDay
    hours: HoursForm
    profiles: Mapping[Week, str]
    builder: Resolver
    in_lists: bool = False

    def file(self, path: str, sites: Sequence[NewSite], modeline: str | None) -> FileChange:
        """Return a new file with these sites. Raises `InputError` if it would be too large to be read."""
        nodes = [self.node(site, path) for site in sites]
        head = f"# yaml-language-server: $schema={modeline}\n" if modeline else ""
        data = (head + (listing("sites", nodes) if self.in_lists else documents(*nodes))).encode()
        if len(data) > MAX_BYTES:
            help = "let fewer sites share a file with another --layout"
            raise InputError(f"{path} would be larger than {MAX_BYTES // 1_000_000} MB", help=help)
        return FileChange(path, None, data)

    def additions(self, path: str, data: bytes, sites: Sequence[NewSite]) -> list[Append]:
        """Return the changes that add sites to the list of a file. Raises `InputError` if it has none."""
        document = next(iter(parse(data).documents), None)
        if not isinstance(document, dict) or not isinstance(document.get("sites"), list):
            raise InputError(f"{path} exists and has no list of sites", help="move it, or change pull.path")
        return [Append((0, "sites"), self.node(site, path)) for site in sites]

    def node(self, site: NewSite, path: str) -> dict[str, Any]:
        """Return the mapping of a site in a file at the path."""
        inherited = self._built({"id": site.id}, path)
        own: dict[str, Value] = {}
        for field in FIELDS:
            value, default = site.values.get(field.name), inherited.fields.get(field.name)
            is_stated = value is not None or field.name in site.empty
            if is_stated and not (same(field, default, value) and (value is None or field.name in inherited.fields)):
                own[field.name] = value
        node = site_node(site.id, own, self._hours(own.get(_HOURS.name)))
        week = site.values.get(_HOURS.name)
        if inherited.exceptions and not self._shows(node, path, week):
            node["operational_hours"] = self._hours(week)
            node["exceptions"] = []
        if site.contacts:
            node["contacts"] = [Inline(contact) for contact in site.contacts]
        return node

    def _hours(self, week: Value) -> Any:
        if not isinstance(week, Week):
            return None
        name = self.profiles.get(week)
        return Inline(profile=name) if name is not None else hours_node(week, self.hours)

    def _shows(self, node: Mapping[str, Any], path: str, week: Value) -> bool:
        """Whether the site, with what it inherits, says today what live shows."""
        site, _ = self.plan_day.on_its_day(self._built(node, path), None)
        return same(_HOURS, site.fields.get(_HOURS.name), week)

    def _built(self, node: Mapping[str, Any], path: str) -> Site:
        return self.builder.site(Entry(Kind.SITE, node, (0,), 1), path)[0]
