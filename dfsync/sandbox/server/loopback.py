"""Serves an ASGI application on loopback from a thread. It is ready when entered and gone when left."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager

import uvicorn

from dfsync.errors import DfsyncError
from dfsync.sandbox.backend.backend import Backend
from dfsync.sandbox.server.app import make_app
from dfsync.sandbox.server.asgi import App, Pauses, SandboxProtocol, closing
from dfsync.sandbox.server.log_middleware import logged
from dfsync.sandbox.server.middleware import faulty, limited

_TICK_S = 0.1  # as in uvicorn, which renews the Date header with each tick
_LARGEST_HEAD = 1024 * 1024  # longer than any URL that the application should answer itself


class Server(uvicorn.Server):
    """uvicorn, started and stopped without waiting for the next tick. What still runs is cut off."""

    def __init__(self, app: App, pauses: Pauses) -> None:
        config = uvicorn.Config(
            app,
            http=SandboxProtocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=75,
            h11_max_incomplete_event_size=_LARGEST_HEAD,
        )
        super().__init__(config)
        self.ready = threading.Event()
        self._pauses = pauses
        self._stop: asyncio.Event
        self._loop: asyncio.AbstractEventLoop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and set `ready`."""
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        await super().startup(sockets)
        await self.on_tick(0)
        self.ready.set()

    async def main_loop(self) -> None:
        """Tick as uvicorn does, until stopped."""
        tick = 0
        while not await self.on_tick(tick):
            tick += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), _TICK_S)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close every connection at once, then wait for the tasks, which have nobody left to answer."""
        self._pauses.end()
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks)
        for listening in sockets or []:
            listening.close()

    def stop(self) -> None:
        """Stop, from any thread."""
        self.should_exit = True
        self._loop.call_soon_threadsafe(self._stop.set)


def serve(backend: Backend, port: int) -> AbstractContextManager[int]:
    """Serve the API with all its layers on 127.0.0.1 while the block runs. Yields the port.

    A request passes the layers from the outside in: it is read completely and logged, fails if the fault script says
    so, waits for the limits, and only then reaches the API. Raises DfsyncError if the port can't be used.
    """
    pauses = Pauses()
    app = limited(make_app(backend), backend.settings, pauses)
    app = closing(logged(faulty(app, backend.faults, pauses), backend.log, backend.settings))
    return _served(app, pauses, port)


@contextlib.contextmanager
def _served(app: App, pauses: Pauses, port: int) -> Iterator[int]:
    listening = _listening(port)
    server = Server(app, pauses)
    thread = threading.Thread(target=server.run, args=([listening],), name="dfsync-sandbox", daemon=True)
    thread.start()
    server.ready.wait()
    try:
        yield listening.getsockname()[1]
    finally:
        server.stop()
        thread.join()


def _listening(port: int) -> socket.socket:
    listening = socket.socket(proto=socket.IPPROTO_TCP)  # named, or asyncio does not turn Nagle off
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError as error:
        listening.close()
        help = "choose another with --port, or 0 for any"
        raise DfsyncError(f"port {port} can't be used: {error.strerror}", help=help) from error
    return listening
