"""Where files are read from: the work tree, the index, or a revision, all through one face.

What is judged before a commit is the index, what `diff` compares are revisions; both are read through git without
touching the work tree.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Protocol, cast

from dfsync.errors import DfsyncError, InputError
from dfsync.files.glob import base, matches

MAX_BYTES = 10_000_000


class UnreadableFileError(DfsyncError):
    """A file that exists and can't be read, or must not be; the message says why, without the path."""


class Tree(Protocol):
    """A set of files below a root. Paths are relative to it, with `/`."""

    def paths(self, patterns: Sequence[str]) -> list[str]:
        """Return the sorted paths that match any of the patterns."""

    def read(self, path: str) -> bytes:
        """Return a file's bytes. Raises `UnreadableFileError`."""

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""


@dataclass(frozen=True)
class WorkTree:
    """The files on disk. Links inside the root are followed, links that leave it are refused when read."""

    root: Path

    @cached_property
    def _real_root(self) -> str:
        return os.path.realpath(self.root)

    def paths(self, patterns: Sequence[str]) -> list[str]:
        """Return the sorted paths that match any of the patterns; hidden folders are left out."""
        found: set[str] = set()
        folders: dict[str, list[str]] = {}
        for pattern in patterns:
            folders.setdefault(base(pattern), []).append(pattern)
        for folder, of_folder in folders.items():
            found.update(path for path in self._walk(folder) if any(matches(path, pattern) for pattern in of_folder))
        return sorted(found)

    def read(self, path: str) -> bytes:
        """Return a file's bytes; refused when it leaves the root, is no plain file, or is larger than `MAX_BYTES`."""
        full = os.path.join(self.root, path)
        try:
            descriptor = os.open(full, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        except OSError as error:
            raise UnreadableFileError(f"can't be read: {error.strerror}") from error
        try:
            status = os.fstat(descriptor)
            if os.path.islink(full) or "/" in path:
                self._inside(full)
            if (status.st_mode & 0o170000) != 0o100000:
                raise UnreadableFileError("is not a plain file")
            if status.st_size > MAX_BYTES:
                raise UnreadableFileError(f"is larger than {MAX_BYTES // 1_000_000} MB")
            chunks = []
            while chunk := os.read(descriptor, 65536):
                chunks.append(chunk)
            return b"".join(chunks)
        finally:
            os.close(descriptor)

    def exists(self, path: str) -> bool:
        """Whether there is such a file on disk."""
        return os.path.isfile(os.path.join(self.root, path))

    def _inside(self, full: str) -> None:
        real = os.path.realpath(full)
        if real != self._real_root and not real.startswith(self._real_root + os.sep):
            raise UnreadableFileError("is a link that leaves the repository")

    def _walk(self, folder: str) -> Iterator[str]:
        """Yield all files below a folder; a linked folder that leaves the root is yielded itself, to be refused."""
        pending = [folder]
        seen: set[str] = set()
        while pending:
            current = pending.pop()
            try:
                entries = list(os.scandir(os.path.join(self.root, current)))
            except OSError:
                continue
            prefix = f"{current}/" if current else ""
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                path = prefix + entry.name
                if entry.is_symlink():
                    real = os.path.realpath(entry.path)
                    if os.path.isdir(real) and real not in seen and real.startswith(self._real_root + os.sep):
                        seen.add(real)
                        pending.append(path)
                        continue
                    yield path
                elif entry.is_dir():
                    pending.append(path)
                else:
                    yield path


@dataclass
class GitTree:
    """The files of a revision, or of the index when `revision` is None, as git stores them."""

    root: Path
    revision: str | None = None
    _batch: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @cached_property
    def _blobs(self) -> dict[str, str]:
        if self.revision is None:
            listing = git(self.root, "ls-files", "--stage", "-z")
            rows = (row.split("\t", 1) for row in listing.decode("utf-8", "surrogateescape").split("\0") if row)
            return {path: meta.split(" ")[1] for meta, path in rows if meta.startswith("100") and meta.endswith(" 0")}
        commit = resolve(self.root, self.revision)
        listing = git(self.root, "ls-tree", "-r", "-z", commit)
        rows = (row.split("\t", 1) for row in listing.decode("utf-8", "surrogateescape").split("\0") if row)
        return {path: meta.split(" ")[2] for meta, path in rows if meta.startswith("100")}

    def paths(self, patterns: Sequence[str]) -> list[str]:
        """Return the sorted paths that match any of the patterns."""
        return sorted(path for path in self._blobs if any(matches(path, pattern) for pattern in patterns))

    def read(self, path: str) -> bytes:
        """Return a file's bytes through one `git cat-file --batch` that stays open."""
        if path not in self._blobs:
            raise UnreadableFileError("is not in this revision")
        if self._batch is None:
            self._batch = subprocess.Popen(
                ["git", "-C", str(self.root), "cat-file", "--batch"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        writer, reader = cast(IO[bytes], self._batch.stdin), cast(IO[bytes], self._batch.stdout)
        writer.write(self._blobs[path].encode() + b"\n")
        writer.flush()
        header = reader.readline().split()
        if len(header) != 3:
            raise UnreadableFileError("can't be read from git")
        data = reader.read(int(header[2]))
        reader.read(1)
        if len(data) > MAX_BYTES:
            raise UnreadableFileError(f"is larger than {MAX_BYTES // 1_000_000} MB")
        return data

    def exists(self, path: str) -> bool:
        """Whether the revision has such a file."""
        return path in self._blobs

    def close(self) -> None:
        """End the reader process."""
        if self._batch is not None:
            self._batch.communicate()
            self._batch = None


def git(root: Path, *arguments: str) -> bytes:
    """Run git in `root` and return what it prints. Raises `InputError` with git's own words."""
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except FileNotFoundError as error:
        raise InputError("git is not installed", help="install git, or run without options that need it") from error
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise InputError(f"git {arguments[0]} failed: {words[-1] if words else 'no message'}")
    return done.stdout


def resolve(root: Path, revision: str) -> str:
    """Return the commit that a revision names. Raises `InputError` when there is none."""
    try:
        return (
            git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
        )
    except InputError as error:
        raise InputError(
            f"{revision!r} names no commit", help="name a branch, a tag or a commit that is fetched"
        ) from error
