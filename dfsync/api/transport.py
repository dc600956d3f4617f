"""The one place that sends.

It can call four endpoints, and the one that writes only when told that it may; it follows no redirect, believes no
answer before it was read, and turns every failure below into one of `dfsync.api.errors`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx

from dfsync import __version__
from dfsync.api.answers import DeniedError, UnbelievableError, error_text
from dfsync.api.endpoints import Call
from dfsync.api.errors import (
    AnswerError,
    LostAnswerError,
    NoAnswerError,
    NotAllowedError,
    RequestError,
    StatusError,
    UnreachableError,
)
from dfsync.api.events import Event, Exchange, Watch
from dfsync.api.hosts import approved
from dfsync.api.pace import Pace
from dfsync.api.proxies import proxy_for
from dfsync.api.redact import Redactor, Secret
from dfsync.api.retry import retry_after
from dfsync.model.settings import ApiSettings, Target

T = TypeVar("T")

_MOST_BYTES = 256 * 1024 * 1024
_MOST_KEPT = 16_000
_SLOWEST = 10
"""An answer that takes more than this many times the timeout is given up, though bytes still drip in."""

_REQUEST_IDS = (
    "x-request-id",
    "request-id",
    "x-correlation-id",
    "x-amzn-requestid",
    "x-amzn-request-id",
    "x-amz-cf-id",
    "apigw-requestid",
    "x-trace-id",
    "cf-ray",
)
_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)


@dataclass(frozen=True, slots=True)
class Bases:
    """The approved base URLs of a target, without a final slash."""

    api: str
    auth: str

    @classmethod
    def of(cls, target: Target, environment: Mapping[str, str]) -> Bases:
        """Approve both. Raises HostError."""
        return cls(approved(target.base_url, environment), approved(target.auth_url, environment))


class Transport:
    """Sends single requests over kept connections; thread-safe."""

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
        self._timeout_s = settings.timeout_s
        self._may_send = may_send
        self._watch = watch
        self._watching = threading.Lock()
        self._redactor = redactor
        self._pace = Pace(settings.requests_per_s)
        self._http = _http(self._bases, settings, environment)

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def tell(self, event: Event) -> None:
        """Tell the listener, one event at a time."""
        with self._watching:
            self._watch(event)

    def url(self, call: Call) -> str:
        """Return the URL of a call, with its query."""
        base = self._bases.auth if call.endpoint.at_auth else self._bases.api
        path = call.endpoint.path.format(customer_id=self._target.customer_id)
        return str(httpx.URL(base + path, params=call.query or None))

    def once(self, call: Call, bearer: Secret | None, attempt: int, read: Callable[[bytes], T]) -> tuple[T, Exchange]:
        """Send a call once and return what `read` makes of the answer, and the exchange.

        `read` raises UnbelievableError or DeniedError. Raises NotAllowedError before anything is sent, else a
        RequestError.
        """
        if call.endpoint.writes and not self._may_send:
            raise NotAllowedError(f"only apply sends: {call.endpoint.method} {call.endpoint.path} was held back")
        request = self._request(call, bearer)
        self._pace.wait()
        wire = _Wire(self, call, attempt, datetime.now(UTC).astimezone(), time.monotonic())
        try:
            response, content = self._roundtrip(request)
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, _TooMuchError) as fault:
            raise wire.faulted(fault) from fault
        return wire.answered(response, content, read)

    def exchange(self, call: Call, attempt: int, at: datetime, began: float, **more: Any) -> Exchange:
        """Describe an exchange, redacted."""
        return Exchange(
            target=self._target.name,
            method=call.endpoint.method,
            url=self._redactor.text(self.url(call)),
            at=at,
            attempt=attempt,
            elapsed_s=time.monotonic() - began,
            upload=call.upload,
            **more,
        )

    @property
    def redactor(self) -> Redactor:
        """What this transport redacts with."""
        return self._redactor

    def _request(self, call: Call, bearer: Secret | None) -> httpx.Request:
        sheets = call.upload.sheets() if call.upload else {}
        return self._http.build_request(
            call.endpoint.method,
            self.url(call),
            json=call.json,
            files={name: (f"{name}.csv", content, "text/csv") for name, content in sheets.items()} or None,
            headers={"Authorization": f"Bearer {bearer.reveal()}"} if bearer else None,
        )

    def _roundtrip(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        give_up = time.monotonic() + self._timeout_s * _SLOWEST
        response = self._http.send(request, stream=True)
        try:
            parts: list[bytes] = []
            size = 0
            for part in response.iter_bytes():
                parts.append(part)
                size += len(part)
                if size > _MOST_BYTES:
                    raise _TooMuchError
                if time.monotonic() > give_up:
                    raise httpx.ReadTimeout("the answer drips in too slowly")
            return response, b"".join(parts)
        finally:
            response.close()


class _TooMuchError(Exception):
    """The answer is larger than any page can be."""


@dataclass(frozen=True, slots=True)
class _Wire:
    """One request under way: turns what comes of it into a value or an error, and tells of it."""

    transport: Transport
    call: Call
    attempt: int
    at: datetime
    began: float

    def faulted(self, fault: Exception) -> RequestError:
        """Return the error for a request without a whole answer."""
        text = self.transport.redactor.text(str(fault)) or type(fault).__name__
        if isinstance(fault, _TooMuchError):
            return self._unbelieved("is larger than any page can be", self._told(fault="answer too large"))
        exchange = self._told(fault=text)
        if isinstance(fault, _NEVER_LEFT):
            lasting = isinstance(fault, httpx.LocalProtocolError | httpx.UnsupportedProtocol) or _is_untrusted(fault)
            return UnreachableError(f"could not be sent: {text}", exchange, help=_reach_help(fault), lasting=lasting)
        if self.call.endpoint.writes:
            return LostAnswerError(f"got no answer: {text}", exchange, help=_LOST_HELP)
        return NoAnswerError(f"got no answer: {text}", exchange, help="check the network, and try again")

    def answered(self, response: httpx.Response, content: bytes, read: Callable[[bytes], T]) -> tuple[T, Exchange]:
        """Return what was read from the answer, or raise what is wrong with it."""
        if not response.is_success:
            exchange = self._told(response, content, keep_body=True)
            raise self._refused(exchange, response, content)
        try:
            value = read(content)
        except DeniedError as error:
            said = self.transport.redactor.text(str(error)) or "success is false"
            exchange = self._told(response, content, keep_body=True, fault=f"success is false: {said}")
            if self.call.endpoint.writes:
                raise StatusError(exchange, f"success is false: {said}") from error
            raise AnswerError(f"answered that it failed: {said}", exchange, help=_SUPPORT_HELP) from error
        except UnbelievableError as error:
            what = self.transport.redactor.text(str(error))
            exchange = self._told(response, content, keep_body=True, fault=what)
            raise self._unbelieved(f"can't be believed: {what}", exchange) from error
        return value, self._told(response, content, keep_body=self.call.endpoint.writes)

    def _refused(self, exchange: Exchange, response: httpx.Response, content: bytes) -> RequestError:
        said = self.transport.redactor.text(error_text(content))
        if response.is_server_error and self.call.endpoint.writes:
            return LostAnswerError(f"answered {response.status_code} {said}".rstrip(), exchange, help=_LOST_HELP)
        if response.has_redirect_location:
            said = f"to {self.transport.redactor.text(response.headers['location'])}"
        return StatusError(exchange, said, retry_after_s=retry_after(response.headers, datetime.now(UTC)))

    def _unbelieved(self, what: str, exchange: Exchange) -> RequestError:
        if self.call.endpoint.writes:
            return LostAnswerError(f"got an answer that {what}", exchange, help=_LOST_HELP)
        return AnswerError(f"got an answer that {what}", exchange, help=_SUPPORT_HELP)

    def _told(
        self,
        response: httpx.Response | None = None,
        content: bytes = b"",
        *,
        keep_body: bool = False,
        fault: str | None = None,
    ) -> Exchange:
        redactor = self.transport.redactor
        exchange = self.transport.exchange(
            self.call,
            self.attempt,
            self.at,
            self.began,
            status=response.status_code if response is not None else None,
            request_id=_request_id(response, redactor),
            size=len(content),
            fault=fault,
            headers=redactor.headers(response.headers.items()) if response is not None else (),
            body=redactor.body(content, _MOST_KEPT) if keep_body else "",
        )
        self.transport.tell(exchange)
        return exchange


_LOST_HELP = "it may have taken effect: look at live before sending again (run the command again)"
_SUPPORT_HELP = "is base_url the API's? --support-bundle FILE writes what support asks for"


def _request_id(response: httpx.Response | None, redactor: Redactor) -> str | None:
    if response is None:
        return None
    found = next((response.headers[name] for name in _REQUEST_IDS if response.headers.get(name)), None)
    return redactor.text(found[:200]) if found else None


def _is_untrusted(fault: Exception) -> bool:
    return "CERTIFICATE_VERIFY_FAILED" in str(fault)


def _reach_help(fault: Exception) -> str:
    if _is_untrusted(fault):
        return "the server's certificate is not trusted: set SSL_CERT_FILE to your organisation's certificates"
    if isinstance(fault, httpx.ProxyError):
        return "the proxy of the environment refused: check HTTPS_PROXY and NO_PROXY"
    return "check base_url and the network; `dfsync doctor` looks at both"


def _http(bases: Bases, settings: ApiSettings, environment: Mapping[str, str]) -> httpx.Client:
    """Make the client: certificates from the environment as OpenSSL names them, proxies by our own rule."""
    verify = httpx.create_ssl_context(trust_env=True)
    limits = httpx.Limits(max_connections=settings.concurrency, max_keepalive_connections=settings.concurrency)
    proxies = {base: proxy_for(base, environment) for base in (bases.api, bases.auth)}
    mounts = {
        base: httpx.HTTPTransport(verify=verify, proxy=proxy, limits=limits) for base, proxy in proxies.items() if proxy
    }
    return httpx.Client(
        verify=verify,
        trust_env=False,
        follow_redirects=False,
        timeout=settings.timeout_s,
        limits=limits,
        mounts=mounts,
        headers={"User-Agent": f"dfsync/{__version__}", "Accept": "application/json"},
    )
