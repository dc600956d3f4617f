"""Files that are replaced whole, or left as they were.

What is written stands beside the file first, under a name that nobody can foretell: where one can be foretold, a pull
request may have put a link, and the writing would follow it out of the repository.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_DEVICES = Path("/dev")


@contextmanager
def replacing(path: Path, mode: int = 0o666) -> Iterator[IO[bytes]]:
    """Give a new file that takes the place of `path` when the block ends, and is gone when it fails. Raises OSError.

    The umask narrows `mode`. A link at `path` is replaced, not followed. What lies below /dev is written to.
    """
    if _DEVICES in path.parents:
        with path.open("wb") as device:
            yield device
        return
    partial = path.with_name(f".dfsync-{secrets.token_hex(8)}.partial")
    try:
        with open(partial, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            yield file
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
