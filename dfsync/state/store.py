"""The face of state: load, lock, save. Two backends keep it, a file or a git ref."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from dfsync.model.settings import Config, Target
from dfsync.state.target_state import TargetState

if TYPE_CHECKING:
    from dfsync.state.lock import Holder


class Store(Protocol):
    """Where the state of one target is kept."""

    def load(self, *, offline: bool = False) -> TargetState:
        """Return the state, an empty one when there is none; `offline` leaves a remote alone.

        Raises InputError when it can't be read, ConfigError when it is the state of another customer or server.
        """

    def lock(self) -> AbstractContextManager[Holder | None]:
        """Keep every other apply to the target out; yields who left the lock behind, if a dead process did.

        Raises NotSentError, naming the holder, when somebody else holds it.
        """

    def save(self, state: TargetState, message: str) -> None:
        """Replace the state, whole, under the lock; `message` says in a line what was done."""

    def probe(self) -> str:
        """Say in a line where the state is and that it can be read and written; changes nothing.

        Raises DfsyncError with the reason when it can't.
        """


def open_store(config: Config, root: Path, target: Target) -> Store:
    """Return the store that dfsync.yaml asks for; nothing is read yet."""
    if config.state.backend == "git":
        from dfsync.state.git import GitStore

        return GitStore(root, target, config.state.remote)
    from dfsync.state.file import FileStore

    return FileStore(root, target)
