"""Copies of a clone's own state and journal, inside `.git`, where no branch can overwrite them.

git takes an ignored file for worthless: it overwrites the file when somebody checks out a branch that tracks a file of
that name, and removes it when he goes back. So each state that is stored has a copy, and each journal a second name,
inside `.git`. What a branch overwrote or removed is put back from there. HEAD's reflog tells whether it was a branch: a
user who removes or replaces these files himself is obeyed.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from dfsync.errors import InputError
from dfsync.files.storage.git.commands import git
from dfsync.files.storage.safe_open import read_plain
from dfsync.state.folder.files import FOLDER, make_folder, write_whole

_KINDS = ("state", "journal")
_MARK = "seen-in-git"
_MOST_VISITS = 1_000
_VISIT = re.compile(r"(\w+) .*@\{(\d+)\}")
_TREE = re.compile(rb"[0-9a-f]{40,64} tree (\d+)\n")
_ENTRY = re.compile(rb"\d+ \.dfsync\0", re.IGNORECASE)
_BLOB = re.compile(r"\d+ \w+ (\w+)\t([^\0]+)\0")


class OwnCopies(Struct, frozen=True):
    """The copies for one root: the folder that they are in, and the path of the root in its work tree (`shops/`).

    The name of a copy is the path of its file below `.dfsync`: `state/production.json`.
    """

    root: Path
    folder: Path
    prefix: str

    def store(self, name: str, data: bytes) -> None:
        """Store a copy of a file that is replaced whole. Raises OSError if that fails."""
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_whole(self.folder / name, data)

    def link(self, name: str) -> None:
        """Give a file that grows a second name. It has none if `.git` is on another disk, or on one without links."""
        file, copy = self._file(name), self.folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if copy.exists() and copy.samefile(file):
            return
        copy.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            os.link(file, copy)

    def forget(self, name: str) -> None:
        """Remove a copy."""
        (self.folder / name).unlink(missing_ok=True)

    def mark(self) -> None:
        """Remember that git tracks something below `.dfsync`, since it need not be in a commit that HEAD was at."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / _MARK).touch()

    def different(self) -> list[str]:
        """Return the names of the files that are not as their copies, or have none, or are gone."""
        names = sorted({*_names(self.folder), *_names(self.root / FOLDER)})
        return [name for name in names if self._differs(name)]

    def put_back(self, different: Iterable[str]) -> list[str]:
        """Undo what a branch did to these files, and return the names. A file that has no copy is removed."""
        mark = self.folder / _MARK
        brought = [name for name in different if mark.exists() or self._brought(name)]
        for name in brought:
            data = _read(self.folder / name)
            if data is None:
                self._file(name).unlink(missing_ok=True)
            else:
                make_folder(self.root, name.partition("/")[0])
                write_whole(self._file(name), data)
        mark.unlink(missing_ok=True)
        return brought

    def only_copy(self, name: str) -> Path | None:
        """Return the copy of a file that is gone; None if the file is there, or there is no copy."""
        copy = self.folder / name
        return copy if copy.is_file() and not self._file(name).exists() else None

    def _file(self, name: str) -> Path:
        return self.root / FOLDER / name

    def _differs(self, name: str) -> bool:
        file, copy = self._file(name), self.folder / name
        try:
            return not file.samefile(copy) and _read(file) != _read(copy)
        except OSError:
            return True

    def _brought(self, name: str) -> bool:
        """Whether HEAD was at a commit with this file, after the copy was made; without a copy, with this content."""
        copy, path = self.folder / name, f"{FOLDER}/{name}".casefold()
        known = copy.exists()
        blob = "" if known else git(self.root, "hash-object", "--", str(self._file(name))).decode().strip()
        for commit in self._visited(int(copy.stat().st_mtime) if known else 0):
            tracked = self._tracked(commit)
            if FOLDER in tracked or (path in tracked and (known or tracked[path] == blob)):
                return True
        return False

    def _visited(self, since: int) -> list[str]:
        """Return the commits with a `.dfsync` at which HEAD was since a time (Unix)."""
        asked = ("log", "--walk-reflogs", f"--max-count={_MOST_VISITS}", "--date=unix", "--format=%H %gd", "HEAD", "--")
        try:
            visits = _VISIT.findall(git(self.root, *asked).decode("utf-8", "replace"))
        except InputError:
            return []  # no commit yet
        commits = list(dict.fromkeys(commit for commit, at in visits if int(at) >= since))
        names = "".join(f"{commit}:{self.prefix}\n" for commit in commits).encode("utf-8", "surrogateescape")
        trees = _trees(git(self.root, "cat-file", "--batch", input=names))
        return [commit for commit, tree in zip(commits, trees, strict=True) if _ENTRY.search(tree)]

    def _tracked(self, commit: str) -> dict[str, str]:
        """Return the paths that a commit has below `.dfsync`, in small letters, and the names of their blobs."""
        listed = git(self.root, "ls-tree", "-r", "-z", "--full-tree", f"{commit}:{self.prefix}")
        found = _BLOB.findall(listed.decode("utf-8", "replace"))
        return {path.casefold(): blob for blob, path in found if path.casefold().startswith(FOLDER)}


def own_copies(root: Path) -> OwnCopies | None:
    """Return the copies for a root; None if it is in no git repository, or git can't be asked."""
    try:
        told = git(root, "rev-parse", "--absolute-git-dir", "--show-prefix").decode("utf-8", "surrogateescape")
    except InputError:
        return None
    folder, _, prefix = told.rstrip("\n").partition("\n")
    return OwnCopies(root, Path(folder) / "dfsync" / prefix, prefix)


def _trees(batch: bytes) -> Iterator[bytes]:
    """Yield the trees that `git cat-file --batch` wrote, b"" for one that is missing."""
    at = 0
    while at < len(batch):
        begin = batch.index(b"\n", at) + 1
        found = _TREE.fullmatch(batch, at, begin)
        at = begin + int(found[1]) if found else begin
        yield batch[begin:at]
        at += bool(found)


def _names(folder: Path) -> Iterator[str]:
    for kind in _KINDS:
        with contextlib.suppress(OSError):
            yield from (f"{kind}/{path.name}" for path in (folder / kind).iterdir() if path.is_file())


def _read(path: Path) -> bytes | None:
    try:
        return read_plain(path)[0]
    except OSError:
        return None
