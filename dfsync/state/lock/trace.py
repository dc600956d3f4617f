"""The traces that locks leave on the machine where they are taken, in its memory and not in the repository.

A machine that went on from the same snapshot shares everything with this one but what happened since.
"""

from __future__ import annotations

import os
import re
import stat
import time
from contextlib import suppress
from pathlib import Path

_FOLDERS = (Path("/dev/shm"), Path("/tmp"))  # noqa: S108  (a name that nobody can guess, and a file without content)
"""Both are emptied at the next boot, after which no process of the lock is alive anyway."""
_LONGEST_S = 86_400
"""A trace that is older was left by a killed apply. Without it a lock of that apply is watched before it is taken."""
_NAME = "dfsync-"
_ID = re.compile(r"[0-9a-f]{32}")


def leave(id: str) -> None:
    """Leave the trace of a lock, if the machine permits it."""
    for path in _paths(id):
        with suppress(OSError):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            _sweep(path.parent)
            return


def was_left(id: str) -> bool:
    """Whether this user took the lock on this machine."""
    for path in _paths(id):
        with suppress(OSError):
            return _is_own(path.lstat())
    return False


def erase(id: str) -> None:
    """Erase the trace of a lock that is given back or taken over."""
    for path in _paths(id):
        with suppress(OSError):
            path.unlink()


def _sweep(folder: Path) -> None:
    """Erase the old traces of this user that killed applies have left."""
    for path in folder.glob(f"{_NAME}*"):
        with suppress(OSError):
            status = path.lstat()
            if (
                _is_own(status)
                and status.st_mtime < time.time() - _LONGEST_S
                and path in _paths(path.name[len(_NAME) :])
            ):
                path.unlink()


def _is_own(status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid()


def _paths(id: str) -> list[Path]:
    if os.name != "posix" or not _ID.fullmatch(id):
        return []
    return [folder / f"{_NAME}{id}" for folder in _FOLDERS]
