"""Turns the files and folders of a command line into files of the repository."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from dfsync.errors import InputError
from dfsync.model.text import visible


def named(
    directory: Path, root: Path, paths: Sequence[str], known: Collection[str], *, ignore_unknown: bool = False
) -> list[str]:
    """Return the known files that the paths name, sorted, each once. A folder names everything below it.

    `paths` are relative to `directory`, and `known` to the root. Raises `InputError` for a path that names no known
    file, unless such paths are to be ignored.
    """
    found: set[str] = set()
    for path in paths:
        name = below_root(directory, root, path)
        here = {file for file in known if name in (file, "") or file.startswith(f"{name}/")}
        if not here and not ignore_unknown:
            there = os.path.lexists(root / name)
            problem = "is none of the files that dfsync.yaml names" if there else "does not exist"
            raise InputError(f"{visible(path)} {problem}")
        found |= here
    return sorted(found)


def below_root(directory: Path, root: Path, path: str) -> str:
    """Return a path of the command line relative to the root, "" for the root itself. Raises `InputError`."""
    full = Path(os.path.normpath(directory / path))
    for candidate in (full, full.resolve()):
        if candidate.is_relative_to(root):
            return "" if candidate == root else candidate.relative_to(root).as_posix()
    raise InputError(f"{visible(path)} lies outside the repository {visible(str(root))}")
