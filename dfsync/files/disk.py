"""Files on disk, replaced whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from functools import cache
from pathlib import Path

from dfsync.errors import InputError
from dfsync.files.tree import LEAVES
from dfsync.model.text import visible


def replace_file(root: Path, path: str, data: bytes) -> None:
    """Write a file below the root, its folders too; an existing one keeps its mode, a link leads on to where it led.

    A reader sees the old content or the new, never a part. Raises `InputError`.
    """
    target = (root / path).resolve()
    if not target.is_relative_to(root.resolve()):
        raise InputError(f"{visible(path)} {LEAVES}, so it is not written")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
        _replace(target, data, mode)
    except OSError as error:
        raise InputError(f"{visible(path)} can't be written: {error.strerror}") from error


def _replace(target: Path, data: bytes, mode: int) -> None:
    descriptor, name = tempfile.mkstemp(prefix=".dfsync-", dir=target.parent)
    partial = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        partial.chmod(mode)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


@cache
def _umask() -> int:
    """Return the process's umask; it can't be asked for without setting it."""
    umask = os.umask(0)
    os.umask(umask)
    return umask
