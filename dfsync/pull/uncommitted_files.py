"""Finds files with uncommitted edits, which would be lost if the files were overwritten."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from dfsync.errors import InputError
from dfsync.files.storage.git.commands import git, in_repository


def uncommitted(root: Path, paths: Collection[str]) -> list[str]:
    """Return the paths that differ from the last commit or are in no commit; none outside git.

    Paths are relative to the root. Links are followed, and a submodule is asked about its own files. Ignored files are
    left out. Raises `InputError` if there is a repository and git can't be asked.
    """
    real = root.resolve()
    by_repository: dict[Path, dict[str, str]] = {}
    for path in paths:
        place = (real / path).resolve()
        holder = _nearest_repository(place.parent, real)
        by_repository.setdefault(holder, {})[os.path.relpath(place, holder)] = path
    at_risk: list[str] = []
    for holder, names in by_repository.items():
        edited = _edited(holder) if in_repository(holder) else set()
        at_risk += [path for name, path in names.items() if name in edited]
    return sorted(at_risk)


def _nearest_repository(folder: Path, root: Path) -> Path:
    """Return the folder of the submodule around a folder, or else the root."""
    while folder != root and root in folder.parents:
        if (folder / ".git").exists():
            return folder
        folder = folder.parent
    return root


def _edited(folder: Path) -> set[str]:
    """Return the names below a folder that are modified, staged or new."""
    edited = git(folder, "ls-files", "-z", "--modified", "--others", "--exclude-standard")
    try:
        staged = git(folder, "diff", "--name-only", "--relative", "-z", "--cached", "HEAD")
    except InputError:  # no commit yet, so nothing is kept
        staged = git(folder, "ls-files", "-z", "--cached")
    return {name.decode("utf-8", "surrogateescape") for name in (edited + staged).split(b"\0")}
