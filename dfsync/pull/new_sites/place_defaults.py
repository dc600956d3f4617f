"""Defaults for the folders of new sites: the time zone and the currency that their places have for certain.

A spreadsheet often has neither, since the country says it. What is proposed changes no site that is there already.
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


class FolderDefault(Struct, frozen=True):
    """What the sites below a folder have in common for certain, as an entry of `defaults`."""

    match: str
    values: Mapping[str, str]


def place_defaults(new: Iterable[tuple[str, NewSite]], desired: Desired, config: Config) -> list[FolderDefault]:
    """Return the defaults that are certain for the folders of new sites, given as paths and sites."""
    folders: dict[str, list[Fields]] = {}
    for path, created in new:
        folder = posixpath.dirname(path)
        folders.setdefault(f"{folder}/**" if folder.count("/") else path, []).append(created.values)
    folders = {pattern: sites for pattern, sites in folders.items() if pattern.endswith("/**") or len(sites) > 1}
    for site in desired.sites.values():
        for pattern, fields in folders.items():
            if matches(site.place.file, pattern):
                fields.append(site.fields)
    found = []
    for pattern, sites in sorted(folders.items()):
        values = {
            name: value
            for name, of_place in (("timezone", _zone), ("currency", _currency))
            if (value := _common(sites, name, of_place)) is not None and not _is_set(config, pattern, name)
        }
        if values:
            found.append(FolderDefault(pattern, values))
    return found


def zone_doubts(new: Iterable[tuple[str, NewSite]], config: Config) -> dict[str, list[str]]:
    """Return why new sites get no time zone by their places, each reason with the ids of the sites."""
    found: dict[str, list[str]] = {}
    for path, created in new:
        given = any("timezone" in default.set and matches(path, default.match) for default in config.defaults)
        if created.values.get("timezone") or given:
            continue
        country, state = (str(created.values.get(f"address.{part}") or "") for part in ("country", "state"))
        if doubt := zone_doubt(country, state):
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


def _common(sites: Sequence[Fields], name: str, of_place: Callable[[Fields], str | None]) -> str | None:
    """Return the value that all sites without one have by their place; None when one is not certain."""
    without = [site for site in sites if not site.get(name)]
    values = {of_place(site) for site in without}
    return values.pop() if len(values) == 1 else None


def _zone(site: Fields) -> str | None:
    return certain_zone(str(site.get("address.country") or ""), str(site.get("address.state") or ""))


def _currency(site: Fields) -> str | None:
    return currency_of(str(site.get("address.country") or ""))


def _is_set(config: Config, pattern: str, name: str) -> bool:
    """Whether a default of dfsync.yaml says something of the field for the folder, or for part of it."""
    folder = pattern.removesuffix("/**")
    return any(
        name in default.set and (matches(f"{folder}/x.yaml", default.match) or default.match.startswith(folder))
        for default in config.defaults
    )
