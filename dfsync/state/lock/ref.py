"""The lock in a git ref: a commit that adds `lock.json` is put on top of the state's by compare-and-swap.

While it is held the lock is renewed, each time by another commit. The commit of a new state replaces it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from msgspec.structs import asdict, replace

from dfsync.errors import InputError, NotSentError
from dfsync.state.git_ref import GitRef, MovedError
from dfsync.state.lock.holder import UNKNOWN, Holder, Watching, read_holder
from dfsync.state.lock.machine import LockLostError, MachineLock
from dfsync.state.lock.takeover import NOTE, may_take_over

T = TypeVar("T")

STATE = "state.json"
RENEW_S = 10.0
"""A lock that is held is renewed this often."""
PAUSES_S = (1.0, 3.0, 9.0)
"""How long to wait before a push that failed is tried again."""


class RefLock:
    """The lock of a ref while it is held: `commit` has the note, `base` is the state's commit below it."""

    def __init__(self, ref: GitRef, here: MachineLock, commit: str, base: str | None) -> None:
        self.commit: str | None = commit
        self._ref = ref
        self._here = here
        self._base = base
        self._holder = here.holder
        self._mutex = threading.Lock()
        self._ended = threading.Event()

    def check(self) -> None:
        """Raise LockLostError if the ref is at another commit than the lock's."""
        self._here.check()
        with self._mutex:
            if self.commit is None or _patiently(self._ref.current) != self.commit:
                self.commit = None
                raise self._lost()

    def begin(self, state: bytes, message: str) -> None:
        """Put a commit with this state below the lock's."""
        with self._mutex:
            base = self._ref.commit({STATE: state}, self._base, message)
            self._move(_locked(self._ref, self._holder, base))
            self._base = base

    def replace(self, state: bytes, message: str) -> None:
        """Put a commit with this state in the place of the lock's."""
        with self._mutex:
            self._move(self._ref.commit({STATE: state}, self._base, message))
            self.commit = None

    def release(self) -> None:
        """Take the lock away if it is still there. If that fails, others see after a while that it is dead."""
        with self._mutex:
            if self.commit is None:
                return
            self.commit = None
            try:
                self._ref.move(self._base)
            except MovedError:
                return
            except InputError:
                self._here.is_given_back = False

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Renew the lock while the block runs."""
        thread = threading.Thread(target=self._renew, name="dfsync-lock", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def _renew(self) -> None:
        while not self._ended.wait(RENEW_S):
            with self._mutex:
                if self.commit is None:
                    return
                self._holder = replace(self._holder, renewed=self._holder.renewed + 1)
                try:
                    commit = _locked(self._ref, self._holder, self._base)
                    self._ref.move(commit)
                    self.commit = commit
                except (MovedError, InputError):
                    continue  # the next check finds out, before anything is sent

    def _move(self, commit: str) -> None:
        if self.commit is None:
            raise self._lost()
        try:
            _patiently(lambda: self._ref.move(commit))
        except MovedError as error:
            if self._ref.current() != commit:  # else the answer to an earlier push was lost
                raise self._lost() from error
        self.commit = commit

    def _lost(self) -> LockLostError:
        return LockLostError(
            f"the lock is lost: {self._ref.name} was moved by somebody else",
            help="run apply again: it looks at live, and finds what was sent",
        )


def take(ref: GitRef, here: MachineLock, watching: Watching) -> tuple[Holder | None, str, str | None]:
    """Lock the ref; return who had left it locked, if a dead process did, the lock's commit and the one below it."""
    while True:
        tip = ref.tip()
        note = ref.blob(tip, NOTE)
        left = None if note is None else read_holder(note) or UNKNOWN
        if left is None or tip is None or may_take_over(ref, tip, left, watching):
            break
    base = ref.parent(tip) if left is not None and tip else tip
    locked = _locked(ref, here.holder, base)
    try:
        ref.move(locked)
    except MovedError as error:
        raise NotSentError(
            f"nothing was sent: another apply took the lock on {ref.name} just now",
            help="wait until it is done, then try again",
        ) from error
    return left, locked, base


def _locked(ref: GitRef, holder: Holder, base: str | None) -> str:
    """Return a commit on top of `base` that has its state, and the note of the holder."""
    note = json.dumps(asdict(holder)).encode()
    return ref.commit({NOTE: note}, base, f"Locked by {holder}", kept=[STATE] if base else ())


def _patiently(call: Callable[[], T]) -> T:
    """Call git, and call it again after a while if it fails: rows may have been sent, and the network may come back."""
    for pause_s in PAUSES_S:
        try:
            return call()
        except InputError:
            time.sleep(pause_s)
    return call()
