"""Stamps and sizes of files, known without reading them. A stamp changes when its file does."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Sequence
from operator import attrgetter

from dfsync.files.storage.tree import Tree, WorkTree

_REST_NS = 2_000_000_000
"""A file that was written less than this before the check may be written again without a change of its stamp."""
_USUAL = 600
"""The usual size of a file with one site, for files of unknown size."""
_ASKED = 128
"""The number of files whose size is looked up at most."""
Stamp = tuple[int, ...] | str
_of: Callable[[os.stat_result], tuple[int, ...]] = attrgetter(
    "st_mtime_ns", "st_ctime_ns", "st_size", "st_ino", "st_mode"
)


def stamps(tree: Tree, paths: Collection[str]) -> dict[str, Stamp | None]:
    """Return a stamp for each path; None if there is none, so that only reading the file tells whether it has changed.

    On disk, a stamp is the times at which content and inode changed (ns), the size, the inode and the mode. In git it
    is the name of the blob.
    """
    if isinstance(tree, WorkTree):
        prefix, found = _prefix(tree), dict[str, Stamp | None]()
        for path in paths:
            try:
                found[path] = _of(os.lstat(prefix + path))
            except OSError:
                found[path] = None
        return found
    from dfsync.files.storage.git.tree import GitTree

    if isinstance(tree, GitTree):
        return dict(tree.blobs(paths))
    return dict.fromkeys(paths)


def worth_keeping(stamp: Stamp | None, began_ns: int) -> Stamp | None:
    """Return a stamp that will change when the file does, None for another.

    That of a link does not, nor that of a file which was written shortly before the run began (`began_ns`, time since
    the epoch).
    """
    if isinstance(stamp, tuple):
        written, changed, _, _, mode = stamp
        if not stat.S_ISREG(mode) or max(written, changed) > began_ns - _REST_NS:
            return None
    return stamp


def sizes(tree: Tree, paths: Sequence[str]) -> list[int]:
    """Return about how many bytes each file has. Some are looked up, and the others get the mean of those."""
    step = len(paths) // _ASKED + 1
    known = {path: size for path in paths[::step] if (size := _size(tree, path)) is not None}
    usual = sum(known.values()) // len(known) if known else _USUAL
    return [known.get(path, usual) for path in paths]


def _prefix(tree: WorkTree) -> str:
    """Return the path to the root; "" if it is the working directory, since shorter paths are quicker to look up."""
    return "" if os.path.realpath(tree.root) == os.path.realpath(".") else f"{tree.root}{os.sep}"


def _size(tree: Tree, path: str) -> int | None:
    try:
        return os.lstat(tree.root / path).st_size if isinstance(tree, WorkTree) else None
    except OSError:
        return None
