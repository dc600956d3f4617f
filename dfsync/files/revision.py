"""Which commit the files are at, for plans, receipts and state."""

from __future__ import annotations

from pathlib import Path

from dfsync.errors import InputError
from dfsync.files.git import git


def revision(root: Path) -> tuple[str | None, bool]:
    """Return the commit that `root` is at, None outside git, and whether the work tree differs from it there."""
    try:
        commit = git(root, "rev-parse", "--verify", "--quiet", "HEAD").decode().strip()
        dirty = bool(git(root, "status", "--porcelain", "--untracked-files=all", "--", "."))
    except InputError:
        return None, False
    return commit, dirty
