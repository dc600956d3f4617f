"""Opens the state for a command. It first puts back what a branch changed in it."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from dfsync.errors import DfsyncError
from dfsync.model.text import shortened
from dfsync.state.folder.files import FOLDER, safe_name
from dfsync.state.folder.own_copies import own_copies
from dfsync.state.folder.trust import put_back
from dfsync.state.store import open_store
from dfsync.state.target_state import loads

if TYPE_CHECKING:
    from dfsync.commands.invocation.context import Invocation
    from dfsync.model.settings import Config
    from dfsync.state.store import Store


def state_store(invocation: Invocation, config: Config) -> Store:
    """Return the store of the chosen target. Tells the user what was put back, and how to restore a lost state."""
    root, target = invocation.root(), invocation.target(config)
    state = f"state/{safe_name(target.name)}.json"

    def fits(name: str, data: bytes) -> bool:
        """Whether the copy of a state can be read, and is one of this target."""
        try:
            return name != state or bool(loads(data, target, name))
        except DfsyncError:
            return False

    copies = own_copies(root)
    for name in put_back(root, safe_name(target.name), fits):
        what = "put back its own" if (root / FOLDER / name).exists() else "removed it"
        aside = copies.set_aside(name) if copies else None
        kept = f"; what was there is now {shortened(os.path.relpath(aside))}" if aside else ""
        invocation.say(f"Note: a branch of this repository has {FOLDER}/{shortened(name)}: dfsync {what}{kept}.")
    copy = copies.only_copy(state, fits) if copies and config.state.backend == "file" else None
    if copy is not None:
        folder, source = (shlex.quote(os.path.relpath(path)) for path in ((root / FOLDER / state).parent, copy))
        command = f"mkdir -p {folder} && cp {source} {folder}"
        invocation.say(f"Note: {FOLDER}/{state} is gone. To go on from the last apply: {command}")
    return open_store(config, root, target)
