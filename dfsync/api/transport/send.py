"""The only place that sends.

It can call four endpoints, and the one that writes only if it was told that it may. It follows no redirect, and trusts
no answer before it was checked.
"""

from __future__ import annotations

import ssl
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

import httpx
from msgspec import Struct

from dfsync import __version__
from dfsync.api.protocol.answers import DeniedError, UnbelievableError, error_text
from dfsync.api.protocol.endpoints import Call
from dfsync.api.protocol.errors import NotAllowedError
from dfsync.api.protocol.events import Event, Exchange, Watch
from dfsync.api.redact import Redactor, Secret
from dfsync.api.transport import certificates, faults
from dfsync.api.transport.hosts import approved
from dfsync.api.transport.pace import Pace
from dfsync.api.transport.proxies import Proxy, proxy_for
from dfsync.api.transport.streams import Streams
from dfsync.model.settings import ApiSettings, Target

T = TypeVar("T")

_MOST_BYTES = 256 * 1024 * 1024
_MOST_KEPT = 16_000
_SLOWEST = 10
"""An answer is given up after this many times the timeout, even while bytes still arrive."""

_ENCODINGS = {"": False, "identity": False, "gzip": True, "x-gzip": True}
"""Encodings of an answer (RFC 9110, 8.4.1), and whether it is packed then."""

# The documents promise a "request ID header (if returned)" and do not name it: these are the usual ones.
_REQUEST_IDS = (
    "x-request-id",
    "request-id",
    "x-correlation-id",
    "x-amzn-requestid",
    "x-amzn-request-id",
    "apigw-requestid",
    "x-trace-id",
    "x-amz-cf-id",
    "cf-ray",
)


class Bases(Struct, frozen=True):
    """The approved base URLs of a target, without a final slash."""

    api: str
    auth: str

    @classmethod
    def of(cls, target: Target, environment: Mapping[str, str]) -> Bases:
        """Approve both. Raises HostError."""
        return cls(approved(target.base_url, environment), approved(target.auth_url, environment))


