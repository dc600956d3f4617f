"""The files of a revision or of the index, as git stores them."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

from msgspec import Struct

from dfsync.files.storage.git.commands import LONGEST_S, answer, environment, git, resolve, start
from dfsync.files.storage.git.listing import CONFLICT, SUBMODULE, GitListing
from dfsync.files.storage.git.process import BlobReader, end
from dfsync.files.storage.tree import MAX_BYTES, UnreadableFileError, too_large

_LINK, _SUBMODULE, _FILES = "120000", "160000", ("100644", "100755", "100664")  # the last is from old versions of git
_UNREADABLE = "can't be read from git"
_INDEX = ("ls-files", "--stage", "-z")
_ROW = re.compile(r"([0-9]+) (\w+) (\w+)\t([^\0]+)\0", re.ASCII)


class GitTree(Struct, frozen=True, dict=True):
    """The files of a revision, or of the index if `revision` is None. A context manager that ends its git processes.

    Links are followed as in the work tree: inside the root, a file by each of its names, a folder once.
    """

    root: Path
    revision: str | None = None

    @cached_property
    def _readers(self) -> dict[int, BlobReader]:
        return {}

    @cached_property
    def _listing(self) -> dict[int, subprocess.Popen[bytes]]:
        return {}

    def __enter__(self) -> Self:
        """Let git list the index and open its blobs while the caller does something else. Raises `InputError`."""
        if self.revision is None:
            self._listing[os.getpid()] = start(self.root, *_INDEX)
            self._reader()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def paths(self, patterns: Sequence[str]) -> list[str]:
        """Return the sorted paths that match any of the patterns, and those below which nothing can be read."""
        return sorted(self._stored.found(patterns))

    def blobs(self, paths: Iterable[str]) -> dict[str, str | None]:
        """Return the names of the blobs of files; None for a file that can't be read."""
        return self._stored.blobs(paths)

    def read(self, path: str) -> bytes:
        """Return a file's bytes. Raises `UnreadableFileError`."""
        found = self._stored.blob(path)
        if found is None:
            if self.revision:
                raise UnreadableFileError("is not in this revision")
            raise UnreadableFileError("is not in the index", help="git add puts it there")
        return self._blob(found)

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        try:
            return self._stored.blob(path) is not None
        except UnreadableFileError:
            return True

    def names(self) -> Iterator[str]:
        """Yield the paths of all files, hidden ones too."""
        stored = self._stored
        return itertools.chain(stored.files, stored.links, stored.refused)

    def close(self) -> None:
        """End the git processes."""
        if (reader := self._readers.pop(os.getpid(), None)) is not None:
            reader.close()
        if (listing := self._listing.pop(os.getpid(), None)) is not None:
            end(listing)

    @cached_property
    def _stored(self) -> GitListing:
        files, links, refused = dict[str, str](), dict[str, str](), dict[str, str]()
        for mode, blob, stage, path in self._rows():
            if stage != "0":
                refused[path] = CONFLICT
            elif mode in _FILES:
                files[path] = blob
            elif mode == _LINK:
                try:
                    links[path] = self._blob(blob).decode("utf-8", "surrogateescape")
                except UnreadableFileError as error:
                    refused[path] = error.message
            elif mode == _SUBMODULE:
                refused[path] = SUBMODULE
        for path in refused:
            files.pop(path, None)
        return GitListing(files, links, refused)

    def _rows(self) -> Iterable[tuple[str, str, str, str]]:
        """Return mode, blob, stage and path of everything below the root."""
        if self.revision is None:
            started = self._listing.pop(os.getpid(), None)
            listing = answer(started or start(self.root, *_INDEX), _INDEX[0])
        else:
            listing = git(self.root, "ls-tree", "-r", "-z", resolve(self.root, self.revision))
        rows = _ROW.findall(listing.decode("utf-8", "surrogateescape"))
        return rows if self.revision is None else ((mode, blob, "0", path) for mode, _, blob, path in rows)

    def _blob(self, blob: str) -> bytes:
        """Return a blob. Raises `UnreadableFileError`."""
        reader = self._reader()
        try:
            data = reader.read(blob, MAX_BYTES)
        except (OSError, ValueError) as error:
            self._readers.pop(os.getpid()).close()
            raise (too_large() if isinstance(error, ValueError) else UnreadableFileError(_UNREADABLE)) from error
        if data is None:
            raise UnreadableFileError(_UNREADABLE)
        return data

    def _reader(self) -> BlobReader:
        """Return the git process that reads blobs, which stays open; a forked process has one of its own."""
        pid = os.getpid()
        if pid not in self._readers:
            self._readers[pid] = BlobReader(self.root, environment(), LONGEST_S)
        return self._readers[pid]
