"""The root of a repository: the folder of its dfsync.yaml."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from dfsync.errors import ConfigError
from dfsync.files.storage.safe_open import is_in_place, lies_below
from dfsync.model.place import CONFIG_FILE
from dfsync.model.text import visible

_SPELLINGS = (CONFIG_FILE, "dfsync.yml", f"{CONFIG_FILE}.txt", f"{CONFIG_FILE}.yaml")
__all__ = ["CONFIG_FILE", "find_root", "leaves_repository"]


def find_root(start: Path) -> Path:
    """Return the folder of the nearest dfsync.yaml at or above `start`. Raises `ConfigError` if there is none."""
    for folder in (start, *start.parents):
        if (folder / CONFIG_FILE).is_file():
            return folder
    raise ConfigError(f"no {CONFIG_FILE} in {start} or any folder above it", help=_near(start))


def _near(start: Path) -> str:
    """Say where else a dfsync.yaml may be: under another spelling, or in a folder here."""
    with suppress(OSError):
        entries = sorted(start.iterdir())
        for entry in entries:
            if entry.name.casefold().lstrip(".") in _SPELLINGS and entry.is_file():
                return f"rename {visible(entry.name)} to {CONFIG_FILE}"
        for entry in entries:
            if (entry / CONFIG_FILE).is_file():
                return f"there is one in {visible(entry.name)}: dfsync -C {visible(entry.name)}"
    return "run dfsync init to start a repository, or name one with -C DIR"


def leaves_repository(path: Path) -> bool:
    """Whether a path is or contains a link that leaves the repository, or leads to the files of git itself."""
    path = Path(os.path.abspath(path))  # noqa: PTH100  (links are not to be followed yet)
    root = next((folder for folder in path.parents if (folder / CONFIG_FILE).is_file()), None)
    if root is None or is_in_place(root, path):
        return False
    return not lies_below(os.path.realpath(root), os.path.realpath(path))
