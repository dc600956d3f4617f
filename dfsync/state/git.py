"""State in a ref of the repository, `refs/dfsync/state/<target>`, so that runners without a disk share it.

The ref names a commit whose tree holds `state.json`; its history is the audit trail. The ref itself is the lock
(`state.lock.ref`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dfsync.model.settings import Target
from dfsync.state.folder.files import make_folder, safe_name
from dfsync.state.folder.trust import check_trust
from dfsync.state.git_ref import GitRef, failed
from dfsync.state.lock.holder import Holder, Watching
from dfsync.state.lock.machine import machine_lock
from dfsync.state.lock.ref import STATE, RefLock, take
from dfsync.state.target_state import TargetState, dumps, empty_state, loads


class GitStore:
    """Keeps the state of one target in a ref of the repository that holds `root`.

    `before` loads the state that counts as long as there is no ref: changing to git loses nothing.
    """

    def __init__(
        self, root: Path, target: Target, remote: str | None, before: Callable[[], TargetState] = empty_state
    ) -> None:
        self._root = root
        self._target = target
        self._before = before
        self._name = safe_name(target.name)
        self._ref = GitRef(root, f"refs/dfsync/state/{self._name}", remote)
        self._held: RefLock | None = None

    def load(self, *, offline: bool = False) -> TargetState:
        """Return the state; without a ref, the state that `before` loads."""
        check_trust(self._root)
        commit = self._held.commit if self._held else self._ref.local() if offline else self._ref.tip()
        data = self._ref.blob(commit, STATE)
        if data is None and offline and self._ref.remote is not None:
            return empty_state()  # the remote may have a newer one than any file
        if data is None:
            return self._before()
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
    def lock(self, watching: Watching = None) -> Iterator[Holder | None]:
        """Hold the lock of this machine, and the ref."""
        check_trust(self._root)
        with machine_lock(make_folder(self._root, "locks"), self._name) as here:
            left, commit, base = take(self._ref, here, watching)
            self._held = RefLock(self._ref, here, commit, base)
            try:
                with self._held.renewed():
                    yield left or here.left
            finally:
                self._held.release()
                self._held = None

    def check_lock(self) -> None:
        """Raise LockLostError if the ref is not this apply's any more."""
        self._lock.check()

    def begin(self, state: TargetState, message: str) -> None:
        """Put the state's commit below the lock's, so that it stays whatever becomes of this apply."""
        self._lock.begin(dumps(state, self._target), message)

    def save(self, state: TargetState, message: str) -> None:
        """Put the state's commit in the place of the lock's."""
        self._lock.replace(dumps(state, self._target), message)

    @property
    def _lock(self) -> RefLock:
        if self._held is None:
            raise ValueError("the lock is not held")
        return self._held
