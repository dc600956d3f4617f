"""Stamps and sizes of files, known without reading them. A stamp changes when its file does."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Sequence

from dfsync.files.storage.tree import Tree, WorkTree

_REST_NS = 2_000_000_000
"""A file that was written less than this before the check may be written again without a change of its stamp."""
_USUAL = 600
"""The usual size of a file with one site, for files of unknown size."""
_ASKED = 128
"""The number of files whose size is looked up at most."""
Stamp = Sequence[int] | str


def stamps(tree: Tree, paths: Collection[str], began_ns: int) -> dict[str, Stamp | None]:
    """Return a stamp for each path; None if only reading the file can tell whether it has changed.

    On disk, a stamp is the times at which content and inode changed (ns), the size and the inode. It is None for a
    link, and for a file that was written shortly before the run began (`began_ns`, time since the epoch). In git it is
    the name of the blob.
    """
    if isinstance(tree, WorkTree):
        rest_ns = began_ns - _REST_NS
        prefix = _prefix(tree)
        return {path: _stamp(prefix + path, rest_ns) for path in paths}
    from dfsync.files.storage.git.tree import GitTree

    if isinstance(tree, GitTree):
        return dict(tree.blobs(paths))
    return dict.fromkeys(paths)


def sizes(tree: Tree, paths: Sequence[str]) -> list[int]:
    """Return about how many bytes each file has. Some are looked up, and the others get the mean of those."""
    step = len(paths) // _ASKED + 1
    known = {path: size for path in paths[::step] if (size := _size(tree, path)) is not None}
    usual = sum(known.values()) // len(known) if known else _USUAL
    return [known.get(path, usual) for path in paths]


def _prefix(tree: WorkTree) -> str:
    """Return the path to the root; "" if it is the working directory, since shorter paths are quicker to look up."""
    return "" if os.path.realpath(tree.root) == os.path.realpath(".") else f"{tree.root}{os.sep}"


def _stamp(path: str, rest_ns: int) -> Stamp | None:
    try:
        status = os.lstat(path)
    except OSError:
        return None
    written, changed = status.st_mtime_ns, status.st_ctime_ns
    if not stat.S_ISREG(status.st_mode) or written > rest_ns or changed > rest_ns:
        return None
    return [written, changed, status.st_size, status.st_ino]


def _size(tree: Tree, path: str) -> int | None:
    try:
        return os.lstat(tree.root / path).st_size if isinstance(tree, WorkTree) else None
    except OSError:
        return None
