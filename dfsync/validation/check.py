"""The check of a whole repository: every file is read, every problem is reported, nothing is hidden by another.

Single files are judged first (`check_file`), then what only shows across them (`check_repository`). A cache remembers
both: a file counts as judged when its content is the same, and what is across files as long as nothing has changed that
those rules see. What judges is imported when there is something to judge.
"""

from __future__ import annotations

import gc
import itertools
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from dfsync.files.storage.cache_folder import digest, digest_of
from dfsync.files.storage.root import CONFIG_FILE
from dfsync.files.storage.tree import Tree, UnreadableFileError
from dfsync.findings import Findings, arranged
from dfsync.validation.cache import MOST_INLINE, Cache, CacheEntry, Memory
from dfsync.validation.told import one_a_cause, told_form, told_from

if TYPE_CHECKING:
    from dfsync.files.storage.tree import Stamp
    from dfsync.files.yaml.parse import Parsed
    from dfsync.model.settings import Config
    from dfsync.model.site import Contact, Desired, Site
    from dfsync.validation.lines import Line

_OF_TODAY = ("DF524",)
"""Rules that dfsync.yaml may ask for and that judge by the day: what they find is not remembered."""


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep the garbage collector out of the way while much is built that stays."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@dataclass(frozen=True)
class Checked:
    """A repository after the check: `desired` can be believed only when the findings have no error.

    `files` are all that were looked at, each with how many sites and contacts it holds. The rest is read when somebody
    asks for it; `sites` and `contacts` have those, too, that are there twice.
    """

    findings: Findings
    files: Mapping[str, tuple[int, int]]
    _run: _Run = field(repr=False)

    @property
    def config(self) -> Config:
        """What dfsync.yaml says."""
        return self._run.config

    @cached_property
    def sites(self) -> tuple[Site, ...]:
        """All sites, in the order of files, with the exceptions of their calendars."""
        from dfsync.validation.lines import whole_sites

        with undisturbed():
            return tuple(whole_sites(self._run.lines(self.files), self.config))

    @cached_property
    def contacts(self) -> tuple[Contact, ...]:
        """All contacts, in the order of files."""
        with undisturbed():
            holding = [file for file, (_, contacts) in self.files.items() if contacts]
            return tuple(contact for line in self._run.lines(holding) for contact in line.contacts())

    @cached_property
    def desired(self) -> Desired:
        """What the files say."""
        from dfsync.model.site import Desired

        with undisturbed():
            by_key = {contact.key(self.config.contact_csv.key): contact for contact in self.contacts}
            by_id = {site.id: site for site in self.sites}
            return Desired(dict(sorted(by_id.items())), dict(sorted(by_key.items())))


def check(tree: Tree, cache: Cache | None = None) -> Checked:
    """Check everything below the tree's root. Raises `ConfigError` when dfsync.yaml can't be read at all.

    With a cache the same is found in less time.
    """
    with undisturbed():
        return _Run(tree, cache).checked()


def check_config(tree: Tree) -> tuple[Config, Findings]:
    """Check dfsync.yaml alone. Raises `ConfigError` when it can't be read at all."""
    from dfsync.files.config import read_config
    from dfsync.validation.check_repository import told_of_config

    parsed, config = read_config(tree)
    found = told_of_config(tree, parsed, config).diagnostics
    return config, Findings(arranged(one_a_cause(found)), 0, 0, 0)


