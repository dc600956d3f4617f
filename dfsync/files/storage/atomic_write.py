"""Replaces files as a whole, or leaves them as they were.

The new content is first written beside the file, under a random name. If the name could be guessed, a pull request
could put a link there, and the write would follow it out of the repository.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from dfsync.errors import InputError
from dfsync.files.storage.safe_open import lies_below
from dfsync.files.storage.tree import LEAVES
from dfsync.model.text import visible

_DEVICES = Path("/dev")


@contextmanager
def replacing(path: Path, mode: int = 0o666) -> Iterator[IO[bytes]]:
    """Open a new file that replaces `path` when the block ends, and disappears if the block fails. Raises OSError.

    The umask narrows `mode`. A link at `path` is replaced and not followed. A path below /dev is written to directly.
    """
    if _DEVICES in path.parents:
        with path.open("wb") as device:
            yield device
        return
    partial = path.with_name(f".dfsync-{os.urandom(8).hex()}.partial")
    try:
        with open(partial, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            yield file
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def obstacle(folder: Path) -> str | None:
    """Return why nothing can be written into a folder, in the system's words; None if it can be. Writes nothing."""
    if os.access(folder, os.W_OK | os.X_OK):
        return None
    is_read_only = hasattr(os, "statvfs") and os.statvfs(folder).f_flag & os.ST_RDONLY
    return os.strerror(errno.EROFS if is_read_only else errno.EACCES)


def hide_from_git(folder: Path) -> None:
    """Tell git to leave a folder and all that is below it alone. Raises OSError."""
    ignore = folder / ".gitignore"
    if not ignore.exists():
        with replacing(ignore) as file:
            file.write(b"*\n")


def replace_file(root: Path, path: str, data: bytes) -> None:
    """Write a file below the root, and its folders. An existing file keeps its mode, and a link is followed.

    A reader sees the old content or the new one, never a part. Raises `InputError`.
    """
    target = Path(os.path.realpath(root / path))
    if not lies_below(os.path.realpath(root), str(target)):
        raise InputError(f"{visible(path)} {LEAVES}, so it is not written")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
        with replacing(target, 0o666 if mode is None else mode) as file:
            file.write(data)
            if mode is not None:
                Path(file.name).chmod(mode)  # whatever the umask is
    except OSError as error:
        raise InputError(f"{visible(path)} can't be written: {error.strerror}") from error
