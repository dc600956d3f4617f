"""Which files have edits that git has not kept, so that overwriting them could lose something."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from dfsync.errors import InputError
from dfsync.files.storage.git import git


def uncommitted(root: Path, paths: Collection[str]) -> list[str]:
    """Return those of the paths that differ from the last commit, or are in none; none outside git.

    Paths are relative to the root. Files that git ignores are nobody's to keep.
    """
    if not paths:
        return []
    try:
        git(root, "rev-parse", "--is-inside-work-tree")
    except InputError:
        return []
    edited = git(root, "ls-files", "-z", "--modified", "--others", "--exclude-standard")
    try:
        staged = git(root, "diff", "--name-only", "--relative", "-z", "--cached", "HEAD")
    except InputError:  # no commit yet, so nothing is kept
        staged = git(root, "ls-files", "-z", "--cached")
    names = {name.decode("utf-8", "surrogateescape") for name in (edited + staged).split(b"\0")}
    return sorted(names.intersection(paths))
