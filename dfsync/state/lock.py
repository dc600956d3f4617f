"""The lock on this machine: one apply per target and work tree, and a note that says who holds it.

The operating system's lock is the truth: it ends with the process that holds it. A note that is found by who gets the
lock was left by a dead process.
"""

from __future__ import annotations

import getpass
import json
import os
import shlex
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from dfsync.errors import NotSentError
from dfsync.files.storage.safe_open import read_plain
from dfsync.model.text import shortened
from dfsync.state.folder import write_whole


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock. `place` is the same exactly for those whom the same lock on a machine keeps apart."""

    user: str
    host: str
    pid: int
    command: str
    since: str
    place: str

    def __str__(self) -> str:
        who = f"{shortened(self.user, 40)}@{shortened(self.host, 60)}"
        return f"{who}, process {self.pid} ({shortened(self.command, 80)}), since {shortened(self.since, 30)}"


@contextmanager
def machine_lock(folder: Path, name: str) -> Iterator[tuple[Holder, Holder | None]]:
    """Hold the lock; yields who holds it now, and the dead process that left it, if one did.

    Raises NotSentError, naming the holder, when another process holds it.
    """
    import filelock

    path, note = folder / f"{name}.lock", folder / f"{name}.lock.json"
    lock = filelock.FileLock(path, timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise held(_read(note)) from error
    try:
        left = _read(note)
        holder = current_holder(path)
        write_whole(note, json.dumps(asdict(holder)).encode())
        yield holder, left
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def held(holder: Holder | None) -> NotSentError:
    """Return the error for a lock that somebody else holds."""
    who = f"by {holder}" if holder else "by another apply"
    return NotSentError(f"nothing was sent: the target is locked {who}", help="wait until it is done, then try again")


def current_holder(lock: Path) -> Holder:
    """Describe this process."""
    status, host = lock.stat(), socket.gethostname()
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    place = f"{host}:{status.st_dev}:{status.st_ino}"
    return Holder(current_user(), host, os.getpid(), shlex.join(["dfsync", *sys.argv[1:]]), now, place)


def who() -> str:
    """Return user and host as one text."""
    return f"{current_user()}@{socket.gethostname()}"


def current_user() -> str:
    """Return the name of the user, "unknown" where there is none, as in some containers."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def read_holder(note: bytes) -> Holder | None:
    """Read a note; None when it is none."""
    try:
        document = json.loads(note)
        user, host, command, since, place = (str(document[name]) for name in _TEXTS)
        return Holder(user, host, int(document["pid"]), command, since, place)
    except (ValueError, TypeError, KeyError):
        return None


_MOST_NOTE = 65_536
_TEXTS = ("user", "host", "command", "since", "place")


def _read(note: Path) -> Holder | None:
    try:
        return read_holder(read_plain(note, _MOST_NOTE)[0])
    except OSError:
        return None
