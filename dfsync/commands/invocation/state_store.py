"""Opens the state for a command, and first undoes what a branch did to it."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from dfsync.model.text import shortened
from dfsync.state.folder.files import FOLDER, safe_name
from dfsync.state.folder.own_copies import own_copies
from dfsync.state.folder.trust import put_back
from dfsync.state.store import open_store

if TYPE_CHECKING:
    from dfsync.commands.invocation.context import Invocation
    from dfsync.model.settings import Config
    from dfsync.state.store import Store


def state_store(invocation: Invocation, config: Config) -> Store:
    """Return the store of the chosen target. Tells the user what was put back, and how a lost state comes back."""
    root, target = invocation.root(), invocation.target(config)
    for name in put_back(root):
        what = "put back its own" if (root / FOLDER / name).exists() else "removed it"
        invocation.say(f"Note: a branch that was checked out here had {FOLDER}/{shortened(name)}: dfsync {what}.")
    name = f"state/{safe_name(target.name)}.json"
    copies = own_copies(root) if config.state.backend == "file" and not (root / FOLDER / name).exists() else None
    if copies and (copy := copies.only_copy(name)):
        folder, source = (shlex.quote(os.path.relpath(path)) for path in ((root / FOLDER / name).parent, copy))
        command = f"mkdir -p {folder} && cp {source} {folder}"
        invocation.say(f"Note: {FOLDER}/{name} is gone. To go on from the last apply: {command}")
    return open_store(config, root, target)
