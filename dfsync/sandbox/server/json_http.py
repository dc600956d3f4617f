"""The bodies of requests and answers: their media type, and JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response


def media_type(request: Request) -> str:
    """Return the media type of the body of a request, without parameters; "" if it names none."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_object(request: Request) -> Mapping[str, Any]:
    """Return the JSON object of a request's body. Raises HTTPException 415 or 400."""
    if media_type(request) != "application/json":
        raise HTTPException(415, "expected application/json")
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError as error:
        raise HTTPException(400, f"the body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise HTTPException(400, "the body is not a JSON object")
    return body


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a value as a JSON answer."""
    return Response(orjson.dumps(value), status, headers, media_type="application/json")
