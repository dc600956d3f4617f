"""Which commit the files are at, for plans, receipts and state."""

from __future__ import annotations

from pathlib import Path

from dfsync.errors import InputError
from dfsync.files.git import git

_COMMIT = "# branch.oid "
_NONE = "(initial)"


def revision(root: Path) -> tuple[str | None, bool]:
    """Return the commit that `root` is at, None outside git, and whether the work tree differs from it there."""
    try:
        said = git(root, "status", "--porcelain=v2", "--branch", "--untracked-files=all", "--", ".")
    except InputError:
        return None, False
    lines = said.decode("utf-8", "replace").splitlines()
    commit = next((line.removeprefix(_COMMIT) for line in lines if line.startswith(_COMMIT)), _NONE)
    if commit == _NONE:
        return None, False
    return commit, any(not line.startswith("# ") for line in lines)
