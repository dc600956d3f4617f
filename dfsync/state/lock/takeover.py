"""When an apply takes over a lock that it finds in a git ref: only when the apply that holds it is dead.

An apply is dead if it ran on this very machine and its process is gone, or if it did not renew the lock for `WATCH_S`
seconds while this apply watched. Clocks of machines are never compared. A lock on this machine needs no such rule: the
operating system ends it with the process that holds it.
"""

from __future__ import annotations

import time

from dfsync.errors import NotSentError
from dfsync.state.git_ref import GitRef
from dfsync.state.lock.holder import UNKNOWN, Holder, Watching, is_alive, read_holder
from dfsync.state.lock.trace import erase

NOTE = "lock.json"
"""The file of a locked ref that says who holds it."""
WATCH_S = 60.0
"""The holder of a lock that is not renewed for so long is dead: a renewal and its slowest push take less."""
POLL_S = 2.0


def may_take_over(ref: GitRef, tip: str, left: Holder, watching: Watching) -> bool:
    """Return True if the holder `left` is dead, False if the ref has moved; raise NotSentError if the holder is alive.

    The processes of this machine can be looked up. A holder on another machine renews the lock, so the lock is watched
    for a while. A note beside the lock of this machine says nothing: the folder may be a copy of another one.
    """
    alive = is_alive(left)
    if alive is not None:
        if alive:
            raise _held_by(ref, tip, left)
        erase(left.id)
        return True
    if watching is not None:
        watching(left)
    until = time.monotonic() + WATCH_S
    while time.monotonic() < until:
        time.sleep(POLL_S)
        now = ref.current()
        if now != tip:
            note = ref.blob(ref.tip(), NOTE)
            if note is None:
                return False
            raise _held_by(ref, tip, read_holder(note) or UNKNOWN)
    return True


def _held_by(ref: GitRef, tip: str, holder: Holder) -> NotSentError:
    base = ref.parent(tip)
    back = f"git push --force {ref.remote} {base or ''}:{ref.name}"
    local = f"git update-ref {ref.name} {base}" if base else f"git update-ref -d {ref.name}"
    return NotSentError(
        f"nothing was sent: {ref.name} is locked by {holder}",
        help=f"wait until it is done; if that run is dead: {back if ref.remote else local}",
    )
