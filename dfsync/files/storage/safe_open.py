"""Opens files without following links.

A pull request may bring a link in any place. A link to a device never ends, and a link into `.git` changes what git
does.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

NOT_OURS = frozenset({".git", ".dfsync"})
"""Folders that belong to git and dfsync themselves."""


def lies_below(root: str, path: str) -> bool:
    """Whether a real path is the real root or below it, and not in a folder of git or dfsync."""
    if path == root:
        return True
    folder = root.rstrip(os.sep) + os.sep
    return path.startswith(folder) and NOT_OURS.isdisjoint(path[len(folder) :].split(os.sep))  # noqa: PTH206  (of each file: quicker)


def is_in_place(root: Path, path: Path) -> bool:
    """Whether no link on the way from the root to a path leads it elsewhere."""
    return Path(os.path.realpath(path)) == Path(os.path.realpath(root)) / path.relative_to(root)


def read_plain(path: Path, most: int = -1) -> tuple[bytes, int]:
    """Return up to `most` bytes of a plain file, and its mode. Raises OSError, also for links and devices."""
    if path.is_symlink():  # where the system can't refuse to follow it
        raise OSError(errno.ELOOP, "is a link", str(path))
    flags = ("O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")
    descriptor = os.open(path, os.O_RDONLY | sum(getattr(os, flag, 0) for flag in flags))
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "is not a plain file", str(path))
        return file.read(most), stat.S_IMODE(mode)
