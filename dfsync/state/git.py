"""State in a ref of the repository, `refs/dfsync/state/<target>`, so that runners without a disk share it.

The ref names a commit whose tree holds `state.json`; its history is the audit trail. The ref itself is the lock: a
commit that adds `lock.json` is put on top by compare-and-swap before anything is sent, and is replaced, not followed,
by the commit of the new state. While it is held the lock is renewed, each time by another commit. An apply
takes over the lock of a dead apply only. An apply is dead if its process ran on this very kernel and is gone, or if it
did not renew the lock for `WATCH_S` seconds while this apply watched. Clocks of machines are never compared.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TypeVar

from dfsync.errors import InputError, NotSentError
from dfsync.model.settings import Target
from dfsync.state.file import FileStore
from dfsync.state.folder import make_folder, safe_name
from dfsync.state.git_ref import GitRef, MovedError, failed
from dfsync.state.lock import UNKNOWN, Holder, LockLostError, MachineLock, is_alive, machine_lock, read_holder
from dfsync.state.target_state import TargetState, dumps, empty_state, loads
from dfsync.state.trust import check_trust
from dfsync.state.watching import Watching, nobody_watches

T = TypeVar("T")

STATE, LOCK = "state.json", "lock.json"
RENEW_S = 10.0
"""A lock that is held is renewed this often."""
WATCH_S = 60.0
"""A lock that is not renewed for so long is nobody's any more: longer than a renewal and its slowest push take."""
POLL_S = 2.0
PAUSES_S = (1.0, 3.0, 9.0)
"""How long to wait before a push that failed is tried again."""


class GitStore:
    """Keeps the state of one target in a ref of the repository that holds `root`."""

    def __init__(self, root: Path, target: Target, remote: str | None) -> None:
        self._root = root
        self._target = target
        self._name = safe_name(target.name)
        self._ref = GitRef(root, f"refs/dfsync/state/{self._name}", remote)
        self._held: _RefLock | None = None

    def load(self, *, offline: bool = False) -> TargetState:
        """Return the state; that of a file when there is no ref, an empty one when there is neither."""
        check_trust(self._root)
        commit = self._held.commit if self._held else self._ref.local() if offline else self._ref.tip()
        data = self._ref.blob(commit, STATE)
        if data is None and offline and self._ref.remote is not None:
            return empty_state()  # the remote may have a newer one than any file
        if data is None:  # what the other backend left here counts until the first apply: changing to git loses nothing
            return FileStore(self._root, self._target).load()
        return loads(data, self._target, self._ref.name)

    def probe(self) -> str:
        """Say where the state is, having asked for the right to fetch and push; the ref stays as it is.

        Raises DfsyncError with git's own reason.
        """
        known = self.load()
        said = "as the last apply left it" if known.history else "nothing applied from here yet"
        ref = self._ref
        if ref.remote is None:
            return f"{ref.name}, {said}"
        # A push that is only tried asks the remote for the right to push, and transfers nothing.
        refspec = f"{ref.seen or ref.commit({}, None, 'A try')}:{ref.name}"
        done = ref.run("push", "--dry-run", "--porcelain", "--no-verify", "--", ref.remote, refspec)
        if done.returncode:
            raise failed("push", (done.stdout + done.stderr).decode("utf-8", "replace"))
        return f"{ref.name}, fetched from {ref.remote} and may be pushed there, {said}"

    @contextmanager
    def lock(self, watching: Watching = nobody_watches) -> Iterator[Holder | None]:
        """Hold the lock of this machine, and the ref."""
        check_trust(self._root)
        with machine_lock(make_folder(self._root, "locks"), self._name) as here:
            left, commit, base = _take(self._ref, here.holder, watching)
            self._held = _RefLock(self._ref, here, commit, base)
            try:
                with self._held.renewed():
                    yield left or here.left
            finally:
                self._held.release()
                self._held = None

    def check_lock(self) -> None:
        """Raise LockLostError when the ref is not this apply's any more."""
        self._lock.check()

    def begin(self, state: TargetState, message: str) -> None:
        """Put the state's commit below the lock's, so that it stays whatever becomes of this apply."""
        self._lock.begin(dumps(state, self._target), message)

    def save(self, state: TargetState, message: str) -> None:
        """Put the state's commit in the place of the lock's."""
        self._lock.replace(dumps(state, self._target), message)

    @property
    def _lock(self) -> _RefLock:
        if self._held is None:
            raise ValueError("the lock is not held")
        return self._held


class _RefLock:
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
        """Raise LockLostError when the ref is at another commit than the lock's."""
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
        """Take the lock away, if it is still there; what can't be taken away is seen to be dead by others."""
        with self._mutex:
            if self.commit is None:
                return
            self.commit = None
            try:
                self._ref.move(self._base)
            except (MovedError, InputError):
                return

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


def _take(ref: GitRef, holder: Holder, watching: Watching) -> tuple[Holder | None, str, str | None]:
    """Lock the ref; return who had left it locked, if a dead process did, the lock's commit and the one below it."""
    while True:
        tip = ref.tip()
        note = ref.blob(tip, LOCK)
        left = None if note is None else read_holder(note) or UNKNOWN
        if left is None or tip is None or _is_dead(ref, tip, left, holder, watching):
            break
    base = ref.parent(tip) if left is not None and tip else tip
    locked = _locked(ref, holder, base)
    try:
        ref.move(locked)
    except MovedError as error:
        raise NotSentError(
            f"nothing was sent: another apply took the lock on {ref.name} just now",
            help="wait until it is done, then try again",
        ) from error
    return left, locked, base


def _is_dead(ref: GitRef, tip: str, left: Holder, holder: Holder, watching: Watching) -> bool:
    """Return True when a lock is of nobody who lives, False when the ref has moved; raise NotSentError when he lives.

    Who had the same lock of a machine is dead, since this apply has it now. A process of this kernel can be looked up.
    Whoever is elsewhere renews the lock, so that it is watched for a while.
    """
    if left.place == holder.place:
        return True
    alive = is_alive(left)
    if alive is not None:
        if alive:
            raise _held_by(ref, tip, left)
        return True
    watching(left)
    until = time.monotonic() + WATCH_S
    while time.monotonic() < until:
        time.sleep(POLL_S)
        now = ref.current()
        if now != tip:
            note = ref.blob(ref.tip(), LOCK)
            if note is None:
                return False
            raise _held_by(ref, tip, read_holder(note) or UNKNOWN)
    return True


def _locked(ref: GitRef, holder: Holder, base: str | None) -> str:
    """Return a commit on top of `base` that has its state, and the note of the holder."""
    note = json.dumps(asdict(holder)).encode()
    return ref.commit({LOCK: note}, base, f"Locked by {holder}", kept=[STATE] if base else ())


def _held_by(ref: GitRef, tip: str, holder: Holder) -> NotSentError:
    base = ref.parent(tip)
    back = f"git push --force {ref.remote} {base or ''}:{ref.name}"
    local = f"git update-ref {ref.name} {base}" if base else f"git update-ref -d {ref.name}"
    return NotSentError(
        f"nothing was sent: {ref.name} is locked by {holder}",
        help=f"wait until it is done; if that run is dead: {back if ref.remote else local}",
    )


def _patiently(call: Callable[[], T]) -> T:
    """Call git, and again after a while when it fails: rows may have been sent, and the network may come back."""
    for pause_s in PAUSES_S:
        try:
            return call()
        except InputError:
            time.sleep(pause_s)
    return call()
