"""Which commit the files are at, for plans, receipts and state."""

from __future__ import annotations

import re
from pathlib import Path

from dfsync.errors import InputError
from dfsync.files.storage.git import git

_COMMIT = "# branch.oid "
_NONE = "(initial)"
_NAME = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


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


def lacks(root: Path, commit: str, other: str) -> bool:
    """Whether the history of a commit lacks another, which nobody may have fetched yet; a shallow clone can't tell."""
    if commit == other or not _NAME.fullmatch(other):
        return False
    try:
        if not git(root, "rev-list", "--max-count=1", other, "--not", commit, "--"):
            return False
    except InputError:
        pass  # it is not here
    return git(root, "rev-parse", "--is-shallow-repository").strip() == b"false"
