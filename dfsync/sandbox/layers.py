"""What stands between the socket and the API: the log, the faults, and the limits; each wraps the next.

From the outside in: a request is read whole and logged, goes wrong if the script says so, is held back by limits on
length, rate and latency, and only then reaches the API.
"""

from __future__ import annotations

import asyncio
import math
import time
import uuid
from collections.abc import Callable, Mapping
from email.utils import formatdate

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from dfsync.sandbox.faults import Fault, FaultScript
from dfsync.sandbox.log import REPORT_PATH, RequestLog
from dfsync.sandbox.settings import SandboxSettings
from dfsync.sandbox.wire import (
    DROP,
    App,
    Message,
    Receive,
    Scope,
    Send,
    captured,
    error_answer,
    json_answer,
    read_body,
    replayed,
    text_answer,
)

HTML = "<!doctype html><html><head><title>Maintenance</title></head><body><h1>We'll be back soon</h1></body></html>"


class Pauses:
    """Waits that end early when the sandbox stops."""

    def __init__(self) -> None:
        self._stopping = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        """Wait so long, or until the sandbox stops."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    def end(self) -> None:
        """End all waits, those to come as well."""
        self._stopping.set()


def logged(app: App, log: RequestLog, settings: SandboxSettings) -> App:
    """Read each request whole, give it an id and write it to the log before anything happens to it."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        request_id = uuid.uuid4().hex
        try:
            body = await read_body(receive, settings.max_upload_bytes)
        except ConnectionAbortedError:
            return
        scope["state"]["form"] = form = await _form(scope, body or b"")
        number = log.begin(request_id, _line(scope), scope["client"][1], _content(scope, body or b"", form))

        async def send_logged(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
                log.finish(number, message["status"])
            elif message["type"] == DROP["type"]:
                log.finish(number, None)
            await send(message)

        if body is None:
            await error_answer(413, f"the upload is larger than {settings.max_upload_bytes} bytes").send(send_logged)
            return
        await app(scope, replayed(body, receive), send_logged)

    return wrapped


def faulty(app: App, script: FaultScript, pause: Pauses) -> App:
    """Let requests go wrong as the script says; of several faults the first added is the outermost."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        whole = app
        for fault in reversed(script.due(*_line(scope))):
            whole = _with_fault(whole, fault, pause)
        await whole(scope, receive, send)

    return wrapped


def limited(app: App, settings: SandboxSettings, pause: Pauses) -> App:
    """Hold back what is too long or too frequent, and answer as late as the settings say."""
    window = _Window(settings)

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if settings.latency_ms:
            await pause(settings.latency_ms / 1000)
        _, path, query = _line(scope)
        wait_s = window.wait_s()
        if len(path) + len(query) > settings.max_url_bytes:
            await error_answer(414, f"the URL is longer than {settings.max_url_bytes} bytes").send(send)
        elif wait_s:
            await error_answer(429, "too many requests", _retry_after(wait_s, settings)).send(send)
        else:
            await app(scope, receive, send)

    return wrapped


class _Window:
    """A fixed window: the first request opens it, and it takes so many."""

    def __init__(self, settings: SandboxSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = settings.rate_limit
        self._length_s = settings.rate_window_s
        self._clock = clock
        self._opened = -math.inf
        self._count = 0

    def wait_s(self) -> float:
        """Count a request; return how long its sender should wait, 0 when it may pass."""
        if not self._limit:
            return 0.0
        now = self._clock()
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
            await (pause(fault.seconds) if fault.action == "delay" else _call(fault))
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


async def _call(fault: Fault) -> None:
    if fault.call:
        fault.call()


async def _stated(fault: Fault, send: Send) -> None:
    if isinstance(fault.body, str):
        answer = text_answer(fault.status, "text/plain; charset=utf-8", fault.body, fault.headers)
    elif fault.body is None:
        answer = error_answer(fault.status, "as the fault script says", fault.headers)
    else:
        answer = json_answer(fault.status, fault.body, fault.headers)
    await answer.send(send)


def _line(scope: Scope) -> tuple[str, str, str]:
    return scope["method"], scope["path"], scope["query_string"].decode("latin-1")


def media_type(request: Request) -> str:
    """Return the media type of a request's body, without parameters; "" when it names none."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _form(scope: Scope, body: bytes) -> Mapping[str, list[bytes | str]] | None:
    """Read a multipart body: the contents by name, bytes of files, text of other fields; None when it is none."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    request = Request(dict(scope), receive)
    if media_type(request) != "multipart/form-data":
        return None
    contents: dict[str, list[bytes | str]] = {}
    try:
        async with request.form() as form:
            for name, value in form.multi_items():
                contents.setdefault(name, []).append(await value.read() if isinstance(value, UploadFile) else value)
    except MultiPartException:
        return None
    return contents


def _content(scope: Scope, body: bytes, form: Mapping[str, list[bytes | str]] | None) -> Mapping[str, bytes]:
    if scope["path"].endswith(REPORT_PATH):
        return {"body": body}
    return {name: values[0] for name, values in (form or {}).items() if isinstance(values[0], bytes)}
