"""Python's garbage collector, kept out of the way where much is built that stays."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused(*, stays: bool = False) -> Iterator[None]:
    """Collect no garbage inside. With `stays` what is alive in the end is never looked through again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if stays:
            gc.freeze()
        if was_enabled:
            gc.enable()
