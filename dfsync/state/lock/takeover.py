"""When an apply takes over a lock that it finds in a git ref: only when the apply that holds it is dead.

An apply is dead if it ran on this very machine and its process is gone, or if it did not renew the lock for `WATCH_S`
seconds while this apply watched. Clocks of machines are never compared. A lock on this machine needs no such rule: the
operating system ends it with the process that holds it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from dfsync.errors import NotSentError
from dfsync.state.git_ref import GitRef
from dfsync.state.lock.holder import UNKNOWN, Holder, is_alive, read_holder
from dfsync.state.lock.trace import erase

NOTE = "lock.json"
"""The file of a locked ref that says who holds it."""
WATCH_S = 60.0
"""A lock that is not renewed for so long is nobody's any more: longer than a renewal and its slowest push take."""
POLL_S = 2.0


def may_take_over(ref: GitRef, tip: str, left: Holder, here: Holder | None, watching: Callable[[Holder], None]) -> bool:
    """Return True when a lock is of nobody who lives, False when the ref has moved; raise NotSentError when he lives.

    `here` is the dead process that had left the lock of this machine. Any other process of this machine can be looked
    up. Whoever is elsewhere renews the lock, so that it is watched for a while.
    """
    if here is not None and here.id == left.id != "":
        return True
    alive = is_alive(left)
    if alive is not None:
        if alive:
            raise _held_by(ref, tip, left)
        erase(left.id)
        return True
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
