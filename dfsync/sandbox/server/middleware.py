"""Layers around the API that can stop a request: the fault script, and limits on length, rate and speed."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from email.utils import formatdate

from starlette.concurrency import run_in_threadpool

from dfsync.sandbox.faults import Fault, FaultScript
from dfsync.sandbox.server.asgi import (
    DROP,
    App,
    Pauses,
    Receive,
    Scope,
    Send,
    captured,
    error_answer,
    json_answer,
    line,
    text_answer,
)
from dfsync.sandbox.settings import SandboxSettings

HTML = "<!doctype html><html><head><title>Maintenance</title></head><body><h1>We'll be back soon</h1></body></html>"


def faulty(app: App, script: FaultScript, pause: Pauses) -> App:
    """Apply the fault script. If several faults match, the one added first is the outermost."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        whole = app
        for fault in reversed(script.due(*line(scope))):
            whole = _with_fault(whole, fault, pause)
        await whole(scope, receive, send)

    return wrapped


def limited(app: App, settings: SandboxSettings, pause: Pauses) -> App:
    """Refuse requests that are too long or too frequent, and delay answers as the settings say."""
    window = _Window(settings)

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if settings.latency_ms:
            await pause(settings.latency_ms / 1000)
        _, path, query = line(scope)
        wait_s = window.wait_s()
        if len(path) + len(query) > settings.max_url_bytes:
            await error_answer(414, f"the URL is longer than {settings.max_url_bytes} bytes").send(send)
        elif wait_s:
            await error_answer(429, "too many requests", _retry_after(wait_s, settings)).send(send)
        else:
            await app(scope, receive, send)

    return wrapped


class _Window:
    """A fixed window of time: the first request opens it, and it admits a number of requests."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._limit = settings.rate_limit
        self._length_s = settings.rate_window_s
        self._opened = -math.inf
        self._count = 0

    def wait_s(self) -> float:
        """Count a request and return how long its sender should wait; 0 if it may pass."""
        if not self._limit:
            return 0.0
        now = time.monotonic()
        if now - self._opened >= self._length_s:
            self._opened, self._count = now, 0
        self._count += 1
        return 0.0 if self._count <= self._limit else self._opened + self._length_s - now


def _retry_after(wait_s: float, settings: SandboxSettings) -> Mapping[str, str]:
    if settings.retry_after == "none":
        return {}
    if settings.retry_after == "date":
        return {"retry-after": formatdate(math.ceil(time.time() + wait_s), usegmt=True)}
    return {"retry-after": str(math.ceil(wait_s))}


def _with_fault(app: App, fault: Fault, pause: Pauses) -> App:
    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        takes_effect = fault.after or fault.action == "cut"
        answer = await captured(app, scope, receive) if takes_effect else None
        if takes_effect and answer is None:  # a fault further inside has dropped the connection
            await send(DROP)
        elif fault.action in ("delay", "call"):
            await (pause(fault.seconds) if fault.call is None else run_in_threadpool(fault.call))
            await (answer.send(send) if answer else app(scope, receive, send))
        elif fault.action == "status":
            await _stated(fault, send)
        elif fault.action == "html":
            await text_answer(200, "text/html; charset=utf-8", HTML).send(send)
        else:
            if answer and fault.action == "cut":
                await answer.send(send, half=True)
            await send(DROP)

    return wrapped


async def _stated(fault: Fault, send: Send) -> None:
    if isinstance(fault.body, str):
        answer = text_answer(fault.status, "text/plain; charset=utf-8", fault.body, fault.headers)
    elif fault.body is None:
        answer = error_answer(fault.status, "as the fault script says", fault.headers)
    else:
        answer = json_answer(fault.status, fault.body, fault.headers)
    await answer.send(send)
