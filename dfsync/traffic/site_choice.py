"""Which sites a traffic command is about: globs over site ids and group names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from dfsync.errors import InputError, UsageError
from dfsync.model.site import Site
from dfsync.model.text import visible


@dataclass(frozen=True, slots=True)
class Chosen:
    """The sites that can be asked for, and those that were meant and have no `internal_id`."""

    sites: tuple[Site, ...]
    without_id: tuple[Site, ...]


def choose(sites: Iterable[Site], ids: Sequence[str] = (), groups: Sequence[str] = ()) -> Chosen:
    """Return the sites whose id or group matches any of the globs; without globs, all that have an `internal_id`.

    Raises UsageError when globs leave no site to ask for, InputError when the files have none.
    """
    sites = tuple(sites)
    for pattern, of in [*((glob, _ids) for glob in ids), *((glob, _groups) for glob in groups)]:
        if not any(fnmatchcase(name, pattern) for site in sites for name in of(site)):
            what = "site id" if of is _ids else "group"
            raise UsageError(f"no {what} matches {visible(pattern)}")
    meant = tuple(site for site in sites if _matches(site, ids, groups)) if ids or groups else sites
    asked = tuple(site for site in meant if site.internal_id is not None)
    if not asked:
        wrong = UsageError if ids or groups else InputError
        raise wrong(
            "no site has an internal_id, by which the traffic API knows it",
            help="write internal_id into the site files, or let dfsync traffic map find it",
        )
    without = tuple(site for site in meant if site.internal_id is None)
    return Chosen(asked, without)


def _matches(site: Site, ids: Sequence[str], groups: Sequence[str]) -> bool:
    return any(fnmatchcase(site.id, glob) for glob in ids) or any(
        fnmatchcase(group, glob) for glob in groups for group in _groups(site)
    )


def _ids(site: Site) -> tuple[str, ...]:
    return (site.id,)


def _groups(site: Site) -> tuple[str, ...]:
    groups = site.fields.get("groups")
    return groups if isinstance(groups, tuple) else ()
