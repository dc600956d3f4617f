"""The documented API: routes, authentication, and the shapes of requests and answers.

Source: the Sites API, the Common API Guide and the Traffic Metrics API; `schemas/openapi.json` describes the same.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from importlib import import_module
from importlib.util import find_spec

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dfsync.sandbox.backend.backend import Backend
from dfsync.sandbox.backend.importer import Importer
from dfsync.sandbox.backend.log import REPORT_PATH
from dfsync.sandbox.backend.sheets import SheetRefusedError
from dfsync.sandbox.backend.tokens import TokenRefusedError
from dfsync.sandbox.server.asgi import App
from dfsync.sandbox.server.json_http import answer, media_type, read_object

Handler = Callable[[Request], Awaitable[Response]]
_MOST_DIGITS = 9


def make_app(backend: Backend) -> App:
    """Return the API as an ASGI application."""
    api = _Api(backend)
    routes = [
        Route("/get_new_tokens", api.new_tokens, methods=["POST"]),
        Route("/customer/{customer_id:int}/sites/import", api.for_customer(api.import_sites), methods=["POST"]),
        Route("/customer/{customer_id:int}/sites/export", api.for_customer(api.export_sites), methods=["GET"]),
    ]
    if find_spec("dfsync.traffic"):  # may be left out of an installation
        reports = import_module("dfsync.traffic.sandbox.endpoint").report_handler(backend)
        path = f"/customer/{{customer_id:int}}{REPORT_PATH}"
        routes.append(Route(path, api.for_customer(reports), methods=["POST"]))
    return Starlette(routes=routes, exception_handlers={HTTPException: _error})


class _Api:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._importer = Importer(backend.database, backend.sites, backend.settings)

    def for_customer(self, handler: Handler) -> Handler:
        """Wrap a handler so that it asks for a token of the customer in the path, as all but the token endpoint do."""

        async def checked(request: Request) -> Response:
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            try:
                customer = self._backend.tokens.customer_of(token.strip() if scheme.lower() == "bearer" else "")
            except TokenRefusedError as error:
                message = f"missing or invalid token: {error}"
                raise HTTPException(401, message, {"www-authenticate": "Bearer"}) from error
            if customer != request.path_params["customer_id"] or customer != self._backend.customer_id:
                raise HTTPException(403, "the token does not permit access to this customer")
            return await handler(request)

        return checked

    async def new_tokens(self, request: Request) -> Response:
        """`POST /get_new_tokens`. The guide's table says `refresh_token`, its example `refreshToken`: both work."""
        body = await read_object(request)
        given = [body[name] for name in ("refreshToken", "refresh_token") if name in body]
        if not given or not all(isinstance(token, str) and token for token in given):
            raise HTTPException(400, "refreshToken is required")
        try:
            fresh = [self._backend.tokens.refreshed(token) for token in given]
        except TokenRefusedError as error:
            raise HTTPException(401, f"invalid refresh token: {error}") from error
        return answer({"data": fresh[0], "success": True})

    async def import_sites(self, request: Request) -> Response:
        """`POST /customer/{customer_id}/sites/import`."""
        form = request.state.form
        if media_type(request) != "multipart/form-data":
            raise HTTPException(415, "expected multipart/form-data")
        if form is None:
            raise HTTPException(400, "the form can't be read")
        sheets = {name: _sheet(name, values) for name, values in form.items()}
        if not sheets:
            raise HTTPException(400, "provide sites, site_contacts, or both")
        try:
            errors = self._importer.run(sheets.get("sites"), sheets.get("site_contacts"))
        except SheetRefusedError as error:
            raise HTTPException(error.status, str(error)) from error
        return answer({"success": True, "data": {"data": {}, "errors": errors}})

    async def export_sites(self, request: Request) -> Response:
        """`GET /customer/{customer_id}/sites/export`; a page is joined from sites that are stored encoded."""
        settings = self._backend.settings
        for name in request.query_params.keys() - {"p_number", "p_size", "site_external_ids"}:
            raise HTTPException(400, f"unknown parameter {name!r}")
        number = _positive(request, "p_number", 1)
        size = min(_positive(request, "p_size", settings.page_size), settings.page_size_cap)
        ids = request.query_params.get("site_external_ids")
        page, total = self._backend.sites.page((number - 1) * size, size, self._wanted(ids) if ids else None)
        tail = f'],"p_number":{number},"p_size":{size},"total":{total},"total_pages":{-(-total // size)}}}'
        body = b'{"success":true,"data":[' + b",".join(page) + tail.encode()
        return Response(body, media_type="application/json")

    def _wanted(self, ids: str) -> list[str]:
        return [id.strip() if self._backend.settings.trim else id for id in ids.split(",")]


def _sheet(name: str, values: list[bytes | str]) -> bytes:
    if name not in ("sites", "site_contacts"):
        raise HTTPException(400, "the form takes sites and site_contacts only")
    if len(values) > 1 or not isinstance(values[0], bytes):
        raise HTTPException(400, f"{name} is one file")
    return values[0]


def _positive(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]+", text, re.ASCII) or len(text) > _MOST_DIGITS or int(text) < 1:
        raise HTTPException(400, f"{name} is a whole number from 1")
    return int(text)


async def _error(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    body = {"success": False, "error": {"code": error.status_code, "message": error.detail}}
    return answer(body, error.status_code, error.headers)