class _Run:
    """One check: what is remembered and holds, what is judged anew, and what is remembered of it."""

    def __init__(self, tree: Tree, cache: Cache | None) -> None:
        self._tree = tree
        self._cache = cache
        self._began_ns = time.time_ns()
        self._memory = self._remembered()
        self._fresh: dict[str, Line] = {}

    @property
    def config(self) -> Config:
        return self._settings[1]

    def checked(self) -> Checked:
        stamps, kinds = self._files()
        template = self._template()
        if self._memory.is_of(kinds, stamps, template):
            return self._found()
        old = self._memory.entries
        entries = self._same(kinds, stamps)
        self._fresh = self._judged([path for path in kinds if path not in entries], kinds)
        told = {path: form for path, form in self._memory.told.items() if path in entries}
        for path, line in self._fresh.items():
            content, seen, sites, contacts, found = line.head()
            stamp = self._settled(stamps[path]) if content else None  # what could not be read is tried again
            entries[path] = CacheEntry(kinds[path], stamp, content, seen, sites, contacts)
            if found is not None:
                told[path] = found
        self._memory.told = {path: told[path] for path in sorted(told)}
        self._memory.renew({path: entries[path] for path in kinds})
        old_key, self._memory.template_seen = self._memory.rest_key, template
        self._judge_rest()
        if self._fresh or self._memory.entries != old or self._memory.rest_key != old_key:
            self._remember()
        return self._found()

    def _found(self) -> Checked:
        """Return what is remembered now."""
        memory = self._memory
        found = [*told_from(memory.rest).diagnostics]
        for path, form in memory.told.items():
            found += told_from(form, path).diagnostics
        counts = memory.counts()
        sites, contacts = (sum(count[place] for count in counts.values()) for place in (0, 1))
        return Checked(Findings(arranged(one_a_cause(found)), len(counts), sites, contacts), counts, self)

    def lines(self, paths: Iterable[str]) -> list[Line]:
        """Return the lines of files that were checked; what the cache has lost is judged again."""
        from dfsync.validation.lines import Line

        memory, rows = self._memory, self._rows
        found: dict[str, Line] = {}
        for path in paths:
            row = memory.entries[path].row
            if path in self._fresh:
                found[path] = self._fresh[path]
            elif path in memory.lines:
                found[path] = Line(path, memory.lines[path])
            elif 0 <= row < len(rows):
                found[path] = Line(path, rows[row])
        lost = [path for path in paths if path not in found]
        if lost:
            found.update(self._judged(lost, {path: memory.entries[path].kind for path in lost}))
        return [found[path] for path in paths]

    @cached_property
    def _config_data(self) -> bytes | None:
        """The bytes of dfsync.yaml, None when it can't be read: reading the settings says why."""
        try:
            return self._tree.read(CONFIG_FILE)
        except UnreadableFileError:
            return None

    @cached_property
    def _settings(self) -> tuple[Parsed, Config]:
        from dfsync.files.config import config_of, read_config

        # Read once: what is remembered must be of the very bytes whose digest it is kept under.
        return read_config(self._tree) if self._config_data is None else config_of(self._config_data)

    @cached_property
    def _rows(self) -> Sequence[bytes]:
        return (self._cache and self._cache.lines(self._memory)) or ()

    def _remembered(self) -> Memory:
        """Return what the cache has for this dfsync.yaml, else a memory of nothing but its patterns."""
        config = digest(self._config_data) if self._config_data is not None else ""
        memory = self._cache.load(config) if self._cache is not None and config else None
        if memory is not None:
            return memory
        settings = self.config
        return Memory(config, (settings.contacts, settings.sites), settings.contact_csv.template)

    def _files(self) -> tuple[dict[str, Stamp | None], dict[str, str]]:
        """Return the stamps and the kinds of all files, in the order of their paths; sites win over contacts."""
        stamps: dict[str, Stamp | None] = {}
        kinds: dict[str, str] = {}
        for kind, patterns in zip(("contact", "site"), self._memory.patterns, strict=True):
            found = self._stamps(patterns)
            stamps.update(found)
            kinds.update(dict.fromkeys(found, kind))
        return stamps, {path: kinds[path] for path in sorted(kinds)}

    def _stamps(self, patterns: Sequence[str]) -> dict[str, Stamp | None]:
        """Return what matches; with stamps only where something remembers them: taking them costs as much again."""
        return self._tree.stamps(patterns) if self._cache else dict.fromkeys(self._tree.paths(patterns))

    def _same(self, kinds: Mapping[str, str], stamps: Mapping[str, Stamp | None]) -> dict[str, CacheEntry]:
        """Return what is remembered of those files whose content is the same."""
        old, same = self._memory.entries, dict[str, CacheEntry]()
        for path, kind in kinds.items():
            entry = old.get(path)
            if entry is None or entry.kind != kind:
                continue
            stamp = stamps[path]
            if stamp is not None and entry.stamp == stamp:
                same[path] = entry
            elif self._content(path) == entry.content:
                same[path] = entry._replace(stamp=self._settled(stamp))
        return same

    def _content(self, path: str) -> str | None:
        """Return the digest of a file's content, None when it can't be read."""
        try:
            return digest(self._tree.read(path))
        except UnreadableFileError:
            return None

    def _settled(self, stamp: Stamp | None) -> Stamp | None:
        """Return a stamp that can be believed: of a file that was at rest before this check began."""
        if stamp is None or self._cache is None:
            return None
        return stamp if self._tree.is_settled(stamp, self._began_ns) else None

    def _judged(self, paths: Sequence[str], kinds: Mapping[str, str]) -> dict[str, Line]:
        if not paths:
            return {}
        from dfsync.model.kind import Kind
        from dfsync.validation.check_file import judged

        lines = judged(self._tree, self.config, {path: Kind(kinds[path]) for path in paths})
        return {line.file: line for line in lines}

    def _judge_rest(self) -> None:
        """Find what shows only across files, unless nothing has changed that those rules see."""
        memory = self._memory
        codes = frozenset(code for form in memory.told.values() for code in form[1])
        parts = itertools.chain(
            (memory.template_seen, *sorted(codes)),
            (f"{path}\0{entry.kind}\0{entry.seen}" for path, entry in memory.entries.items()),
        )
        # A path may hold line breaks, and no NUL: nothing else can be put together to the same.
        key = digest_of(f"{part}\0\0".encode("utf-8", "surrogateescape") for part in parts) if self._cache else ""
        if key and key == memory.rest_key and self._places_of_rest().isdisjoint(self._fresh):
            return
        from dfsync.validation.check_repository import told_across

        kinds = {path: entry.kind for path, entry in memory.entries.items()}
        rest = told_across(self._tree, *self._settings, kinds, self.lines(kinds), codes)
        of_today = any(code in self.config.rules for code in _OF_TODAY)
        memory.rest, memory.rest_key = told_form(rest), "" if of_today else key

    def _places_of_rest(self) -> set[str | None]:
        found = told_from(self._memory.rest).diagnostics
        return {each.file for each in found} | {also.file for each in found for also in each.related}

    def _template(self) -> str:
        """Return the digest of the one other file that rules look into, "" when there is none."""
        if self._memory.template is None:
            return ""
        try:
            return digest(self._tree.read(self._memory.template))
        except UnreadableFileError as error:
            return error.message

    def _remember(self) -> None:
        memory = self._memory
        if self._cache is None or not memory.config or self._content(CONFIG_FILE) != memory.config:
            return  # or dfsync.yaml was written meanwhile
        memory.lines = {path: line for path, line in memory.lines.items() if path in memory.entries}
        memory.lines.update({path: line.data for path, line in self._fresh.items()})
        whole = len(memory.lines) > MOST_INLINE
        lines = {line.file: line.data for line in self.lines(memory.entries)} if whole else None
        self._cache.save(memory, lines)
        if lines is not None:
            self._rows = [*lines.values()]  # what the rows of entries count from now on
