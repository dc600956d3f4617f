"""The place from which files are read: the work tree, the index, or a revision, all with the same methods.

Before a commit the index is checked, and `diff` compares revisions. Both are read through git without touching the work
tree (`dfsync.files.storage.git.tree`).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from dfsync.errors import ConfigError, DfsyncError
from dfsync.files.storage.glob import any_of, base, leaves_root
from dfsync.files.storage.safe_open import NOT_OURS, lies_below
from dfsync.model.kind import Kind
from dfsync.model.place import CONFIG_FILE

MAX_BYTES = 10_000_000
_CHUNK = 65536
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
LEAVES = "is a link that leaves the repository"
NO_TEXT = "has a name that is not UTF-8; rename it"
"""Plans, receipts and state are JSON, which has no place for such a name."""
_MOST_NAMES = 100_000


class UnreadableFileError(DfsyncError):
    """A file exists and can't be read, or must not be. The message says why, without the path."""


class Tree(Protocol):
    """A set of files below a root. Paths are relative to it, with `/`. Hidden files and folders are left out."""

    def paths(self, patterns: Sequence[str]) -> list[str]:
        """Return the sorted paths that match any of the patterns, and those below which nothing can be read."""

    def read(self, path: str) -> bytes:
        """Return a file's bytes. Raises `UnreadableFileError`."""

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""

    def names(self) -> Iterator[str]:
        """Yield the paths of all files, hidden ones too."""


def config_data(tree: Tree) -> bytes:
    """Return the bytes of dfsync.yaml. Raises `ConfigError` if it can't be read at all."""
    try:
        return tree.read(CONFIG_FILE)
    except UnreadableFileError as error:
        raise ConfigError(f"{CONFIG_FILE} {error.message}", help=error.help) from error


def kinds_of_files(tree: Tree, sites: Sequence[str], contacts: Sequence[str]) -> dict[str, Kind]:
    """Return every file that the patterns of sites and contacts name, sorted; one that both name holds sites."""
    kinds = dict.fromkeys(tree.paths(sites), Kind.SITE)
    also = [path for path in tree.paths(contacts) if path not in kinds]
    return dict(sorted({**kinds, **dict.fromkeys(also, Kind.CONTACT)}.items())) if also else kinds


