"""The lock on this machine: one apply for each target and work tree, and a note that says who holds it.

The lock of the operating system decides: it ends with the process that holds it. If an apply gets the lock and finds a
note, a dead process left it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import asdict

from dfsync.errors import InputError, NotSentError
from dfsync.files.storage.safe_open import read_plain
from dfsync.state.folder.files import write_whole
from dfsync.state.lock.holder import Holder, current_holder, is_alive, known_as_held, read_holder
from dfsync.state.lock.trace import erase

_MOST_NOTE = 65_536


class LockLostError(NotSentError):
    """This apply no longer holds the lock, so nothing more may be sent."""


class MachineLock:
    """The lock of this machine while it is held. `left` is the dead process that had left it, if there was one.

    `is_given_back` is False if the lock in git could not be given back: then the trace of this lock stays, and the next
    apply on this machine knows at once that this one has ended.
    """

    def __init__(self, path: Path, holder: Holder, left: Holder | None) -> None:
        self.holder = holder
        self.left = left
        self.is_given_back = True
        self._path = path
        self._file = _identity(path)

    def check(self) -> None:
        """Raise LockLostError if the file of the lock is not the one that was locked: somebody else may hold it now."""
        if _identity(self._path) != self._file:
            raise LockLostError(
                f"the lock is lost: somebody removed {self._path.name} from .dfsync/locks",
                help="leave .dfsync alone while an apply runs; then run apply again",
            )


@contextmanager
def machine_lock(folder: Path, name: str) -> Iterator[MachineLock]:
    """Hold the lock of this machine. Raises NotSentError with the holder if another process holds it."""
    import filelock

    path, note = folder / f"{name}.lock", folder / f"{name}.lock.json"
    lock = filelock.FileLock(path, timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise held(_read(note)) from error
    try:
        left = _read(note)
        alive = is_alive(left) if left is not None else None
        if alive:  # the folder is a copy of one where an apply runs, or somebody removed the file of the lock
            raise held(left)
        holder = current_holder()
        here = MachineLock(path, holder, left)
        try:
            try:
                write_whole(note, json.dumps(asdict(holder)).encode())
            except OSError as error:
                raise InputError(f"{note} can't be written, so nothing was sent: {error.strerror}") from error
            with known_as_held(holder):
                yield here
        finally:
            note.unlink(missing_ok=True)
            if here.is_given_back:
                erase(holder.id)
        if left is not None and alive is False:
            erase(left.id)
    finally:
        lock.release()


def held(holder: Holder | None) -> NotSentError:
    """Return the error for a lock that somebody else holds."""
    who = f"by {holder}" if holder else "by another apply"
    return NotSentError(f"nothing was sent: the target is locked {who}", help="wait until it is done, then try again")


def _read(note: Path) -> Holder | None:
    try:
        return read_holder(read_plain(note, _MOST_NOTE)[0])
    except OSError:
        return None


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
