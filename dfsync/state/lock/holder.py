"""Who holds a lock: a process on a machine, as a note beside the lock says it, and whether that process is alive."""

from __future__ import annotations

import getpass
import json
import os
import secrets
import shlex
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from dfsync.files.storage.safe_open import read_plain
from dfsync.frozen import dataclass
from dfsync.model.text import shortened
from dfsync.state.folder.files import write_whole


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock.

    `place` is the same exactly for those whom the same lock on a machine keeps apart. `kernel` names the running
    kernel and the name space of its process numbers, `started` when the process began on that kernel's clock; both are
    "" where the system does not tell. `renewed` counts how often a lock in git was renewed.
    """

    user: str
    host: str
    pid: int
    command: str
    since: str
    place: str
    kernel: str = ""
    started: str = ""
    renewed: int = 0

    def __str__(self) -> str:
        who = f"{shortened(self.user, 40)}@{shortened(self.host, 60)}"
        return f"{who}, process {self.pid} ({shortened(self.command, 80)}), since {shortened(self.since, 30)}"


UNKNOWN = Holder("unknown", "unknown", 0, "?", "?", "")
"""The holder of a lock whose note can't be read."""


_HELD: set[str] = set()
"""The places of the locks that this process holds."""


@contextmanager
def known_as_held(place: str) -> Iterator[None]:
    """Know for the duration of the block that this process holds the lock at this place."""
    _HELD.add(place)
    try:
        yield
    finally:
        _HELD.discard(place)


def current_holder(lock: Path) -> Holder:
    """Describe this process."""
    status, host = lock.stat(), socket.gethostname()
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    # Machines that are made from one image share host name, device and inode, but not the boot.
    place = f"{_boot() or host}:{_random_id(lock.parent)}:{status.st_dev}:{status.st_ino}"
    command = shlex.join(["dfsync", *sys.argv[1:]])
    return Holder(current_user(), host, os.getpid(), command, now, place, _kernel(), _started(os.getpid()))


def is_alive(holder: Holder) -> bool | None:
    """Whether the process of the holder exists; None if that can't be known, because it runs on another kernel."""
    if not holder.kernel or holder.kernel != _kernel():
        return None
    if holder.pid == os.getpid():
        return holder.place in _HELD
    try:
        os.kill(holder.pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # another user's, of which the system may hide all but that it is there
    return _started(holder.pid) in (holder.started, "")


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
    """Read a note; None if it is no note."""
    try:
        document = json.loads(note)
        user, host, command, since, place = (str(document[name]) for name in _TEXTS)
        kernel, started = (str(document.get(name, "")) for name in ("kernel", "started"))
        return Holder(user, host, int(document["pid"]), command, since, place, kernel, started)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


_TEXTS = ("user", "host", "command", "since", "place")


def _random_id(folder: Path) -> str:
    """Return a random text that is kept in the folder, so that a copy that was made before it gets another one."""
    path = folder / "id"
    try:
        return read_plain(path, 64)[0].decode("ascii")
    except (OSError, ValueError):
        text = secrets.token_hex(16)
        write_whole(path, text.encode())
        return text


def _boot() -> str:
    """Return Linux's random id of this boot, "" elsewhere."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except (OSError, ValueError):
        return ""


def _kernel() -> str:
    """Return what process numbers are unique in: this boot and the name space of processes; "" where nobody tells."""
    try:
        space = Path("/proc/self/ns/pid").readlink()
    except OSError:
        return ""
    boot = _boot()
    return f"{boot}:{space}" if boot else ""


def _started(pid: int) -> str:
    """Return when a process began, in ticks since the boot; "" when the system does not tell, _ENDED for a dead one.

    Source: proc(5), /proc/pid/stat, field 22; the name in field 2 may hold anything, a parenthesis included.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return ""
    if len(fields) < 20:
        return ""
    return _ENDED if fields[0] in "ZX" else fields[19]


_ENDED = "ended"
"""A process that was killed and that its parent has not waited for yet."""
