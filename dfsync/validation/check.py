"""Checks a whole repository: every file is read, every problem is reported, and no problem hides another.

A check is a function of a tree. Each file is checked alone (`file_results`), and then what only shows across files
(`check_repository`). A cache saves this work for what has not changed; the findings are the same with and without it.
What is needed for checking is imported only if there is something to check.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from msgspec import Struct, structs

from dfsync.files.storage.cache_folder import digest
from dfsync.files.storage.stamps import Stamp, stamps
from dfsync.files.storage.tree import Tree, UnreadableFileError, config_data, kinds_of_files
from dfsync.findings import Finding, Findings, Found, arranged
from dfsync.model.kind import Kind
from dfsync.model.place import CONFIG_FILE
from dfsync.runtime.garbage_collector import collector_paused
from dfsync.validation.checks.causes import one_a_cause
from dfsync.validation.checks.near_misses import just_missed
from dfsync.validation.result_cache import FileRow, LastCheck, ResultCache, key_of

if TYPE_CHECKING:
    from dfsync.files.config import ConfigFile
    from dfsync.model.settings import Config
    from dfsync.model.site import Contact, Desired, Site
    from dfsync.runtime.parallel import Count
    from dfsync.validation.checks.file_results import FileResult
    from dfsync.validation.encoding import Decoder
    from dfsync.validation.file_content import FileEntries, FileView

T = TypeVar("T")
_OF_TODAY = ("DF524",)
"""Rules that dfsync.yaml may ask for and that judge by the day: what they find is not remembered."""
_OF_WHOLE_SITES = ("DF524",)
"""Rules that dfsync.yaml may ask for and that see sites with everything that they have."""


class LostResultError(Exception):
    """The cache no longer has the result of a file, or it is broken."""


class Checked(Struct, frozen=True):
    """A repository after the check. `desired` is valid only if no finding is an error.

    `sites`, with the exceptions of their calendars, and `contacts` are in the order of files. They include entries that
    are there twice.
    """

    findings: Findings
    config: Config
    sites: tuple[Site, ...]
    contacts: tuple[Contact, ...]
    desired: Desired


def check(tree: Tree, cache: ResultCache | None = None, count: Count | None = None) -> Checked:
    """Check everything below the root of the tree; `count` is told how many files are checked.

    Raises `ConfigError` if dfsync.yaml can't be read at all.
    """
    with collector_paused(stays=True):
        try:
            return _checked(_Run(tree, cache, count, for_sites=True))
        except LostResultError:  # the cache is broken
            return _checked(_Run(tree, cache, count, for_sites=True, anew=True))


class FindingsCheck(NamedTuple):
    """What is found in a repository, and what is known of its files."""

    findings: Findings
    known: LastCheck


def check_findings(tree: Tree, cache: ResultCache | None = None, count: Count | None = None) -> FindingsCheck:
    """Check everything as `check` does, for callers that need only the findings."""
    with collector_paused(stays=True):
        try:
            run = _Run(tree, cache, count)
            return FindingsCheck(run.findings, run.check)
        except LostResultError:
            run = _Run(tree, cache, count, anew=True)
            return FindingsCheck(run.findings, run.check)


def check_config(tree: Tree) -> tuple[Config, Findings]:
    """Check dfsync.yaml alone. Raises `ConfigError` if it can't be read at all."""
    from dfsync.files.config import read_config
    from dfsync.validation.checks import check_repository

    file = read_config(config_data(tree))
    found = check_repository.check_config(tree, file).findings
    return file.config, Findings(arranged(one_a_cause(found)), 0, 0, 0)


def _checked(run: _Run) -> Checked:
    from dfsync.model.site import Desired
    from dfsync.validation.file_content import whole_sites

    config = run.config.config
    written: list[Site] = []
    contacts: list[Contact] = []
    for _, found in run.entries(run.check.rows, stays=True):
        written += found.sites
        contacts += found.contacts
    sites = tuple(whole_sites(written, config))
    by_key = {contact.key(config.contact_csv.key): contact for contact in contacts}
    by_id = {site.id: site for site in sites}
    desired = Desired(dict(sorted(by_id.items())), dict(sorted(by_key.items())))
    return Checked(run.findings, config, sites, tuple(contacts), desired)


