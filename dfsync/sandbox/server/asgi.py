"""ASGI as the sandbox uses it: buffered requests, captured answers, and connections that really close."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from msgspec import Struct
from uvicorn.protocols.http.h11_impl import H11Protocol

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

DROP: Message = {"type": "sandbox.drop"}
"""Sent instead of an answer. It closes the connection at once."""


class SandboxProtocol(H11Protocol):
    """Gives each request its own connection, as `scope["state"]["transport"]`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Keep the transport where the application finds it."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class Pauses:
    """Waits that end early when the sandbox stops."""

    def __init__(self) -> None:
        self._stopping = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        """Wait a number of seconds, or until the sandbox stops."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    def end(self) -> None:
        """End all waits, those to come as well."""
        self._stopping.set()


class RawAnswer(Struct, frozen=True):
    """A whole answer: status, raw headers, body."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    async def send(self, send: Send, *, half: bool = False) -> None:
        """Send the answer. With `half`, send only half of the body after headers that promise all of it."""
        await send({"type": "http.response.start", "status": self.status, "headers": list(self.headers)})
        body = self.body[: len(self.body) // 2] if half else self.body
        await send({"type": "http.response.body", "body": body, "more_body": half})


def text_answer(status: int, content_type: str, text: str, headers: Mapping[str, str] | None = None) -> RawAnswer:
    """Return an answer with a text as its body."""
    body = text.encode()
    named = {"content-type": content_type, "content-length": str(len(body))}
    named |= {name.lower(): value for name, value in (headers or {}).items()}
    return RawAnswer(status, tuple((name.encode(), value.encode()) for name, value in named.items()), body)


def json_answer(status: int, value: Any, headers: Mapping[str, str] | None = None) -> RawAnswer:
    """Return an answer with JSON as its body."""
    return text_answer(status, "application/json", json.dumps(value), headers)


def error_answer(status: int, message: str, headers: Mapping[str, str] | None = None) -> RawAnswer:
    """Return an error in this server's form; the documents promise none."""
    return json_answer(status, {"success": False, "error": {"code": status, "message": message}}, headers)


def line(scope: Scope) -> tuple[str, str, str]:
    """Return the method, path and query of a request."""
    return scope["method"], scope["path"], scope["query_string"].decode("latin-1")


async def captured(app: App, scope: Scope, receive: Receive) -> RawAnswer | None:
    """Run an application and return its answer without sending it; None if it dropped the connection."""
    start: Message = {}
    body = bytearray()

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))
        else:
            start.clear()

    await app(scope, receive, keep)
    return RawAnswer(start["status"], tuple(start["headers"]), bytes(body)) if start else None


async def read_body(receive: Receive, most: int) -> bytes | None:
    """Read the body of a request to its end; None if it is longer than `most` bytes."""
    body = bytearray()
    too_long = False
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionAbortedError
        too_long = too_long or len(body) + len(message.get("body", b"")) > most
        if not too_long:
            body.extend(message.get("body", b""))
        if not message.get("more_body", False):
            return None if too_long else bytes(body)


def replayed(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives a body that was already read, and then whatever comes."""
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay


def closing(app: App) -> App:
    """Wrap an application so that it can send `DROP`: what was written is sent, then the connection is closed."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_or_close(message: Message) -> None:
            if message["type"] != DROP["type"]:
                await send(message)
                return
            scope["state"]["transport"].close()
            while (await receive())["type"] != "http.disconnect":
                continue

        await app(scope, receive, send_or_close)

    return wrapped
