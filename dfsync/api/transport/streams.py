"""Keeps track of open connections, so that Ctrl-C need not wait for a slow server.

httpx tells of each connection through its `trace` extension. Closing the client alone does not wake a thread that reads
from a connection.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any

_OPENED = frozenset({"connection.connect_tcp.complete", "connection.start_tls.complete", "proxy.start_tls.complete"})


class Streams:
    """Every connection that was opened."""

    def __init__(self) -> None:
        self._opened: list[Any] = []

    def note(self, event: str, info: dict[str, Any]) -> None:
        """Listen to the trace of a request (httpx, "Extensions": `trace`)."""
        if event in _OPENED:
            self._opened.append(info["return_value"])

    def hang_up(self) -> None:
        """Shut down all of them. Whoever reads or writes finds the connection closed."""
        for stream in self._opened:
            with suppress(OSError):
                stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