class _Run:
    """One check of a tree. `for_sites` says that `entries` will be asked for; `anew` ignores the cache."""

    def __init__(
        self,
        tree: Tree,
        cache: ResultCache | None,
        count: Count | None,
        *,
        for_sites: bool = False,
        anew: bool = False,
    ) -> None:
        self._tree = tree
        self._cache = cache
        self._count = count
        self._for_sites = for_sites
        self._began_ns = time.time_ns()
        # Read once: what is remembered must be of the very bytes whose digest it is kept under.
        self._config_data = config_data(tree)
        self._config_digest = digest(self._config_data)
        self._last = cache.last(self._config_digest) if cache is not None and not anew else None
        self._fresh: dict[str, FileResult] = {}
        self._fresh_views: dict[str, FileView] = {}

    @cached_property
    def config(self) -> ConfigFile:
        """What dfsync.yaml says."""
        from dfsync.files.config import read_config

        return read_config(self._config_data)

    @cached_property
    def check(self) -> LastCheck:
        """Return the findings. What has not changed since the last check comes from the cache."""
        last = self._last or self._nothing()
        kinds = kinds_of_files(self._tree, *last.patterns)
        stamps = self._stamps(kinds)
        template = _seen(self._tree, last.template)
        if last.holds and stamps == last.stamps and None not in stamps.values() and template == last.template_seen:
            return last
        same = self._same(last, kinds, stamps)
        self._check_files({path: kind for path, kind in kinds.items() if path not in same})
        found = (
            (path, self._fresh[path].found if path in self._fresh else last.found.get(path, Found())) for path in kinds
        )
        unread = [path for path, result in self._fresh.items() if not result.row.key]  # is tried again
        rows = {path: same[path] if path in same else self._fresh[path].row for path in kinds}
        now = replace(
            last,
            template_seen=template,
            paths=kinds.keys(),
            stamps={**stamps, **dict.fromkeys(unread)} if stamps else {},
            read_rows=lambda: rows,
            sites=sum(map(attrgetter("sites"), rows.values())),
            contacts=sum(map(attrgetter("contacts"), rows.values())),
            found={path: told for path, told in found if told.codes},
        )
        now = self._with_repository(last, now, kinds)
        if self._cache is not None and now != last and self._is_config_as_read():
            new = {result.row.key: result.content for result in self._fresh.values() if result.row.key}
            self._cache.save(now, new)
        return now

    @property
    def findings(self) -> Findings:
        """Return all findings, also those about files that the patterns just miss, which are no part of the cache."""
        last = self.check
        found = [*last.repository.findings, *(finding for told in last.found.values() for finding in told.findings)]
        sites, contacts = last.patterns
        missed = list(just_missed(self._tree, (*sites, *contacts), last.paths))
        if missed:
            found += self._levelled(missed)
        return Findings(arranged(one_a_cause(found)), len(last.paths), last.sites, last.contacts)

    def _levelled(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield findings at the level that dfsync.yaml gives them."""
        from dfsync.validation.checks.severity import Levels

        of = Levels(self.config.config.rules).of
        for finding in findings:
            level = of(finding.code, finding.place.file)
            if level is not None:
                yield structs.replace(finding, severity=level)

    def entries(self, rows: Mapping[str, FileRow], *, stays: bool = False) -> Iterator[tuple[str, FileEntries]]:
        """Yield the content of all files, in their order. Raises `LostResultError` if the cache does not have it.

        With `stays` it is for good: results that are not in the cache are given away, and can't be read again.
        """
        from dfsync.validation.encoding import Decoder
        from dfsync.validation.file_content import FileEntries

        take = self._fresh.pop if stays else self._fresh.get
        decoder = Decoder(FileEntries, stays=stays)
        for path, row in rows.items():
            fresh = take(path, None)
            yield path, self._decoded(decoder, 1, path, row, None if fresh is None else fresh.content)

    def _views(self, rows: Mapping[str, FileRow]) -> Iterator[FileView]:
        """Yield what rules across files see of all files, as `entries` does. Views are there for one reader."""
        from dfsync.validation.encoding import Decoder
        from dfsync.validation.file_content import FileView

        decoder = Decoder(FileView)
        for path, row in rows.items():
            fresh = self._fresh_views.pop(path, None)
            yield self._decoded(decoder, 0, path, row) if fresh is None else fresh

    def _decoded(self, decoder: Decoder[T], part: int, path: str, row: FileRow, content: bytes | None = None) -> T:
        """Return a part of the content of a file, 0 is the view, 1 the entries; by default of what the cache has."""
        from dfsync.validation.encoding import SEPARATOR, BrokenDataError

        try:
            content = self._stored[row.key] if content is None else content
            return decoder.decode(content.split(SEPARATOR)[part], path)
        except (LookupError, BrokenDataError) as error:
            raise LostResultError from error

    def _nothing(self) -> LastCheck:
        config = self.config.config
        return LastCheck(self._config_digest, (config.sites, config.contacts), config.contact_csv.template)

    def _with_repository(self, last: LastCheck, now: LastCheck, kinds: Mapping[str, Kind]) -> LastCheck:
        """Add the findings across files: the cached ones if nothing has changed that those rules see."""
        if last.holds and now.sees(last) and self._fresh.keys().isdisjoint(_places(last.repository)):
            return now
        from dfsync.validation.checks import check_repository

        views, entries = self._views(now.rows), partial(self.entries, now.rows)
        repository = check_repository.check_repository(self._tree, self.config, kinds, views, entries, now.codes)
        of_today = any(code in self.config.config.rules for code in _OF_TODAY)
        return replace(now, repository=repository, holds=bool(kinds) and not of_today)

    @cached_property
    def _stored(self) -> Mapping[str, bytes]:
        return self._cache.contents(self._last) if self._cache is not None and self._last is not None else {}

    def _stamps(self, kinds: Mapping[str, Kind]) -> dict[str, Stamp | None]:
        """Return the stamp of each file, if there is a cache for them: taking stamps costs time."""
        return stamps(self._tree, kinds, self._began_ns) if self._cache is not None else {}

    def _same(
        self, last: LastCheck, kinds: Mapping[str, Kind], stamps: Mapping[str, Stamp | None]
    ) -> dict[str, FileRow]:
        """Return the rows of the files whose content is the same."""
        rows, before = last.rows, last.stamps
        same: dict[str, FileRow] = {}
        for path, kind in kinds.items():
            if path in rows:
                row, stamp = rows[path], stamps[path]
                if (stamp is not None and stamp == before[path]) or self._key(path, kind) == row.key:
                    same[path] = row
        return same

    def _key(self, path: str, kind: Kind) -> str | None:
        try:
            return key_of(self._config_digest, kind, path, self._tree.read(path))
        except UnreadableFileError:
            return None

    def _check_files(self, kinds: Mapping[str, Kind]) -> None:
        if not kinds:
            return
        from dfsync.validation.checks import file_results

        config, with_entries = self.config.config, self._with_entries
        kept = None if self._cache is None else self._config_digest
        results = file_results.check_files(self._tree, config, kept, kinds, self._count, with_entries=with_entries)
        for path, result, view in results:
            self._fresh[path], self._fresh_views[path] = result, view

    @cached_property
    def _with_entries(self) -> bool:
        """Whether anybody will ask for the entries of files: the caller, the cache, or a rule that sees whole sites."""
        wanted = self._for_sites or self._cache is not None
        return wanted or any(code in self.config.config.rules for code in _OF_WHOLE_SITES)

    def _is_config_as_read(self) -> bool:
        return _seen(self._tree, CONFIG_FILE) == self._config_digest  # else it was written meanwhile


def _seen(tree: Tree, path: str | None) -> str:
    """Return the digest of a file, or the reason why it can't be read."""
    try:
        return "" if path is None else digest(tree.read(path))
    except UnreadableFileError as error:
        return error.message


def _places(found: Found) -> set[str]:
    return {place.file for each in found.findings for place in (each.place, *(one.place for one in each.related))}