class WorkTree(Struct, frozen=True, dict=True):
    """The files on disk. Links inside the root are followed. Links that leave it are refused when they are read."""

    root: Path

    @cached_property
    def _inside(self) -> dict[str, bool]:
        return {}

    @cached_property
    def _real_root(self) -> str:
        return os.path.realpath(self.root)

    @cached_property
    def _name(self) -> str:
        return f"{os.fspath(self.root).rstrip('/')}/"

    def paths(self, patterns: Sequence[str]) -> list[str]:
        """Return the sorted paths that match any of the patterns.

        Folders that can't be listed are included, so that reading them fails: their content must not be ignored
        silently.
        """
        return sorted(dict.fromkeys(self._found(patterns)))  # nearly in order already, as a set is not

    def read(self, path: str) -> bytes:
        """Return the bytes of a file. Refused outside the root, for no plain file, and above `MAX_BYTES`."""
        full = f"{self._name}{path}"
        if not is_text(path):
            raise UnreadableFileError(NO_TEXT)
        if leaves_root(path) or not self._is_inside(full.rpartition("/")[0]):
            raise UnreadableFileError(LEAVES)
        try:
            descriptor = self._opened(full)
        except OSError as error:
            raise UnreadableFileError(f"can't be read: {error.strerror}") from error
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableFileError("can't be listed" if stat.S_ISDIR(status.st_mode) else "is not a plain file")
            return _bounded(descriptor, status.st_size)
        except OSError as error:
            raise UnreadableFileError(f"can't be read: {error.strerror}") from error
        finally:
            os.close(descriptor)

    def exists(self, path: str) -> bool:
        """Whether there is such a file on disk."""
        return os.path.isfile(os.path.join(self.root, path))

    def names(self) -> Iterator[str]:
        """Yield the paths of files on disk, hidden ones too, as far as a person would look."""
        seen = 0
        for folder, folders, files in os.walk(self.root):
            folders[:] = sorted(name for name in folders if name not in NOT_OURS)
            seen += len(files) + len(folders)
            if seen > _MOST_NAMES:
                return
            below = os.path.relpath(folder, self.root).replace(os.sep, "/")
            prefix = "" if below == "." else f"{below}/"
            yield from (prefix + name for name in sorted(files))

    def _opened(self, full: str) -> int:
        """Open a file that is no link, or a link that stays inside the root. Raises OSError, `UnreadableFileError`."""
        if _NO_LINK:
            try:
                return os.open(full, _FLAGS | _NO_LINK)
            except OSError:
                if not os.path.islink(full):
                    raise
        if os.path.islink(full) and not self._below_root(os.path.realpath(full)):
            raise UnreadableFileError(LEAVES)
        return os.open(full, _FLAGS)

    def _is_inside(self, folder: str) -> bool:
        """Whether a folder's real place is inside the root; looked up once for all files in it."""
        known = self._inside.get(folder)
        if known is None:
            known = self._inside[folder] = self._below_root(os.path.realpath(folder))
        return known

    def _below_root(self, real: str) -> bool:
        return lies_below(self._real_root, real)

    def _found(self, patterns: Sequence[str]) -> Iterator[str]:
        """Yield the paths that match and the folders that can't be entered, some of them twice."""
        folders: dict[str, list[str]] = {}
        for pattern in patterns:
            if not leaves_root(pattern):
                folders.setdefault(base(pattern), []).append(pattern)
        for folder, wanted in folders.items():
            match = any_of(tuple(wanted)).match
            for below, files in self._walk(folder):
                if files is None:
                    yield below
                    continue
                prefix = f"{below}/" if below else ""
                yield from filter(match, [prefix + name for name in sorted(files)])

    def _walk(self, folder: str) -> Iterator[tuple[str, list[str] | None]]:
        """Yield all folders from one on with what lies in them beside folders, None for one that can't be entered.

        Each real folder is entered once, however many links lead to it, and by its own name if it has one here.
        """
        pending, linked = list[tuple[str, str]](), [folder]
        seen: set[str] = set()
        while pending or linked:
            if pending:
                current, real = pending.pop()
                full = f"{self._name}{current}"
            else:
                current = linked.pop()
                full = os.path.join(self.root, current)
                real = os.path.realpath(full)
            if real in seen:
                continue
            seen.add(real)
            if not self._below_root(real):
                yield current, None
                continue
            try:
                files, folders, links = _listed(full)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError:
                yield current, None
                continue
            prefix = f"{current}/" if current else ""
            pending += [(prefix + name, os.path.join(real, name)) for name in sorted(folders, reverse=True)]
            linked += [prefix + name for name in sorted(links, reverse=True)]
            yield current, files


def _listed(folder: str) -> tuple[list[str], list[str], list[str]]:
    """Return the content of a folder: files (and whatever else is no folder), folders, links to folders.

    Raises OSError.
    """
    files, folders, links = list[str](), list[str](), list[str]()
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name.startswith("."):
                continue
            if entry.is_file(follow_symlinks=False):
                files.append(name)
            elif entry.is_dir(follow_symlinks=False):
                folders.append(name)
            elif os.path.isdir(entry.path):  # also False for links in a circle
                links.append(name)
            else:
                files.append(name)
    return files, folders, links


def is_text(path: str) -> bool:
    """Whether the name of a file is UTF-8: Python makes lone surrogates of all other bytes."""
    try:
        return path.isascii() or bool(path.encode())
    except UnicodeEncodeError:
        return False


def _bounded(descriptor: int, size: int) -> bytes:
    """Return all bytes of an open file, unless there are too many. A file may grow while it is read."""
    chunks: list[bytes] = []
    read = 0
    while read <= MAX_BYTES and size <= MAX_BYTES:
        chunk = os.read(descriptor, _CHUNK)
        chunks.append(chunk)
        read += len(chunk)
        if not chunk or 0 < size <= read:  # a short read is not the end everywhere
            break
    if max(read, size) > MAX_BYTES:
        raise too_large()
    return b"".join(chunks)


def too_large() -> UnreadableFileError:
    """Return the error for a file of more than `MAX_BYTES`."""
    return UnreadableFileError(f"is larger than {MAX_BYTES // 1_000_000} MB")
