"""Waiting for what another process or thread does, instead of for a time."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_S = 120.0
"""No computer stands still for so long. Only a test that fails waits for it."""


def wait_until(true: Callable[[], object]) -> None:
    """Return once something is true; fail after two minutes."""
    until = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)
