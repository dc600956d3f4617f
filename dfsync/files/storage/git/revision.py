"""The commit at which the files are, for plans, receipts and state."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from dfsync.errors import InputError
from dfsync.files.storage.git.commands import git, in_repository
from dfsync.files.storage.glob import compiled, leaves_root
from dfsync.files.storage.root import CONFIG_FILE

_COMMIT = "# branch.oid "
_NONE = "(initial)"
_NAME = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class Revision(Struct, frozen=True):
    """The commit of the files. Both fields are None if there is no commit or git can't be asked; `reason` says why."""

    commit: str | None = None
    dirty: bool | None = None
    reason: str | None = None


def revision(root: Path, patterns: Iterable[str] = ()) -> Revision:
    """Return the commit at which `root` is, and whether the work tree differs from it there.

    A file that git does not track counts only if it is dfsync.yaml or matches one of the patterns.
    """
    try:
        said = git(root, "status", "--porcelain=v2", "--branch", "--untracked-files=all", "--", ".")
        lines = said.decode("utf-8", "replace").splitlines()
        commit = next((line.removeprefix(_COMMIT) for line in lines if line.startswith(_COMMIT)), _NONE)
        if commit == _NONE:
            return Revision(reason="a git repository without a commit")
        tracked = any(not line.startswith(("# ", "? ")) for line in lines)
        new = any(line.startswith("? ") for line in lines)
        return Revision(commit, tracked or (new and _has_new_files(root, (CONFIG_FILE, *patterns))))
    except InputError as error:
        return Revision(reason=_reason(root, error))


def _reason(root: Path, error: InputError) -> str:
    """Return why there is no commit: git says so, or git can't be asked."""
    try:
        used = in_repository(root)
    except InputError:
        used = True
    said = f"{error.message}; {error.help}" if error.help else error.message
    return said if used else "not a git repository"


def _has_new_files(root: Path, patterns: Iterable[str]) -> bool:
    """Whether git does not track some file that a pattern matches."""
    new = git(root, "ls-files", "-z", "--others", "--exclude-standard").decode("utf-8", "surrogateescape")
    wanted = [compiled(pattern).match for pattern in patterns if not leaves_root(pattern)]
    return any(match(name) for name in new.split("\0") if name for match in wanted)


def lacks(root: Path, commit: str, other: str) -> bool:
    """Whether a commit is not in the history of another. It may not be fetched yet. A shallow clone can't tell."""
    if commit == other or not _NAME.fullmatch(other):
        return False
    try:
        if not git(root, "rev-list", "--max-count=1", other, "--not", commit, "--"):
            return False
    except InputError:
        pass  # it is not here
    return git(root, "rev-parse", "--is-shallow-repository").strip() == b"false"
