"""The files of a tree, and what the last check stored about them.

A file is the same as in the last check if its stamp is, or else its content. Nothing is read before it is asked for: if
no file has changed, the list of files with their stamps says so.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from functools import cached_property

from dfsync.files.storage.stamps import Stamp, stamps, worth_keeping
from dfsync.files.storage.tree import Tree, UnreadableFileError, kinds_of_files
from dfsync.model.kind import Kind
from dfsync.validation.results.result_cache import (
    FileRow,
    LastCheck,
    ResultCache,
    decoded_listing,
    decoded_row,
    encoded_listing,
    key_of,
)


class LostResultError(Exception):
    """The cache no longer has the result of a file, or it is broken."""


class KnownFiles:
    """The files of a tree beside the last check, which may be one of nothing. `cache` is None if nothing is stored."""

    def __init__(self, tree: Tree, cache: ResultCache | None, last: LastCheck) -> None:
        self._tree = tree
        self._cache = cache
        self._last = last
        self._began_ns = time.time_ns()

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """The paths of the files, in their order, and what each holds."""
        return kinds_of_files(self._tree, *self._last.patterns)

    @cached_property
    def rows(self) -> Mapping[str, bytes]:
        """The rows of the files that the last check saw, encoded. Raises `LostResultError`."""
        if self._cache is None or not self._last.files:
            return {}
        rows = self._cache.rows(self._last, self._stamps_before)
        if len(rows) != self._last.files:
            raise LostResultError
        return rows

    @cached_property
    def contents(self) -> dict[str, bytes]:
        """The stored content of files by the keys of their rows."""
        return self._cache.contents(self._last) if self._cache is not None else {}

    @cached_property
    def are_listed(self) -> bool:
        """Whether the last check saw the same files, by their stamps."""
        return None not in self._stamps.values() and encoded_listing(self._stamps) == self._last.listing

    def same(self) -> dict[str, bytes]:
        """Return the rows of the files whose content is the same."""
        rows, stamps, before = self.rows, self._stamps, self._stamps_before
        same: dict[str, bytes] = {}
        for path, kind in self.kinds.items():
            if path in rows:
                row, stamp = rows[path], stamps[path]
                is_at_rest = stamp is not None and stamp == before[path]
                if is_at_rest or self._key(path, kind) == read_row(row).key:
                    same[path] = row
        return same

    def listing(self, unread: Collection[str]) -> bytes:
        """Return what tells the next check whether a file has changed. A file that could not be read is tried again."""
        return encoded_listing(
            {
                path: None if path in unread else worth_keeping(stamp, self._began_ns)
                for path, stamp in self._stamps.items()
            }
        )

    @cached_property
    def _stamps(self) -> Mapping[str, Stamp | None]:
        """The stamp of each file, if there is a cache for them: taking stamps costs time."""
        return stamps(self._tree, self.kinds) if self._cache is not None else {}

    @cached_property
    def _stamps_before(self) -> Mapping[str, Stamp | None]:
        return self._stamps if self.are_listed else decoded_listing(self._last.listing)

    def _key(self, path: str, kind: Kind) -> str | None:
        try:
            return key_of(self._last.config, kind, path, self._tree.read(path))
        except UnreadableFileError:
            return None


def read_row(row: bytes) -> FileRow:
    """Decode a row of the cache. Raises `LostResultError`."""
    try:
        return decoded_row(row)
    except (ValueError, TypeError) as error:
        raise LostResultError from error
