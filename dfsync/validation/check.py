"""Checks a whole repository: every file is read, every problem is reported, and no problem hides another.

A check is a function of a tree. Each file is checked alone (`file_results`), and then what only shows across files
(`check_repository`). A cache saves this work for what has not changed; the findings are the same with and without it.
What is needed for checking is imported only if there is something to check.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, structs

from dfsync.files.storage.cache_folder import digest
from dfsync.files.storage.stamps import Stamp, stamps, worth_keeping
from dfsync.files.storage.tree import Tree, UnreadableFileError, config_data, kinds_of_files
from dfsync.findings import Finding, Findings, Found, arranged
from dfsync.model.kind import Kind
from dfsync.model.place import CONFIG_FILE
from dfsync.runtime.garbage_collector import collector_paused
from dfsync.validation.checks.causes import one_a_cause
from dfsync.validation.checks.near_misses import just_missed
from dfsync.validation.result_cache import (
    FileRow,
    LastCheck,
    ResultCache,
    decoded_listing,
    decoded_row,
    encoded_listing,
    encoded_row,
    key_of,
)

if TYPE_CHECKING:
    from dfsync.files.config import ConfigFile
    from dfsync.model.settings import Config
    from dfsync.model.site import Desired, Site
    from dfsync.runtime.parallel import Count
    from dfsync.validation.checks.file_results import FileResult
    from dfsync.validation.file_content import DesiredReader, FileView

_OF_TODAY = ("DF524",)
"""Rules that dfsync.yaml may ask for and that judge by the day: what they find is not remembered."""
_OF_WHOLE_SITES = ("DF524",)
"""Rules that dfsync.yaml may ask for and that see sites with everything that they have."""


class LostResultError(Exception):
    """The cache no longer has the result of a file, or it is broken."""


class Checked(Struct, frozen=True):
    """A repository after the check. `desired` is valid only if no finding is an error."""

    findings: Findings
    config: Config
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
    """What is found in a repository, and a row about each of its files if the caller wants that."""

    findings: Findings
    rows: Mapping[str, FileRow]


def check_findings(
    tree: Tree, cache: ResultCache | None = None, count: Count | None = None, *, with_rows: bool = False
) -> FindingsCheck:
    """Check everything as `check` does, for callers that need only the findings."""
    with collector_paused(stays=True):
        try:
            return _found(_Run(tree, cache, count), with_rows)
        except LostResultError:
            return _found(_Run(tree, cache, count, anew=True), with_rows)


def _found(run: _Run, with_rows: bool) -> FindingsCheck:
    return FindingsCheck(run.findings, run.rows() if with_rows else {})


def check_config(tree: Tree) -> tuple[Config, Findings]:
    """Check dfsync.yaml alone. Raises `ConfigError` if it can't be read at all."""
    from dfsync.files.config import read_config
    from dfsync.validation.checks import check_repository

    file = read_config(config_data(tree))
    found = check_repository.check_config(tree, file).findings
    return file.config, Findings(arranged(one_a_cause(found)), 0, 0, 0)


def _checked(run: _Run) -> Checked:
    return Checked(run.findings, run.config.config, run.desired(last=True))


