"""The folder `.dfsync`: safe file names, and files that are never half written."""

from __future__ import annotations

import os
import re
from pathlib import Path

from dfsync.errors import InputError
from dfsync.files.storage.atomic_write import hide_from_git, replacing
from dfsync.files.storage.safe_open import is_in_place

FOLDER = ".dfsync"


def below(root: Path, *parts: str) -> Path:
    """Return `.dfsync/<parts>` below the root. Raises InputError for a link, which a pull request may have brought."""
    folder = (root / FOLDER).joinpath(*parts)
    if not is_in_place(root, folder):
        raise InputError(f"{folder} is a link, or below one", help="put a folder in its place")
    return folder


def make_folder(root: Path, *parts: str) -> Path:
    """Create `.dfsync/<parts>` below the root, which git is told to ignore, and return it. Raises InputError."""
    folder = below(root, *parts)
    folder.mkdir(parents=True, exist_ok=True)
    hide_from_git(root / FOLDER)
    return folder


def safe_name(target: str) -> str:
    """Return the name of a target as a file name and part of a git ref: all but `A-Z a-z 0-9 _ -` as %XX."""
    return re.sub(rb"[^A-Za-z0-9_-]", lambda found: b"%%%02X" % ord(found[0]), target.encode()).decode()


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file as a whole and flush it to disk, readable by the user alone; or leave it as it was."""
    with replacing(path, 0o600) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def reserve(path: Path, size: int) -> None:
    """Reserve space on the disk with a new file. Raises OSError if there is not enough."""
    path.unlink(missing_ok=True)  # whatever it was: to open a pipe would take for ever
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        if size and hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, size)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make a new or replaced name in a folder durable, if the system can do that."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