class Transport:
    """Sends single requests over kept connections. Thread-safe."""

    def __init__(
        self,
        target: Target,
        settings: ApiSettings,
        environment: Mapping[str, str],
        *,
        may_send: bool,
        watch: Watch,
        redactor: Redactor,
    ) -> None:
        self._target = target
        self._bases = Bases.of(target, environment)
        self._longest_s = settings.timeout_s * _SLOWEST
        self._may_send = may_send
        self._watch = watch
        self._watching = threading.Lock()
        self._redactor = redactor
        self._pace = Pace(settings.requests_per_s)
        self._streams = Streams()
        self._proxies = {base: proxy_for(base, environment) for base in (self._bases.api, self._bases.auth)}
        for proxy in filter(None, self._proxies.values()):
            for secret in proxy.secrets:
                redactor.learn(Secret(secret))
        self._has_answered = False
        self._trust = certificates.source(environment)
        self._http = _http(self._bases, self._proxies, settings, environment)

    def hang_up(self) -> None:
        """End the requests that are under way in other threads."""
        self._streams.hang_up()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def tell(self, event: Event) -> None:
        """Tell the listener, one event at a time."""
        with self._watching:
            self._watch(event)

    def once(self, call: Call, bearer: Secret | None, attempt: int, read: Callable[[bytes], T]) -> tuple[T, Exchange]:
        """Send a call once and return what `read` makes of the answer, and the exchange.

        `read` raises UnbelievableError or DeniedError. Raises NotAllowedError before anything is sent, else a
        RequestError, which stands alone: what it comes from may quote the server, and that is not redacted.
        """
        writes = call.endpoint.writes
        if writes and not self._may_send:
            raise NotAllowedError(f"only apply sends: {call.endpoint.method} {call.endpoint.path} was held back")
        request = self._request(call, bearer)
        self._pace.wait()
        sent = _Sent(self._target.name, call, self._redactor.text(str(request.url)), attempt, self._redactor)
        try:
            response, content = self._roundtrip(request)
        except _TooMuchError:
            raise faults.unbelieved(self._told(sent.fault("larger than any page can be")), writes=writes) from None
        except httpx.DecodingError as fault:
            raise faults.unbelieved(self._told(sent.fault(str(fault))), writes=writes) from None
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as fault:
            exchange = self._told(sent.fault(str(fault) or type(fault).__name__))
            raise faults.unanswered(fault, exchange, self._route(call), writes=writes) from None
        self._has_answered = True
        if not response.is_success:
            exchange = self._told(sent.answer(response, content, keep_body=True))
            raise faults.refused(exchange, self._said(response, content), response.headers, writes=writes)
        try:
            value = read(content)
        except DeniedError as error:
            said = f"success is false: {error}" if str(error) else "success is false"
            exchange = self._told(sent.answer(response, content, keep_body=True, fault=said))
            raise faults.denied(exchange, writes=writes) from None
        except UnbelievableError as error:
            exchange = self._told(sent.answer(response, content, keep_body=True, fault=str(error)))
            raise faults.unbelieved(exchange, writes=writes) from None
        return value, self._told(sent.answer(response, content, keep_body=writes))

    def _route(self, call: Call) -> faults.Route:
        base = self._bases.auth if call.endpoint.at_auth else self._bases.api
        return faults.Route(base, self._proxies[base], self._trust, has_answered=self._has_answered)

    def _told(self, exchange: Exchange) -> Exchange:
        self.tell(exchange)
        return exchange

    def _said(self, response: httpx.Response, content: bytes) -> str:
        text = f"to {response.headers['location']}" if response.has_redirect_location else error_text(content)
        return self._redactor.text(text)

    def _request(self, call: Call, bearer: Secret | None) -> httpx.Request:
        base = self._bases.auth if call.endpoint.at_auth else self._bases.api
        sheets = call.upload.sheets() if call.upload else {}
        return self._http.build_request(
            call.endpoint.method,
            base + call.endpoint.path.format(customer_id=self._target.customer_id),
            params=call.query or None,
            json=call.json,
            files={name: (f"{name}.csv", content, "text/csv") for name, content in sheets.items()} or None,
            headers={"Authorization": f"Bearer {bearer.reveal()}"} if bearer else None,
            extensions={"trace": self._streams.note},
        )

    def _roundtrip(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        """Send a request and read its answer, within the bounds of time and size."""
        give_up = time.monotonic() + self._longest_s
        # Headers may also drip in without an end. A body that does so is stopped first, with a better message.
        watchdog = threading.Timer(self._longest_s * 1.1, self.hang_up)
        watchdog.daemon = True
        watchdog.start()
        try:
            response = self._http.send(request, stream=True)
            try:
                return response, _body(response, give_up)
            finally:
                response.close()
        finally:
            watchdog.cancel()


def _body(response: httpx.Response, give_up: float) -> bytes:
    """Read a body that is plain or in gzip, up to the largest size. gzip is the only encoding that dfsync asks for.

    httpx would decode whatever a server names, repeatedly, and all of a part at once.
    """
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        raise httpx.DecodingError(f"the answer is encoded as {encoding[:40]}, which was not asked for")
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress if _ENCODINGS[encoding] else None
    parts: list[bytes] = []
    size = 0
    for raw in response.iter_raw():
        try:
            part = unpack(raw, _MOST_BYTES + 1) if unpack else raw
        except zlib.error as error:
            raise httpx.DecodingError("the answer is not gzip") from error
        parts.append(part)
        size += len(part)
        if size > _MOST_BYTES:
            raise _TooMuchError
        if time.monotonic() > give_up:
            raise httpx.ReadTimeout("the answer arrives too slowly")
    return b"".join(parts)


class _TooMuchError(Exception):
    """The answer is larger than any page can be."""


class _Sent:
    """A request that was sent. Describes its result, redacted."""

    def __init__(self, target: str, call: Call, url: str, attempt: int, redactor: Redactor) -> None:
        self._target = target
        self._call = call
        self._url = url
        self._attempt = attempt
        self._redactor = redactor
        self._at = datetime.now(UTC).astimezone()
        self._began = time.monotonic()

    def fault(self, text: str) -> Exchange:
        """Describe an exchange without a whole answer."""
        return self._exchange(None, (), b"", "", text)

    def answer(
        self, response: httpx.Response, content: bytes, *, keep_body: bool, fault: str | None = None
    ) -> Exchange:
        """Describe an exchange with an answer. The start of the body is kept only if something may be wrong."""
        headers = self._redactor.headers(response.headers.items())
        body = self._redactor.body(content, _MOST_KEPT) if keep_body else ""
        return self._exchange(response.status_code, headers, content, body, fault)

    def _exchange(
        self, status: int | None, headers: tuple[tuple[str, str], ...], content: bytes, body: str, fault: str | None
    ) -> Exchange:
        named = dict(headers)
        return Exchange(
            target=self._target,
            method=self._call.endpoint.method,
            url=self._url,
            at=self._at,
            attempt=self._attempt,
            status=status,
            request_id=next((named[name][:200] for name in _REQUEST_IDS if named.get(name)), None),
            elapsed_s=time.monotonic() - self._began,
            size=len(content),
            fault=None if fault is None else self._redactor.text(fault),
            headers=headers,
            body=body,
            upload=self._call.upload,
        )


def _http(
    bases: Bases, proxies: Mapping[str, Proxy | None], settings: ApiSettings, environment: Mapping[str, str]
) -> httpx.Client:
    """Make the client: certificates from the environment as OpenSSL names them, proxies by our own rule."""
    verify = _certificates(bases, environment)
    limits = httpx.Limits(max_connections=settings.concurrency, max_keepalive_connections=settings.concurrency)
    return httpx.Client(
        verify=verify,
        trust_env=False,
        follow_redirects=False,
        timeout=settings.timeout_s,
        limits=limits,
        mounts={
            base: httpx.HTTPTransport(verify=verify, proxy=proxy.url, limits=limits)
            for base, proxy in proxies.items()
            if proxy
        },
        headers={"User-Agent": f"dfsync/{__version__}", "Accept": "application/json", "Accept-Encoding": "gzip"},
    )


def _certificates(bases: Bases, environment: Mapping[str, str]) -> ssl.SSLContext:
    """Load the trusted certificates, unless all requests are plain http and need none."""
    if bases.api.startswith("https:") or bases.auth.startswith("https:"):
        return certificates.trusted(environment)
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
