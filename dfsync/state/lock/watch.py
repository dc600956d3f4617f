"""Who is told that an apply watches the lock of another, which takes up to a minute."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dfsync.state.lock.holder import Holder

Watching = Callable[["Holder"], None]
"""Is told who holds the lock that is watched, before the watch begins."""


def nobody_watches(holder: Holder) -> None:
    """Tell nobody."""
