"""The files of a revision or of the index, as git stores them, and the few questions that git is asked."""

from __future__ import annotations

import os
import posixpath
import re
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Self, cast

from dfsync.errors import InputError
from dfsync.files.glob import base, compiled, leaves_root
from dfsync.files.tree import LEAVES, MAX_BYTES, Stamp, UnreadableFileError, too_large

_LINK = "120000"
_FILE = "100"
_MOST_LINKS = 10
_ROW = re.compile(r"([0-9]+) (\w+) (\w+)\t([^\0]+)\0", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Stored:
    """What git stores below the root: blobs by path, links' blobs by path, paths that can't be read and why."""

    files: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


@dataclass
class GitTree:
    """The files of a revision, or of the index when `revision` is None; a context manager that ends its git process.

    Links are followed as in the work tree: inside the root, a file by each of its names, a folder once.
    """

    root: Path
    revision: str | None = None
    _readers: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict, init=False, repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def paths(self, patterns: Sequence[str]) -> list[str]:
        """Return the sorted paths that match any of the patterns."""
        patterns = [pattern for pattern in patterns if not leaves_root(pattern)]
        wanted = [compiled(pattern).match for pattern in patterns]
        stored = self._stored
        found = {path for path in stored.files if _is_wanted(path, wanted)}
        found.update(path for path in stored.refused if _is_wanted(path, wanted))
        found.update(path for path in stored.refused if "." not in path and _lies_below(path, patterns))
        for path, real in sorted(self._linked.items()):
            if real not in found and _is_wanted(path, wanted):
                found.add(path)
        return sorted(found)

    def stamps(self, patterns: Sequence[str]) -> dict[str, Stamp | None]:
        """Return the paths with the names of their blobs; None for what can't be read."""
        files, linked = self._stored.files, self._linked
        return {path: files.get(linked.get(path, path)) for path in self.paths(patterns)}

    def is_settled(self, stamp: Stamp, began_ns: int) -> bool:
        """Return True: a blob never changes."""
        del stamp, began_ns
        return True

    def read(self, path: str) -> bytes:
        """Return a file's bytes. Raises `UnreadableFileError`."""
        stored = self._stored
        if path in stored.refused:
            raise UnreadableFileError(stored.refused[path])
        blob = stored.files.get(self._linked.get(path, path))
        if blob is None:
            raise UnreadableFileError("is not in this revision" if self.revision else "is not in the index")
        return self._blob(blob)

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        return path in self._stored.files or path in self._linked or path in self._stored.refused

    def close(self) -> None:
        """End the reader process."""
        reader = self._readers.pop(os.getpid(), None)
        if reader is not None:
            reader.communicate()

    @cached_property
    def _stored(self) -> _Stored:
        stored = _Stored()
        for mode, blob, stage, path in self._listing():
            if stage != "0":
                stored.refused[path] = "has a conflict that is not resolved"
            elif mode.startswith(_FILE):
                stored.files[path] = blob
            elif mode == _LINK:
                stored.links[path] = self._blob(blob).decode("utf-8", "surrogateescape")
        for path in stored.links:
            target = _target(path, stored.links)
            if target in stored.files:
                stored.files[path] = stored.files[target]
            elif not target or not _has_folder(target, stored.files):
                stored.refused[path] = "is a link that leads nowhere" if target else LEAVES
        return stored

    @cached_property
    def _linked(self) -> dict[str, str]:
        """Return for each path below a linked folder the path of the file itself."""
        stored = self._stored
        found = {}
        for link in stored.links:
            if link not in stored.files and link not in stored.refused:
                target = f"{_target(link, stored.links)}/"
                below = (path for path in stored.files if path.startswith(target))
                found.update({f"{link}/{path.removeprefix(target)}": path for path in below})
        return found

    def _listing(self) -> Iterable[tuple[str, str, str, str]]:
        """Return mode, blob, stage and path of everything below the root."""
        if self.revision is None:
            listing = git(self.root, "ls-files", "--stage", "-z")
        else:
            listing = git(self.root, "ls-tree", "-r", "-z", resolve(self.root, self.revision))
        rows = _ROW.findall(listing.decode("utf-8", "surrogateescape"))
        return rows if self.revision is None else ((mode, blob, "0", path) for mode, _, blob, path in rows)

    def _blob(self, blob: str) -> bytes:
        """Return a blob through one `git cat-file --batch` that stays open; a forked process has one of its own."""
        batch = self._readers.get(os.getpid())
        if batch is None:
            batch = self._readers[os.getpid()] = subprocess.Popen(
                [*command(self.root), "cat-file", "--batch"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment(),
            )
        writer, reader = cast(IO[bytes], batch.stdin), cast(IO[bytes], batch.stdout)
        writer.write(blob.encode() + b"\n")
        writer.flush()
        header = reader.readline().split()
        if len(header) != 3:
            raise UnreadableFileError("can't be read from git")
        data = reader.read(int(header[2]) + 1)[:-1]
        if len(data) > MAX_BYTES:
            raise too_large()
        return data


def command(root: Path) -> list[str]:
    """Return how git is called in `root`.

    A pull request may bring a folder that looks like a repository, and git would run what its `config` names: only a
    `.git` makes a repository here (git-config, safe.bareRepository, since 2.38).
    """
    return ["git", "-C", str(root), "-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false"]


def git(root: Path, *arguments: str) -> bytes:
    """Run git in `root` and return what it prints. Raises `InputError` with git's own words."""
    try:
        done = subprocess.run([*command(root), *arguments], capture_output=True, check=False, env=environment())
    except FileNotFoundError as error:
        raise InputError("git is not installed", help="install git, or run without options that need it") from error
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise InputError(f"git {arguments[0]} failed: {words[-1] if words else 'no message'}")
    return done.stdout


def resolve(root: Path, revision: str) -> str:
    """Return the commit that a revision names. Raises `InputError` when there is none."""
    arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    try:
        return git(root, *arguments).decode().strip()
    except InputError as error:
        raise InputError(
            f"{revision!r} names no commit", help="name a branch, a tag or a commit that is fetched"
        ) from error


def merge_base(root: Path, revision: str) -> str:
    """Return the commit at which HEAD left `revision`; the revision's own where history does not reach that far."""
    commit = resolve(root, revision)
    try:
        return git(root, "merge-base", commit, "HEAD").decode().strip()
    except InputError:
        return commit


def environment() -> dict[str, str]:
    """Return the environment for git: a hook's paths are relative to where the hook started, not to `-C`."""
    paths = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE")
    return {**os.environ, **{name: str(Path(os.environ[name]).absolute()) for name in paths if os.environ.get(name)}}


def _target(link: str, links: dict[str, str]) -> str | None:
    """Return the path that a link leads to, other links followed; None when it leaves the root or goes in circles."""
    path = link
    for _ in range(_MOST_LINKS):
        if path not in links:
            return path
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), links[path]))
        if leaves_root(path):
            return None
    return None


def _has_folder(folder: str, files: Iterable[str]) -> bool:
    return any(path.startswith(f"{folder}/") for path in files)


def _is_wanted(path: str, wanted: Iterable[Callable[[str], object]]) -> bool:
    for match in wanted:
        if match(path):
            return not (path.startswith(".") or "/." in path)
    return False


def _lies_below(path: str, patterns: Sequence[str]) -> bool:
    return any(path.startswith(f"{base(pattern)}/" if base(pattern) else "") for pattern in patterns)
