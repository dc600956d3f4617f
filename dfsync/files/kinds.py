"""Which files hold what, by the patterns of dfsync.yaml."""

from __future__ import annotations

from dfsync.files.entries import FileKind
from dfsync.files.storage.tree import Tree
from dfsync.model.settings import Config


def file_kinds(tree: Tree, config: Config) -> dict[str, FileKind]:
    """Return every file that the patterns name, sorted; one that both name holds sites."""
    files = dict.fromkeys(tree.paths(config.contacts), FileKind.CONTACT)
    files.update(dict.fromkeys(tree.paths(config.sites), FileKind.SITE))
    return dict(sorted(files.items()))
