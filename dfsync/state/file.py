"""State in a file of the work tree, `.dfsync/state/<target>.json`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dfsync.errors import InputError
from dfsync.files.storage.atomic_write import obstacle
from dfsync.files.storage.safe_open import read_plain
from dfsync.model.settings import Target
from dfsync.state.folder.files import FOLDER, below, make_folder, safe_name, write_whole
from dfsync.state.folder.own_copies import own_copies
from dfsync.state.folder.trust import check_trust
from dfsync.state.target_state import LOSS, TargetState, dumps, empty_state, loads

if TYPE_CHECKING:
    from dfsync.state.lock.holder import Holder, Watching
    from dfsync.state.lock.machine import MachineLock


class FileStore:
    """Keeps the state of one target in a file that is replaced whole."""

    def __init__(self, root: Path, target: Target) -> None:
        self._root = root
        self._target = target
        self._name = safe_name(target.name)
        self._lock: MachineLock | None = None

    @property
    def _where(self) -> str:
        return f"{FOLDER}/state/{self._name}.json"

    def load(self, *, offline: bool = False) -> TargetState:
        """Return the state, an empty one when there is no file."""
        del offline  # it is always
        check_trust(self._root)
        try:
            data, _ = read_plain(below(self._root, "state") / f"{self._name}.json")
        except FileNotFoundError:
            return empty_state()
        except OSError as error:
            raise InputError(f"{self._where} can't be read: {error.strerror}", help=LOSS) from error
        return loads(data, self._target, self._where)

    def probe(self) -> str:
        """Say where the state is; nothing is written. Raises InputError if it can't be read or written."""
        known = self.load()
        folder = next(place for place in (self._root / self._where).parents if place.is_dir())
        reason = obstacle(folder)
        if reason:
            raise InputError(
                f"{self._where} can't be written: {reason}",
                help="apply needs a checkout that it may write to",
            )
        return f"{self._where}, {'as the last apply left it' if known.history else 'nothing applied from here yet'}"

    @contextmanager
    def lock(self, watching: Watching = None) -> Iterator[Holder | None]:
        """Hold the lock of this machine."""
        from dfsync.state.lock.machine import machine_lock  # a plan takes no lock

        del watching  # the system knows at once whether a process holds it
        check_trust(self._root)
        with machine_lock(make_folder(self._root, "locks"), self._name) as lock:
            self._lock = lock
            yield lock.left

    def check_lock(self) -> None:
        """Raise LockLostError if the lock's file was taken away."""
        if self._lock is not None:
            self._lock.check()

    def begin(self, state: TargetState, message: str) -> None:
        """Replace the file. Raises InputError if that can't be done."""
        try:
            self.save(state, message)
        except OSError as error:
            where = error.filename or self._where
            raise InputError(f"{where} can't be written, so nothing was sent: {error.strerror}") from error

    def save(self, state: TargetState, message: str) -> None:
        """Replace the file."""
        del message  # the state's history says it
        make_folder(self._root, "state")
        data = dumps(state, self._target)
        if copies := own_copies(self._root):
            copies.store(f"state/{self._name}.json", data)
        write_whole(self._root / self._where, data)
