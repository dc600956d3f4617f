"""Selects the sites for a command: globs over ids, groups and paths, and ids to exclude."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from fnmatch import translate
from typing import NamedTuple

from msgspec import Struct

from dfsync.errors import InputError
from dfsync.files.storage import glob as paths
from dfsync.model.site import Site
from dfsync.model.text import visible


class SiteNames(NamedTuple):
    """The names by which a site can be selected. A site that is in no file has only an id."""

    id: str
    groups: tuple[str, ...] = ()
    file: str = ""


class SiteSelection(Struct, frozen=True):
    """The globs of `--only` and `--exclude` (site ids), `--group` (group names) and `--path` (files below the root).

    A site is selected if it matches one glob of each kind that is given, and none of `exclude`.
    """

    only: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there are any globs. Without globs a command is about every site."""
        return bool(self.only or self.group or self.path or self.exclude)

    def as_options(self) -> list[str]:
        """Return the globs as they are typed, such as `["--only", "site-1*"]`."""
        return [word for option, globs, _, _ in self._kinds() for glob in globs for word in (option, glob)]

    def ids(self, sites: Iterable[Site], others: Iterable[str] = ()) -> frozenset[str]:
        """Return the ids of the selected sites. `others` are ids that no file has, such as those of live sites.

        Raises `InputError` for a glob that matches no site, and if the globs together select none.
        """
        known = {site.id: SiteNames(site.id, site.groups, site.source.file) for site in sites}
        known |= {id: SiteNames(id) for id in others if id not in known}
        selected = set(known)
        for option, globs, names, compiled in self._kinds():
            found: set[str] = set()
            for glob in globs:
                fits = compiled(glob)
                matched = {id for id, site in known.items() if any(map(fits, names(site)))}
                if not matched:
                    raise InputError(f"{_NO_MATCH[option]} {visible(glob)}", help="dfsync list shows the sites")
                found |= matched
            if globs:
                selected = selected - found if option == "--exclude" else selected & found
        if self and not selected:
            raise InputError(f"no site matches all of {' '.join(map(visible, self.as_options()))}")
        return frozenset(selected)

    def _kinds(self) -> Iterator[tuple[str, tuple[str, ...], _Names, _Compiled]]:
        """Yield each kind of glob with its option, the names that it is compared with, and the comparison."""
        yield "--only", self.only, lambda site: (site.id,), _name
        yield "--group", self.group, lambda site: site.groups, _name
        yield "--path", self.path, lambda site: (site.file,), _path
        yield "--exclude", self.exclude, lambda site: (site.id,), _name


_Names = Callable[[SiteNames], tuple[str, ...]]
_Compiled = Callable[[str], Callable[[str], bool]]

_NO_MATCH = {
    "--only": "no site has an id like",
    "--group": "no site is in a group like",
    "--path": "no site is written in a file like",
    "--exclude": "--exclude: no site has an id like",
}


def _name(glob: str) -> Callable[[str], bool]:
    pattern = re.compile(translate(glob))
    return lambda name: pattern.match(name) is not None


def _path(glob: str) -> Callable[[str], bool]:
    """Return whether a path matches. A folder stands for everything below it."""
    folder = glob.removeprefix("./").rstrip("/")
    return lambda path: paths.matches(path, folder) or paths.matches(path, f"{folder}/**")
