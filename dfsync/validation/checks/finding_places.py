"""Completes findings for reports: looks up places, names the entry, applies severity, and joins equal causes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from dfsync.files.storage.glob import matches
from dfsync.files.storage.root import CONFIG_FILE
from dfsync.files.storage.tree import Tree, UnreadableFileError
from dfsync.files.yaml.positions import Locator
from dfsync.findings import Finding, Found, On, RelatedPlace, Severity, field_name
from dfsync.model.place import TOP, Place, Pointer, Span
from dfsync.model.settings import Config

EntryIds = Mapping[tuple[str, Pointer], str]
"""The id of each entry, by its file and pointer."""


class Places:
    """Looks up places in a tree. Each file is parsed with positions at most once."""

    def __init__(self, tree: Tree, config: Config, ids: EntryIds) -> None:
        self._tree = tree
        self._config = config
        self._ids = ids
        self._locators: dict[str, Locator | None] = {}

    def owner(self, item: Finding | RelatedPlace) -> tuple[str | None, Pointer]:
        """Return the id of the outermost entry around an item, and the path from there."""
        pointer = item.place.pointer + item.path
        for length in range(1, len(pointer) + 1):
            id = self._ids.get((item.place.file, pointer[:length]))
            if id is not None:
                return id or None, pointer[length:]
        return None, pointer[1:]

    def find(self, item: Finding | RelatedPlace) -> tuple[str, Span, bool]:
        """Return the file and span of a finding, and whether its value came from a default."""
        file = item.place.file
        if item.span is not None:
            return file, item.span, False
        locator = self._locator(file)
        if locator is None:
            return file, TOP, False
        pointer = item.place.pointer + item.path
        if item.path and item.on is not On.OPENING and file != CONFIG_FILE and not locator.has(pointer):
            default = self._default(file, self.owner(item)[1], item.on)
            if default is not None:
                return CONFIG_FILE, default, True
        return file, _span(locator, pointer, item.on), False

    def _default(self, file: str, path: Pointer, on: On) -> Span | None:
        locator = self._locator(CONFIG_FILE)
        for default in reversed(self._config.defaults):
            pointer = (*default.pointer, "set", *path)
            if locator is not None and matches(file, default.match) and locator.has(pointer):
                return _span(locator, pointer, on)
        return None

    def _locator(self, file: str) -> Locator | None:
        if file not in self._locators:
            try:
                self._locators[file] = Locator(self._tree.read(file))
            except UnreadableFileError:
                self._locators[file] = None
        return self._locators[file]


def located(findings: Collection[Finding], places: Places, level: Callable[[str, str], Severity | None]) -> Found:
    """Return the findings as reports show them. A value from a default is reported once, and not for every site.

    `level` gives the severity of a rule, by its code, in a file; None if the rule is silenced there.
    """
    result: dict[Finding, None] = {}
    for finding in findings:
        severity = level(finding.code, finding.place.file)
        if severity is None:
            continue
        file, span, inherited = places.find(finding)
        id, path = places.owner(finding)
        found = Finding(
            finding.code,
            finding.message,
            Place(file),
            help=finding.help,
            related=tuple(_related(also, places) for also in finding.related),
            span=span,
            severity=severity,
            id=None if inherited else id,
            field=field_name(path),
        )
        result[found] = None
    return Found(tuple(result), frozenset(finding.code for finding in findings))


def _related(also: RelatedPlace, places: Places) -> RelatedPlace:
    file, span, _ = places.find(also)
    return RelatedPlace(also.message, Place(file), span=span, id=places.owner(also)[0])


def _span(locator: Locator, pointer: Pointer, on: On) -> Span:
    if on is On.KEY:
        return locator.key(pointer)
    return locator.opening(pointer) if on is On.OPENING else locator.value(pointer)
