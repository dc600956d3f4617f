"""Defaults for the folders of new sites: the time zone and the currency that follow with certainty from their places.

Spreadsheets often leave both out, because the country implies them. What is proposed changes no site that is there
already, and overrides no default that is there already.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from dfsync.files.edit.changes import Append, Change
from dfsync.files.edit.write import Inline, documents
from dfsync.files.storage.glob import matches
from dfsync.model.settings import Config
from dfsync.model.site import Desired
from dfsync.model.values import Value
from dfsync.pull.values import NewSite
from dfsync.validation.geography.zone_and_currency import certain_zone, currency_of, zone_doubt

Fields = Mapping[str, Value]
Member = tuple[str, Fields]
"""The path of a site's file, and the site's fields."""


class FolderDefault(Struct, frozen=True):
    """What all sites of a folder, or of one file in `sites/` itself, have in common: an entry of `defaults`."""

    match: str
    values: Mapping[str, str]


def place_defaults(new: Iterable[tuple[str, NewSite]], desired: Desired, config: Config) -> list[FolderDefault]:
    """Return the defaults that are certain for the folders of new sites, given as paths and sites."""
    folders: dict[str, list[Member]] = {}
    for path, created in new:
        folder = posixpath.dirname(path)  # a default for all of `sites/` would reach every country
        folders.setdefault(f"{folder}/**" if folder.count("/") else path, []).append((path, created.values))
    folders = {pattern: sites for pattern, sites in folders.items() if pattern.endswith("/**") or len(sites) > 1}
    for site in desired.sites.values():
        for pattern, members in folders.items():
            if matches(site.place.file, pattern):
                members.append((site.place.file, site.fields))
    found = []
    for pattern, members in sorted(folders.items()):
        values = {
            name: value
            for name, of_place in (("timezone", _zone), ("currency", _currency))
            if (value := _common(members, name, of_place)) is not None and not _is_set(config, pattern, members, name)
        }
        if values:
            found.append(FolderDefault(pattern, values))
    return found


def zone_doubts(new: Iterable[tuple[str, NewSite]], config: Config) -> dict[str, list[str]]:
    """Return the reasons why new sites get no time zone by their places, each mapped to the ids of its sites."""
    found: dict[str, list[str]] = {}
    for path, created in new:
        given = any("timezone" in default.set and matches(path, default.match) for default in config.defaults)
        if created.values.get("timezone") or given:
            continue
        if doubt := zone_doubt(*_place(created.values)):
            found.setdefault(doubt, []).append(created.id)
    return found


def default_changes(defaults: Sequence[FolderDefault]) -> list[Change]:
    """Return the changes that add the defaults to dfsync.yaml."""
    return [Append((0, "defaults"), _node(one)) for one in defaults]


def default_text(defaults: Sequence[FolderDefault]) -> str:
    """Return the defaults as YAML, for a message."""
    return documents({"defaults": [_node(one) for one in defaults]}).rstrip()


def _node(default: FolderDefault) -> Inline:
    return Inline(match=default.match, set=Inline(default.values))


def _common(members: Iterable[Member], name: str, of_place: Callable[[Fields], str | None]) -> str | None:
    """Return the one value that the places of all sites without the field imply; None if they differ or are unsure."""
    values = {of_place(fields) for _, fields in members if not fields.get(name)}
    return values.pop() if len(values) == 1 else None


def _zone(site: Fields) -> str | None:
    return certain_zone(*_place(site))


def _place(site: Fields) -> tuple[str, str, str]:
    country, state, code = (str(site.get(f"address.{part}") or "") for part in ("country", "state", "postal_code"))
    return country, state, code


def _currency(site: Fields) -> str | None:
    return currency_of(str(site.get("address.country") or ""))


def _is_set(config: Config, pattern: str, members: Iterable[Member], name: str) -> bool:
    """Whether a default of dfsync.yaml sets the field for one of the sites, or for a part of their folder."""
    inside = f"{pattern.removesuffix('/**')}/"
    own = [default.match for default in config.defaults if name in default.set]
    return any(each.startswith(inside) for each in own) or any(
        matches(path, each) for path, _ in members for each in own
    )
