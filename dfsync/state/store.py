"""The interface of state: load, lock, begin, save. It is kept in a file or in a git ref."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from dfsync.model.settings import Config, Target
from dfsync.state.target_state import TargetState

if TYPE_CHECKING:
    from dfsync.state.lock.holder import Holder, Watching


class Store(Protocol):
    """The place where the state of one target is kept."""

    def load(self, *, offline: bool = False) -> TargetState:
        """Return the state, an empty one when there is none; `offline` leaves a remote alone.

        Raises InputError if it can't be read or believed, ConfigError when it is that of another customer or server.
        """

    def lock(self, watching: Watching = None) -> AbstractContextManager[Holder | None]:
        """Hold the lock, which keeps out every other apply to the target.

        Yields the dead process that had left it, if one did. Raises NotSentError, naming the holder, if somebody else
        holds it.
        """

    def check_lock(self) -> None:
        """Raise LockLostError if the lock is no longer held, and InputError if nobody can tell."""

    def begin(self, state: TargetState, message: str) -> None:
        """Replace the state as a whole before anything is sent, and keep the lock."""

    def save(self, state: TargetState, message: str) -> None:
        """Replace the state as a whole under the lock. `message` says in one line what was done."""

    def probe(self) -> str:
        """Say in a line where the state is and that it can be read and written; changes nothing.

        Raises DfsyncError with the reason when it can't.
        """


def open_store(config: Config, root: Path, target: Target) -> Store:
    """Return the store that dfsync.yaml asks for; nothing is read yet."""
    from dfsync.state.file import FileStore

    file = FileStore(root, target)
    if config.state.backend == "git":
        from dfsync.state.git import GitStore

        return GitStore(root, target, config.state.remote, before=file.load)
    return file
