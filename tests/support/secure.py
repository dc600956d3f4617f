"""A sandbox behind TLS by a private authority, and a proxy that leads to it: real sockets, in a thread."""

from __future__ import annotations

import asyncio
import base64
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

trustme = pytest.importorskip("trustme", reason="needs trustme, which makes certificates (pip install -e '.[test]')")

HOST = "api.example.test"
"""A host that only the proxy finds."""
_USER, _PASSWORD = "jdoe", "S3cret"

_Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Front:
    """TLS before a plain server, and a proxy before both."""

    tls_port: int = 0
    proxy_port: int = 0
    authority: Path = Path()
    tunnels: list[str] = field(default_factory=list)

    @property
    def proxy(self) -> str:
        """The proxy's address with its password."""
        return f"http://{_USER}:{_PASSWORD}@127.0.0.1:{self.proxy_port}"


@contextmanager
def front(plain_port: int, folder: Path) -> Iterator[Front]:
    """Serve a plain port under a certificate for localhost and HOST, directly and through a proxy."""
    made = Front(authority=folder / "authority.pem")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(made.authority))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", HOST).configure_cert(context)

    async def tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _join(reader, writer, plain_port)

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        if base64.b64encode(f"{_USER}:{_PASSWORD}".encode()).decode() not in head:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            writer.close()
            return
        made.tunnels.append(head.split()[1])
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await _join(reader, writer, made.tls_port)

    loop = asyncio.new_event_loop()
    made.tls_port = _listen(loop, tls, context)
    made.proxy_port = _listen(loop, proxy)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield made
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


def _listen(loop: asyncio.AbstractEventLoop, serve: _Serve, context: ssl.SSLContext | None = None) -> int:
    server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0, ssl=context))
    port: int = server.sockets[0].getsockname()[1]
    return port


async def _join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    """Hand everything on to a port, both ways, until either side ends."""
    there, back = await asyncio.open_connection("127.0.0.1", port)
    ways = [asyncio.create_task(_pump(reader, back)), asyncio.create_task(_pump(there, writer))]
    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    writer.close()
    back.close()
    for way in ways:
        way.cancel()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError, ssl.SSLError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
