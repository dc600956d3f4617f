"""Copies of a clone's own state and journal, inside `.git`, where no branch can overwrite them.

git takes an ignored file for worthless: it overwrites the file when somebody checks out a branch that tracks a file of
that name, and removes it when he goes back. So each state that is stored has a copy, and each journal a second name,
inside `.git`. If a commit of this repository has such a file, a branch may have brought, overwritten or removed it:
then the copy counts. Otherwise a user who removes or replaces these files himself is obeyed. Reflogs and clocks play no
part, since both can be wrong.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from dfsync.errors import InputError
from dfsync.files.storage.git.commands import git
from dfsync.files.storage.safe_open import read_plain
from dfsync.state.folder.files import FOLDER, make_folder, write_whole

_MARK = "seen-in-git"
_SET_ASIDE = "set-aside"
_AT_ONCE = 1_000
"""The number of trees that are read at once, so that a long history needs little memory."""
_TREE = re.compile(rb"[0-9a-f]{40,64} tree (\d+)\n")


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
        """Remember that git tracks something below `.dfsync`, which no commit of HEAD's history need have."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / _MARK).touch()

    def different(self, names: Iterable[str]) -> list[str]:
        """Return the names whose file differs from its copy, has no copy, or is gone."""
        return [name for name in names if self._differs(name)]

    def put_back(self, different: Iterable[str], fits: Callable[[str, bytes], bool]) -> list[str]:
        """Undo what a branch may have done to these files, and return the names.

        A file that differs from its copy, or has no copy that `fits`, is set aside inside `.git`. Raises OSError, and
        InputError for a link in the way.
        """
        mark = self.folder / _MARK
        tracked = None if mark.exists() else self._ever_tracked()
        brought = [name for name in different if tracked is None or {FOLDER, _path(name)} & tracked]
        for name in brought:
            make_folder(self.root, name.partition("/")[0])
            if (data := _read(self._file(name))) is not None:
                self.store(f"{_SET_ASIDE}/{name}", data)
            copy = _read(self.folder / name)
            if copy is not None and fits(name, copy):
                write_whole(self._file(name), copy)
            else:
                self._file(name).unlink(missing_ok=True)
        mark.unlink(missing_ok=True)
        return brought

    def set_aside(self, name: str) -> Path | None:
        """Return the file that was set aside under this name; None if there is none."""
        found = self.folder / _SET_ASIDE / name
        return found if found.exists() else None

    def only_copy(self, name: str, fits: Callable[[str, bytes], bool]) -> Path | None:
        """Return the copy of a file that is gone; None if the file is there, or there is no copy that fits."""
        copy = None if self._file(name).exists() else _read(self.folder / name)
        return self.folder / name if copy is not None and fits(name, copy) else None

    def _file(self, name: str) -> Path:
        return self.root / FOLDER / name

    def _differs(self, name: str) -> bool:
        file, copy = self._file(name), self.folder / name
        try:
            return not file.samefile(copy) and _read(file) != _read(copy)
        except OSError:
            return os.path.lexists(file) or copy.exists()

    def _ever_tracked(self) -> set[str]:
        """Return the paths below `.dfsync` that any commit of this repository has, reachable or not, in small letters.

        `.dfsync` alone stands for a file, a link or a submodule in its place.
        """
        listing = "--batch-check=%(objecttype) %(objectname)"
        objects = git(self.root, "cat-file", "--batch-all-objects", "--unordered", listing).split(b"\n")
        commits = [line.removeprefix(b"commit ") for line in objects if line.startswith(b"commit ")]
        digits = len(commits[0]) if commits else 0
        entry = re.compile(rb"(\d+) \.dfsync\0(.{%d})" % (digits // 2), re.IGNORECASE | re.DOTALL)
        prefix = self.prefix.encode("utf-8", "surrogateescape")
        entries: set[tuple[bytes, bytes]] = set()
        for at in range(0, len(commits), _AT_ONCE):
            names = b"".join(b"%s:%s\n" % (commit, prefix) for commit in commits[at : at + _AT_ONCE])
            for tree in _trees(git(self.root, "cat-file", "--batch", input=names)):
                entries.update(entry.findall(tree))
        paths: set[str] = set()
        for mode, id in entries:
            paths.update(self._listed(id.hex()) if mode == b"40000" else [FOLDER])
        return paths

    def _listed(self, tree: str) -> Iterator[str]:
        names = git(self.root, "ls-tree", "-r", "-z", "--name-only", "--full-tree", tree).decode("utf-8", "replace")
        return (_path(name) for name in names.split("\0") if name)


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


def _path(name: str) -> str:
    return f"{FOLDER}/{name}".casefold()


def _read(path: Path) -> bytes | None:
    try:
        return read_plain(path)[0]
    except OSError:
        return None
