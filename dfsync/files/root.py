"""The root of a repository: the folder of its dfsync.yaml."""

from __future__ import annotations

from pathlib import Path

from dfsync.errors import ConfigError

CONFIG_FILE = "dfsync.yaml"


def find_root(start: Path) -> Path:
    """Return the folder of the nearest dfsync.yaml at or above `start`. Raises `ConfigError` when there is none."""
    for folder in (start, *start.parents):
        if (folder / CONFIG_FILE).is_file():
            return folder
    raise ConfigError(
        f"no {CONFIG_FILE} in {start} or any folder above it",
        help="run dfsync init to start a repository, or name one with -C DIR",
    )
