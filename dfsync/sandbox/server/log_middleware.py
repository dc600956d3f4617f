"""The outermost layer: it reads a request completely, gives it an id and logs it before anything else happens."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from dfsync.sandbox.backend.log import REPORT_PATH, RequestLog
from dfsync.sandbox.server.asgi import DROP, App, Message, Receive, Scope, Send, error_answer, line, read_body, replayed
from dfsync.sandbox.server.json_http import media_type
from dfsync.sandbox.settings import SandboxSettings


def logged(app: App, log: RequestLog, settings: SandboxSettings) -> App:
    """Read each request completely, give it an id and write it to the log before anything else happens to it."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        request_id = uuid.uuid4().hex
        try:
            body = await read_body(receive, settings.max_upload_bytes)
        except ConnectionAbortedError:
            return
        scope["state"]["form"] = form = await _form(scope, body or b"")
        number = log.begin(request_id, line(scope), scope["client"][1], _content(scope, body or b"", form))

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


async def _form(scope: Scope, body: bytes) -> Mapping[str, list[bytes | str]] | None:
    """Read a multipart body: contents by name, bytes for files and text for others; None if it is no multipart."""

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
