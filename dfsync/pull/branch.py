"""Commits the files that a pull wrote to a new branch, from which somebody can open a pull request."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dfsync.errors import InputError
from dfsync.files.storage.git.commands import git
from dfsync.model.text import shortened


def check_new_branch(root: Path, name: str) -> None:
    """Raise `InputError` unless the branch is new and nothing that git tracks has uncommitted edits."""
    try:
        git(root, "check-ref-format", "--branch", name)
    except InputError as error:
        raise InputError(f"{shortened(name)} is no name for a branch", help="choose one such as store-hours") from error
    if git(root, "for-each-ref", "--format=%(refname)", f"refs/heads/{name}").strip():
        raise InputError(f"there is a branch {shortened(name)} already", help="choose another name")
    if git(root, "status", "--porcelain", "--untracked-files=no", "-z"):
        raise InputError(
            "the repository has edits that are not committed, so no branch is made and nothing was written",
            help="commit or stash them first",
        )


def commit_to_branch(root: Path, name: str, paths: Sequence[str], message: str) -> None:
    """Make the branch, commit the files to it, and stay on it. Raises `InputError` with git's own words."""
    git(root, "switch", "--quiet", "--create", name)
    git(root, "add", "--", *paths)
    git(root, "commit", "--quiet", "--message", message, "--", *paths)
