"""Results that are written as they come: to stdout, or to a file that appears when all of it is there."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from dfsync.errors import InputError
from dfsync.model.text import shortened


def write_stream(output: Path | None, chunks: Iterable[str]) -> None:
    """Write text to stdout, or replace a file whole. Raises InputError."""
    if output is not None:
        replaced(output, (chunk.encode() for chunk in chunks))
        return
    for chunk in chunks:
        sys.stdout.write(chunk)


def replaced(file: Path, chunks: Iterable[bytes]) -> None:
    """Replace a file whole; until then what was there stays. Raises InputError."""
    partial = file.with_name(file.name + ".partial")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with partial.open("wb") as written:
                written.writelines(chunks)
            partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{shortened(str(file))} can't be written: {error.strerror}") from error