class _Run:
    """One check of a tree. `for_sites` says that `desired` will be asked for; `anew` ignores the cache."""

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
        self._anew = anew
        self._fresh: dict[str, FileResult] = {}
        self._fresh_views: deque[FileView] = deque()
        self._new: dict[str, FileRow] = {}

    @cached_property
    def _last(self) -> LastCheck:
        """The last check, or one of nothing."""
        last = self._cache.last(self._config_digest) if self._cache is not None and not self._anew else None
        if last is not None:
            return last
        config = self.config.config
        return LastCheck(self._config_digest, (config.sites, config.contacts), config.contact_csv.template)

    @cached_property
    def _before(self) -> Mapping[str, bytes]:
        """The rows of the files of the last check. Raises `LostResultError`."""
        if self._cache is None or not self._last.files:
            return {}
        rows = self._cache.rows(self._last, self._stamps_before)
        if len(rows) != self._last.files:
            raise LostResultError
        return rows

    @cached_property
    def _stamps_before(self) -> Mapping[str, Stamp | None]:
        return self._stamps if self._is_listed else decoded_listing(self._last.listing)

    @cached_property
    def _kinds(self) -> Mapping[str, Kind]:
        return kinds_of_files(self._tree, *self._last.patterns)

    @cached_property
    def _stamps(self) -> Mapping[str, Stamp | None]:
        """The stamp of each file, if there is a cache for them: taking stamps costs time."""
        return stamps(self._tree, self._kinds) if self._cache is not None else {}

    @cached_property
    def config(self) -> ConfigFile:
        """What dfsync.yaml says."""
        from dfsync.files.config import read_config

        return read_config(self._config_data)

    @cached_property
    def check(self) -> LastCheck:
        """Return what is found. What has not changed since the last check comes from the cache."""
        last = self._last
        template = _seen(self._tree, last.template)
        if last.holds and template == last.template_seen and self._is_listed:
            return last
        same = self._same()
        self._check_files({path: kind for path, kind in self._kinds.items() if path not in same})
        self._new = {path: result.row for path, result in self._fresh.items()}
        gone = [_decoded(row) for path, row in self._before.items() if path not in same]
        found = {path: told for path, told in last.found.items() if path in same}
        found.update((path, result.found) for path, result in self._fresh.items() if result.found.codes)
        now = structs.replace(
            last,
            template_seen=template,
            listing=encoded_listing(self._kept_stamps()),
            files=len(self._kinds),
            sites=last.sites + sum(row.sites for row in self._new.values()) - sum(row.sites for row in gone),
            contacts=last.contacts
            + sum(row.contacts for row in self._new.values())
            - sum(row.contacts for row in gone),
            found=found,
        )
        now = self._with_repository(now)
        if self._cache is not None and now.listing and now != last and self._is_config_as_read():
            rows = [same[path] if path in same else encoded_row(self._new[path]) for path in self._kinds]
            new = {result.row.key: result.content for result in self._fresh.values() if result.row.key}
            self._cache.save(now, rows, new)
        return now

    def rows(self) -> dict[str, FileRow]:
        """Return the rows of all files, in their order."""
        return {path: self._row(path) for path in self._kinds}

    def _row(self, path: str) -> FileRow:
        return self._new[path] if path in self._new else _decoded(self._before[path])

    @property
    def findings(self) -> Findings:
        """Return all findings, also those about files that the patterns just miss, which are no part of the cache."""
        last = self.check
        found = [*last.repository.findings, *(finding for told in last.found.values() for finding in told.findings)]
        sites, contacts = last.patterns
        missed = list(just_missed(self._tree, (*sites, *contacts), self._kinds.keys()))
        if missed:
            found += self._levelled(missed)
        return Findings(arranged(one_a_cause(found)), last.files, last.sites, last.contacts)

    def _levelled(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield findings at the level that dfsync.yaml gives them."""
        from dfsync.validation.checks.severity import Levels

        of = Levels(self.config.config.rules).of
        for finding in findings:
            level = of(finding.code, finding.place.file)
            if level is not None:
                yield structs.replace(finding, severity=level)

    def desired(self, *, last: bool = False) -> Desired:
        """Return what all files say. Raises `LostResultError` if the cache does not have it.

        If it is the `last` time that results are read, they are given away one by one, to save memory.
        """
        from dfsync.validation.encoding import SEPARATOR
        from dfsync.validation.file_content import DesiredReader

        reader = self._read_at_once
        if reader is None:
            reader = DesiredReader(self.config.config)
            with _told_as_lost():
                for path in self._kinds:
                    fresh = self._fresh.pop(path, None) if last else self._fresh.get(path)
                    content = self._content(path, last=last) if fresh is None else fresh.content
                    reader.read(content.split(SEPARATOR)[1:], path)
        return reader.desired()

    @cached_property
    def _read_at_once(self) -> DesiredReader | None:
        """What reads results as they come from other processes, where nobody else needs them encoded."""
        from dfsync.validation.file_content import DesiredReader

        return DesiredReader(self.config.config) if self._with_entries and self._cache is None else None

    def _views(self) -> Iterator[FileView]:
        """Yield what rules across files see of all files, as `desired` does. Views are there for one reader."""
        from dfsync.validation.encoding import SEPARATOR, Decoder
        from dfsync.validation.file_content import FileView

        decode = Decoder(FileView).decode
        with _told_as_lost():
            for path in self._kinds:
                if path in self._fresh:
                    yield self._fresh_views.popleft()
                else:
                    view, _ = self._content(path).split(SEPARATOR, 1)
                    yield decode(view, path)

    def _content(self, path: str, *, last: bool = False) -> bytes:
        """Return what the cache has of a file: its view and its entries, encoded."""
        key = self._row(path).key
        return self._stored.pop(key) if last else self._stored[key]

    def _with_repository(self, now: LastCheck) -> LastCheck:
        """Add the findings across files: the cached ones if nothing has changed that those rules see."""
        last = self._last
        if last.holds and self._sees_the_same(now) and self._fresh.keys().isdisjoint(_places(last.repository)):
            return now
        from dfsync.validation.checks import check_repository

        def whole_sites() -> Iterable[Site]:
            return self.desired().sites.values()

        repository = check_repository.check_repository(
            self._tree, self.config, self._kinds, self._views(), whole_sites, now.codes
        )
        of_today = any(code in self.config.config.rules for code in _OF_TODAY)
        return structs.replace(now, repository=repository, holds=bool(self._kinds) and not of_today)

    def _sees_the_same(self, now: LastCheck) -> bool:
        """Whether rules across files see the same as in the last check."""
        last, before = self._last, self._before
        return (
            now.template_seen == last.template_seen
            and self._kinds.keys() == before.keys()
            and all(row.view == _decoded(before[path]).view for path, row in self._new.items())
            and now.codes == last.codes
        )

    @cached_property
    def _stored(self) -> dict[str, bytes]:
        return self._cache.contents(self._last) if self._cache is not None else {}

    @cached_property
    def _is_listed(self) -> bool:
        """Whether the last check saw the same files, by their stamps."""
        stamps = self._stamps
        return None not in stamps.values() and encoded_listing(stamps) == self._last.listing

    def _kept_stamps(self) -> dict[str, Stamp | None]:
        """Return what tells the next check whether a file has changed. A file that could not be read is tried again."""
        unread = {path for path, row in self._new.items() if not row.key}
        return {
            path: None if path in unread else worth_keeping(stamp, self._began_ns)
            for path, stamp in self._stamps.items()
        }

    def _same(self) -> dict[str, bytes]:
        """Return the rows of the files whose content is the same."""
        before, stamps, stamps_before = self._before, self._stamps, self._stamps_before
        same: dict[str, bytes] = {}
        for path, kind in self._kinds.items():
            if path in before:
                row, stamp = before[path], stamps[path]
                is_at_rest = stamp is not None and stamp == stamps_before[path]
                if is_at_rest or self._key(path, kind) == _decoded(row).key:
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
        from dfsync.validation.encoding import SEPARATOR

        config, with_entries = self.config.config, self._with_entries
        kept = None if self._cache is None else self._config_digest
        results = file_results.check_files(self._tree, config, kept, kinds, self._count, with_entries=with_entries)
        for path, result, view, entries in results:
            self._fresh[path] = result
            self._fresh_views.append(view)
            if self._read_at_once is not None:
                self._read_at_once.read(entries.split(SEPARATOR), path)

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


@contextmanager
def _told_as_lost() -> Iterator[None]:
    """Raise `LostResultError` for what the cache has not, or has in another shape."""
    from dfsync.validation.encoding import BrokenDataError

    try:
        yield
    except (LookupError, ValueError, BrokenDataError) as error:
        raise LostResultError from error


def _decoded(row: bytes) -> FileRow:
    """Decode a row of the cache. Raises `LostResultError`."""
    try:
        return decoded_row(row)
    except (ValueError, TypeError) as error:
        raise LostResultError from error


def _places(found: Found) -> set[str]:
    return {place.file for each in found.findings for place in (each.place, *(one.place for one in each.related))}
