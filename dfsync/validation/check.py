"""Checks a whole repository: every file is read, every problem is reported, and no problem hides another.

A check is a function of a tree. Each file is checked alone (`file_results`), and then what only shows across files
(`check_repository`). A cache saves this work for what has not changed; the findings are the same with and without it.
What is needed for checking is imported only if there is something to check.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, structs

from dfsync.files.storage.cache_folder import digest
from dfsync.files.storage.tree import Tree, UnreadableFileError, config_data
from dfsync.findings import Finding, Findings, Found, arranged
from dfsync.model.kind import Kind
from dfsync.model.place import CONFIG_FILE
from dfsync.runtime.garbage_collector import collector_paused
from dfsync.validation.checks.causes import one_a_cause
from dfsync.validation.checks.near_misses import just_missed
from dfsync.validation.results.all_results import Results
from dfsync.validation.results.known_files import KnownFiles, LostResultError, read_row
from dfsync.validation.results.result_cache import FileRow, LastCheck, ResultCache, encoded_row

if TYPE_CHECKING:
    from dfsync.files.config import ConfigFile
    from dfsync.model.settings import Config
    from dfsync.model.site import Desired, Site
    from dfsync.runtime.parallel import Count

_OF_TODAY = ("DF524",)
"""Rules that dfsync.yaml may ask for and that judge by the day: what they find is not remembered."""
_OF_WHOLE_SITES = ("DF524",)
"""Rules that dfsync.yaml may ask for and that see sites with everything that they have."""


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
    return FindingsCheck(run.findings, run.results.rows() if with_rows else {})


def check_config(tree: Tree) -> tuple[Config, Findings]:
    """Check dfsync.yaml alone. Raises `ConfigError` if it can't be read at all."""
    from dfsync.files.config import read_config
    from dfsync.validation.checks import check_repository

    file = read_config(config_data(tree))
    found = check_repository.check_config(tree, file).findings
    return file.config, Findings(arranged(one_a_cause(found)), 0, 0, 0)


def _checked(run: _Run) -> Checked:
    return Checked(run.findings, run.config.config, run.results.desired(run.config.config, last=True))


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
        # Read once: what is remembered must be of the very bytes whose digest it is kept under.
        self._config_data = config_data(tree)
        self._config_digest = digest(self._config_data)
        self._last = (None if cache is None or anew else cache.last(self._config_digest)) or self._check_of_nothing()
        self._files = KnownFiles(tree, cache, self._last)

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
        if last.holds and template == last.template_seen and self._files.are_listed:
            return last
        same = self._files.same()
        self._check_files({path: kind for path, kind in self._files.kinds.items() if path not in same})
        now = self._with_repository(self._with_files(structs.replace(last, template_seen=template), same))
        if self._cache is not None and now.listing and now != last and self._is_config_as_read():
            fresh = self.results.fresh
            encoded = [same[path] if path in same else encoded_row(fresh[path].row) for path in self._files.kinds]
            new = {result.row.key: result.content for result in fresh.values() if result.row.key}
            self._cache.save(now, encoded, new)
        return now

    @cached_property
    def results(self) -> Results:
        """The results of all files."""
        if not self._with_entries or self._cache is not None:
            return Results(self._files)
        from dfsync.validation.results.file_content import DesiredReader

        return Results(self._files, DesiredReader(self.config.config))

    @property
    def findings(self) -> Findings:
        """Return all findings, also those about files that the patterns just miss, which are no part of the cache."""
        last = self.check
        found = [*last.repository.findings, *(finding for told in last.found.values() for finding in told.findings)]
        sites, contacts = last.patterns
        missed = list(just_missed(self._tree, (*sites, *contacts), self._files.kinds.keys()))
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

    def _check_of_nothing(self) -> LastCheck:
        config = self.config.config
        return LastCheck(self._config_digest, (config.sites, config.contacts), config.contact_csv.template)

    def _check_files(self, kinds: Mapping[str, Kind]) -> None:
        if not kinds:
            return
        from dfsync.validation.checks import file_results

        config, with_entries = self.config.config, self._with_entries
        kept = None if self._cache is None else self._config_digest
        checked = file_results.check_files(self._tree, config, kept, kinds, self._count, with_entries=with_entries)
        for path, result, view, entries in checked:
            self.results.add(path, result, view, entries)

    @cached_property
    def _with_entries(self) -> bool:
        """Whether anybody will ask for the entries of files: the caller, the cache, or a rule that sees whole sites."""
        wanted = self._for_sites or self._cache is not None
        return wanted or any(code in self.config.config.rules for code in _OF_WHOLE_SITES)

    def _with_files(self, last: LastCheck, same: Mapping[str, bytes]) -> LastCheck:
        """Return the last check with the files of now: their list, their number, and what was found in them."""
        fresh = self.results.fresh
        new = [result.row for result in fresh.values()]
        gone = [read_row(row) for path, row in self._files.rows.items() if path not in same]
        found = {path: told for path, told in last.found.items() if path in same}
        found.update((path, result.found) for path, result in fresh.items() if result.found.codes)
        return structs.replace(
            last,
            listing=self._files.listing({path for path, result in fresh.items() if not result.row.key}),
            files=len(self._files.kinds),
            sites=last.sites + sum(row.sites for row in new) - sum(row.sites for row in gone),
            contacts=last.contacts + sum(row.contacts for row in new) - sum(row.contacts for row in gone),
            found=found,
        )

    def _with_repository(self, now: LastCheck) -> LastCheck:
        """Add the findings across files: the cached ones if nothing has changed that those rules see."""
        last = self._last
        places = _places(last.repository)
        if last.holds and self._sees_the_same(now) and self.results.fresh.keys().isdisjoint(places):
            return now
        from dfsync.validation.checks import check_repository

        def whole_sites() -> Iterable[Site]:
            return self.results.desired(self.config.config).sites.values()

        repository = check_repository.check_repository(
            self._tree, self.config, self._files.kinds, self.results.views(), whole_sites, now.codes
        )
        of_today = any(code in self.config.config.rules for code in _OF_TODAY)
        return structs.replace(now, repository=repository, holds=bool(self._files.kinds) and not of_today)

    def _sees_the_same(self, now: LastCheck) -> bool:
        """Whether rules across files see the same as in the last check."""
        last, rows = self._last, self._files.rows
        return (
            now.template_seen == last.template_seen
            and self._files.kinds.keys() == rows.keys()
            and all(result.row.view == read_row(rows[path]).view for path, result in self.results.fresh.items())
            and now.codes == last.codes
        )

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
