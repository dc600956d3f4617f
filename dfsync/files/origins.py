"""Tells where each value of a site is written: in its file, a default, a profile or a calendar."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from dfsync.files.storage.glob import matches
from dfsync.files.storage.root import CONFIG_FILE
from dfsync.files.storage.tree import Tree
from dfsync.files.yaml.positions import Locator
from dfsync.model.exception_days import DatedException, ExceptionOrigin
from dfsync.model.place import Pointer
from dfsync.model.settings import Config
from dfsync.model.site import Site


class OriginKind(StrEnum):
    """The place that gives a value."""

    FILE = "file"
    DEFAULT = "default"
    PROFILE = "profile"
    CALENDAR = "calendar"


class Origin(Struct, frozen=True):
    """Where a value is written. `name` is the pattern of a default, or the name of a profile or calendar."""

    kind: OriginKind
    file: str
    line: int
    name: str = ""


class Origins:
    """Finds where the values of sites are written. Each file is read once. Raises `UnreadableFileError`."""

    def __init__(self, tree: Tree, config: Config) -> None:
        self._tree = tree
        self._config = config
        self._locators: dict[str, Locator] = {}

    def fields(self, site: Site) -> dict[str, Origin]:
        """Return the origin of each field that the site manages."""
        places = {name: self._place(site, tuple(name.split("."))) for name in site.fields}
        found = {name: place[0] for name, place in places.items() if place}
        profile = self._profile(site)
        return {**found, "operational_hours": profile} if profile else found

    def exceptions(self, site: Site) -> dict[DatedException, Origin]:
        """Return the origin of each dated exception of the site."""
        return {exception: self._exception(site, exception) for exception in site.exceptions}

    def _exception(self, site: Site, exception: DatedException) -> Origin:
        if exception.origin is ExceptionOrigin.SITE:
            pointer = (*site.place.pointer, *exception.pointer)
            return Origin(OriginKind.FILE, site.place.file, self._locator(site.place.file).value(pointer).line)
        kind = OriginKind(exception.origin.value)
        name = str(exception.pointer[2]) if kind is not OriginKind.DEFAULT and len(exception.pointer) > 2 else ""
        return Origin(kind, CONFIG_FILE, self._locator(CONFIG_FILE).value(exception.pointer).line, name)

    def _profile(self, site: Site) -> Origin | None:
        """Return the profile that gives the hours of the site; None if there is none."""
        place = self._place(site, ("operational_hours",))
        raw = place[1].raw(place[2]) if place else None
        name = raw.get("profile") if isinstance(raw, Mapping) else None
        if not isinstance(name, str) or name not in self._config.hours_profiles:
            return None
        line = self._locator(CONFIG_FILE).key((0, "hours_profiles", name)).line
        return Origin(OriginKind.PROFILE, CONFIG_FILE, line, name)

    def _place(self, site: Site, path: Pointer) -> tuple[Origin, Locator, Pointer] | None:
        """Return where a path below the site is written: in its file, or in the last default that gives it."""
        file, own = self._locator(site.place.file), (*site.place.pointer, *path)
        if file.has(own):
            return Origin(OriginKind.FILE, site.place.file, file.key(own).line), file, own
        config = self._locator(CONFIG_FILE)
        for default in reversed(self._config.defaults):
            pointer = (*default.pointer, "set", *path)
            if matches(site.place.file, default.match) and config.has(pointer):
                return Origin(OriginKind.DEFAULT, CONFIG_FILE, config.key(pointer).line, default.match), config, pointer
        return None

    def _locator(self, file: str) -> Locator:
        if file not in self._locators:
            self._locators[file] = Locator(self._tree.read(file))
        return self._locators[file]
