"""Checks many files: each alone, on all cores, and each result is encoded at once.

A result stays encoded until somebody needs it. This is also how it comes from another process, and how it is cached.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import msgspec
import orjson
from msgspec import Struct
from msgspec.structs import replace

from dfsync.files.resolve import Resolver
from dfsync.files.storage.cache_folder import digest_of
from dfsync.files.storage.stamps import sizes
from dfsync.files.storage.tree import Tree, UnreadableFileError
from dfsync.files.yaml.parse import parse
from dfsync.findings import Found
from dfsync.model.exception_days import ExceptionOrigin
from dfsync.model.kind import Kind
from dfsync.model.masking import mask_contact
from dfsync.model.place import Place
from dfsync.model.settings import Config
from dfsync.model.site import Site
from dfsync.runtime.parallel import Count, spread
from dfsync.validation.checks.check_file import FileFacts, check_file, unreadable
from dfsync.validation.checks.finding_places import Places, located
from dfsync.validation.checks.severity import Levels
from dfsync.validation.encoding import SEPARATOR, Decoder, encode
from dfsync.validation.results.file_content import FileView, encode_entries
from dfsync.validation.results.result_cache import FileResult, FileRow, key_of
from dfsync.validation.rule import SharedSite

_NOTHING = b"null"
_TOGETHER = 16 * 1024
"""The bytes of files that go through each step together: the code of a step stays in the processor's cache."""


def check_files(
    tree: Tree,
    config: Config,
    kept_under: str | None,
    kinds: Mapping[str, Kind],
    count: Count | None = None,
    *,
    with_entries: bool = True,
) -> Iterator[tuple[str, FileResult, FileView, bytes]]:
    """Check files, with the help of other processes if there is enough to do.

    Yields the result, the view and the encoded entries of each. `count` is told how far it is. `kept_under` is the
    digest of dfsync.yaml if the results are kept.
    """
    checker = _Checker(tree, config, kept_under, kinds, with_entries)
    paths = list(kinds)
    lines = spread(checker.lines, paths, sizes(tree, paths), count)
    found, nothing = Decoder(Found), Found()
    views = Decoder(FileView)
    same: dict[bytes, FileResult] = {}  # where nothing is kept or found, nearly all results are equal
    for path, line in zip(paths, lines, strict=True):
        written, told, seen, entries = line.split(SEPARATOR, 3)
        result = same.get(written) if told == _NOTHING else None
        if result is None:
            row = FileRow(*orjson.loads(written))
            content = SEPARATOR.join((seen, entries)) if kept_under else b""
            result = FileResult(row, nothing if told == _NOTHING else found.decode(told, path), content)
            if result == FileResult(row, nothing):
                same[written] = result
        yield path, result, views.decode(seen, path), entries


def _shared(site: Site) -> SharedSite:
    """Return what rules across files see of a site; it does not say in which file it is."""
    own = [each for each in site.exceptions if each.origin is not ExceptionOrigin.DEFAULT]
    days = tuple([(each.date.toordinal(), each.last.toordinal()) for each in own])
    week = None if site.week is None else site.week.text
    return SharedSite(Place("", site.place.pointer), site.id, site.internal_id, site.groups, week, days)


class _Checker(Struct, frozen=True, dict=True):
    """Checks files one by one. What it needs for all of them is made once."""

    tree: Tree
    config: Config
    kept_under: str | None
    kinds: Mapping[str, Kind]
    with_entries: bool

    @cached_property
    def _resolver(self) -> Resolver:
        return Resolver(self.config.defaults, self.config.hours_profiles)

    @cached_property
    def _levels(self) -> Levels:
        return Levels(self.config.rules)

    def lines(self, files: Iterable[str]) -> Iterator[bytes]:
        """Yield the result of each file as a line: row, findings, view and entries."""
        together: dict[str, bytes | UnreadableFileError] = {}
        size = 0
        for file in files:
            try:
                together[file] = data = self.tree.read(file)
                size += len(data)
            except UnreadableFileError as error:
                together[file] = error
            if size >= _TOGETHER:
                yield from self._checked(together)
                together, size = {}, 0
        yield from self._checked(together)

    def _checked(self, together: Mapping[str, bytes | UnreadableFileError]) -> list[bytes]:
        parsed = {file: parse(data) for file, data in together.items() if isinstance(data, bytes)}
        facts = [
            check_file(data, file, self.kinds[file], parsed[file], self._resolver, self.config)
            if isinstance(data, bytes)
            else unreadable(file, data)
            for file, data in together.items()
        ]
        return [self._line(of_file, together[of_file.file]) for of_file in facts]

    def _line(self, facts: FileFacts, data: bytes | UnreadableFileError) -> bytes:
        file = facts.file
        kind, sites, contacts = self.kinds[file], tuple(facts.sites), tuple(facts.contacts)
        without_lines = tuple([replace(each, place=Place("", each.place.pointer), line=0) for each in contacts])
        view = FileView(tuple(map(_shared, sites)), without_lines, tuple(sorted(facts.profiles)), facts.complete)
        seen = msgspec.json.encode(view)
        key = view_digest = ""
        if self.kept_under is not None and isinstance(data, bytes):
            key, view_digest = key_of(self.kept_under, kind, file, data), digest_of((kind.encode(), seen))
        row = orjson.dumps((key, view_digest, len(sites), len(contacts)))
        found = encode(self._located(facts), file) if facts.findings else _NOTHING
        entries = encode_entries(sites, contacts, file) if self.with_entries else b""
        return SEPARATOR.join((row, found, seen, entries))

    def _located(self, facts: FileFacts) -> Found:
        key = self.config.contact_csv.key
        ids = {(facts.file, one.place.pointer): mask_contact(one.key(key), one.site) for one in facts.contacts}
        ids.update({(facts.file, site.place.pointer): site.id for site in facts.sites})
        return located(facts.findings, Places(self.tree, self.config, ids), self._levels.of)
