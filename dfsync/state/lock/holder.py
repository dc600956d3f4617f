"""The holder of a lock: a process on a machine, described in a note beside the lock, and whether it is alive."""

from __future__ import annotations

import getpass
import json
import os
import secrets
import shlex
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from dfsync.model.text import shortened
from dfsync.state.lock.trace import leave, was_left


class Holder(Struct, frozen=True):
    """Who holds a lock.

    `id` is random. `kernel` names the running kernel and the name space of its process numbers, `started` when the
    process began on that kernel's clock; both are "" where the system does not tell. `renewed` counts how often a lock
    in git was renewed.
    """

    user: str
    host: str
    pid: int
    command: str
    since: str
    id: str = ""
    kernel: str = ""
    started: str = ""
    renewed: int = 0

    def __str__(self) -> str:
        who = f"{shortened(self.user, 40)}@{shortened(self.host, 60)}"
        return f"{who}, process {self.pid} ({shortened(self.command, 80)}), since {shortened(self.since, 30)}"


Watching = Callable[[Holder], None] | None
"""A function that is told who holds a lock before the lock is watched, which takes up to a minute."""

UNKNOWN = Holder("unknown", "unknown", 0, "?", "?")
"""The holder of a lock whose note can't be read."""


_HELD: set[str] = set()
"""The ids of the locks that this process holds."""


@contextmanager
def known_as_held(holder: Holder) -> Iterator[None]:
    """Know for the duration of the block that this process holds a lock, and leave a trace of it on this machine."""
    _HELD.add(holder.id)
    leave(holder.id)
    try:
        yield
    finally:
        _HELD.discard(holder.id)


def current_holder() -> Holder:
    """Describe this process."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    command = shlex.join(["dfsync", *sys.argv[1:]])
    id, pid = secrets.token_hex(16), os.getpid()
    return Holder(current_user(), socket.gethostname(), pid, command, now, id, _kernel(), _started(pid))


def is_alive(holder: Holder) -> bool | None:
    """Whether the process of the holder exists; None if that can't be known, because it runs on another machine.

    Machines that went on from one snapshot have the same kernel, processes included. A trace tells whether the lock was
    taken on this machine.
    """
    if not holder.kernel or holder.kernel != _kernel():
        return None
    return _exists(holder) or (False if was_left(holder.id) else None)


def _exists(holder: Holder) -> bool:
    if holder.pid == os.getpid():
        return holder.id in _HELD
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
    """Return the name of the user, "unknown" if there is none, as in some containers."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def read_holder(note: bytes) -> Holder | None:
    """Read a note; None if it is no note."""
    try:
        document = json.loads(note)
        user, host, command, since = (str(document[name]) for name in _TEXTS)
        id, kernel, started = (str(document.get(name, "")) for name in ("id", "kernel", "started"))
        return Holder(user, host, int(document["pid"]), command, since, id, kernel, started)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


_TEXTS = ("user", "host", "command", "since")


def _boot() -> str:
    """Return Linux's random id of this boot, "" elsewhere."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except (OSError, ValueError):
        return ""


def _kernel() -> str:
    """Return where process numbers are unique: this boot and name space of processes; "" if that is unknown."""
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
