"""Ports of this machine that no other test and no connection gets in the meantime."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

_NEVER_GIVEN = range(10_000, 32_000)
"""Ports that the system gives to nobody who asks for any port: those begin at 32768, or higher."""


def free_port() -> int:
    """Return a port on which something can be served, again and again."""
    while True:
        port = secrets.choice(_NEVER_GIVEN)
        with closing(socket.socket()) as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


@contextmanager
def silent_port() -> Iterator[int]:
    """Hold a port on which nothing listens: whoever connects is refused."""
    with closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
