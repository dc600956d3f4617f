"""From findings to diagnostics: places looked up, levels of dfsync.yaml applied, one finding a cause."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dfsync.diagnostics import Diagnostic, Related, Severity, Span
from dfsync.files.glob import matches
from dfsync.files.locate import Locator
from dfsync.files.tree import Tree, UnreadableFileError
from dfsync.files.yaml import Pointer
from dfsync.model.settings import Config
from dfsync.validation.finding import CONFIG_SOURCE, Also, Finding, On, field_name

_START = Span(1, 1, 1, 2)


class Places:
    """Looks places up in a tree; each file is parsed with marks at most once."""

    def __init__(self, tree: Tree, config: Config) -> None:
        self._tree = tree
        self._config = config
        self._locators: dict[str, Locator | None] = {}

    def find(self, item: Finding | Also) -> tuple[str, Span, bool]:
        """Return the file and span of a finding, and whether the value came from a default."""
        source, path = item.source, item.path
        if item.span is not None:
            return source.file, item.span, False
        locator = self._locator(source.file)
        if locator is None:
            return source.file, _START, False
        if (
            path
            and item.on is On.VALUE
            and source.file != CONFIG_SOURCE.file
            and not locator.has(source.pointer + path)
        ):
            default = self._default(source.file, path)
            if default is not None:
                return default
        return source.file, self._span(locator, source.pointer + path, item.on), False

    def _default(self, file: str, path: Pointer) -> tuple[str, Span, bool] | None:
        locator = self._locator(CONFIG_SOURCE.file)
        for default in reversed(self._config.defaults):
            pointer = (*default.pointer, "set", *path)
            if locator is not None and matches(file, default.match) and locator.has(pointer):
                return CONFIG_SOURCE.file, locator.value(pointer), True
        return None

    def _span(self, locator: Locator, pointer: Pointer, on: On) -> Span:
        if on is On.KEY:
            return locator.key(pointer)
        return locator.opening(pointer) if on is On.OPENING else locator.value(pointer)

    def _locator(self, file: str) -> Locator | None:
        if file not in self._locators:
            try:
                self._locators[file] = Locator(self._tree.read(file))
            except UnreadableFileError:
                self._locators[file] = None
        return self._locators[file]


def diagnostics(
    findings: Iterable[Finding], places: Places, level: Callable[[str], Severity | None]
) -> list[Diagnostic]:
    """Return the findings as diagnostics; a value from a default is reported once, not for every site.

    `level` gives a rule's severity, None when it is silenced.
    """
    result: list[Diagnostic] = []
    from_defaults: set[tuple[str, Span, str]] = set()
    for finding in findings:
        severity = level(finding.code)
        if severity is None:
            continue
        file, span, inherited = places.find(finding)
        if inherited:
            key = (finding.code, span, finding.message)
            if key in from_defaults:
                continue
            from_defaults.add(key)
        related = []
        for also in finding.also:
            other_file, other_span, _ = places.find(also)
            related.append(Related(also.message, other_file, other_span))
        result.append(
            Diagnostic(
                code=finding.code,
                severity=finding.severity or severity,
                message=finding.message,
                file=file,
                span=span,
                id=None if inherited else finding.id,
                field=field_name(finding.path),
                help=finding.help,
                related=tuple(related),
            )
        )
    return result
