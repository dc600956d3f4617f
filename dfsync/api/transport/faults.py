"""Turns each failed request into one of our errors, in one place.

What matters most is whether the request may have taken effect. For an import that is so from the moment it left until a
valid answer came, and also after a 5xx.
"""

from __future__ import annotations

import errno
import socket
import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
from msgspec import Struct

from dfsync.api.protocol.errors import (
    AnswerError,
    LostAnswerError,
    NoAnswerError,
    RequestError,
    StatusError,
    UnreachableError,
)
from dfsync.api.protocol.events import Exchange
from dfsync.api.protocol.headers import retry_after
from dfsync.api.transport.hosts import is_loopback
from dfsync.api.transport.proxies import Proxy

NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
_LOST_HELP = "it may have taken effect: run the command again, which looks at live before it sends"
_NOT_YET, _EXPIRED, _OTHER_NAME, _OTHER_ADDRESS = 9, 10, 62, 64
"""What OpenSSL says of a certificate: X509_V_ERR_CERT_NOT_YET_VALID and so on (openssl-verification-options)."""
_SUPPORT_HELP = "is base_url the API's? --support-bundle FILE writes what support asks for"


class Route(Struct, frozen=True):
    """The way of a request: to a base URL, perhaps through a proxy, with the certificates of `trust`.

    `has_answered` says that some request was already answered.
    """

    base: str
    proxy: Proxy | None
    trust: str
    has_answered: bool

    @property
    def way(self) -> str:
        """The proxy as a message names it, "" without one."""
        return f" through the proxy {self.proxy.shown} of {self.proxy.variable}" if self.proxy else ""

    @property
    def origin(self) -> str:
        """What the user should check if nothing answers."""
        return f"{self.proxy.variable}, or set NO_PROXY" if self.proxy else "base_url and auth_url of the target"

    @property
    def is_here(self) -> bool:
        """Whether the request first goes to this machine, where nothing starts to listen by itself."""
        host = urlsplit(self.proxy.shown if self.proxy else self.base).hostname or ""
        return is_loopback(f"[{host}]" if ":" in host else host)


def unanswered(fault: Exception, exchange: Exchange, route: Route, *, writes: bool) -> RequestError:
    """Return the error for a fault of httpx. There is no whole answer."""
    if isinstance(fault, NEVER_LEFT):
        return _unreachable(fault, exchange, route)
    if writes:
        return LostAnswerError(f"got no answer: {exchange.fault}", exchange, help=_LOST_HELP)
    return NoAnswerError(f"got no answer: {exchange.fault}", exchange, help="check the network, and try again")


def refused(exchange: Exchange, said: str, headers: httpx.Headers, *, writes: bool) -> RequestError:
    """Return the error for an answer without success. `said` is its message."""
    if writes and exchange.status is not None and exchange.status >= 500:
        return LostAnswerError(f"answered {exchange.status} {said}".rstrip(), exchange, help=_LOST_HELP)
    return StatusError(exchange, said, retry_after_s=retry_after(headers, datetime.now(UTC)))


def denied(exchange: Exchange, *, writes: bool) -> RequestError:
    """Return the error for a 200 that says `success: false`. For an import this refuses the whole batch."""
    if writes:
        return StatusError(exchange, exchange.fault or "")
    return AnswerError(f"answered that it failed: {exchange.fault}", exchange, help=_SUPPORT_HELP)


def unbelieved(exchange: Exchange, *, writes: bool) -> RequestError:
    """Return the error for an answer that doesn't have the documented shape."""
    if writes:
        return LostAnswerError(f"got an unusable answer: {exchange.fault}", exchange, help=_LOST_HELP)
    return AnswerError(f"got an unusable answer: {exchange.fault}", exchange, help=_SUPPORT_HELP)


def _unreachable(fault: Exception, exchange: Exchange, route: Route) -> UnreachableError:
    lasting, help = False, f"check base_url and the network{route.way}; `dfsync doctor` looks at both"
    causes = _causes(fault)
    untrusted = next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
    refused = any(isinstance(cause, OSError) and cause.errno == errno.ECONNREFUSED for cause in causes)
    unknown = any(isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME for cause in causes)
    if isinstance(fault, httpx.ProxyError):
        lasting = _is_refusal(exchange.fault or "")
        help = f"the proxy refused: check its address and password in {route.origin}"
    elif untrusted is not None:
        lasting, help = True, _distrust(untrusted, route)
    elif unknown:
        lasting, help = True, f"there is no such host: check {route.origin}"
    elif isinstance(fault, httpx.LocalProtocolError | httpx.UnsupportedProtocol):
        lasting = True
    elif refused:
        lasting = route.is_here and not route.has_answered
        help = f"nothing listens there: check {route.origin}"
    return UnreachableError(f"could not be sent{route.way}: {exchange.fault}", exchange, help=help, lasting=lasting)


def _is_refusal(fault: str) -> bool:
    """Whether a proxy answered with a status that stays the same when asked again."""
    return fault[:1] == "4" and not fault.startswith(("408", "429"))


def _distrust(error: ssl.SSLCertVerificationError, route: Route) -> str:
    """Say what to do about a certificate that is not trusted: a private authority, a wrong name, an old date."""
    told = f"the server's certificate is not trusted ({error.verify_message})"
    if error.verify_code in (_EXPIRED, _NOT_YET):
        return f"{told}: check this machine's clock, and tell whoever runs the server"
    if error.verify_code in (_OTHER_NAME, _OTHER_ADDRESS):
        return f"{told}: check base_url and auth_url of the target"
    behind = " a proxy that inspects https uses a certificate of its own;" if route.proxy else ""
    return f"{told};{behind} set SSL_CERT_FILE to your organisation's certificates (trusted now: {route.trust})"


def _causes(fault: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while fault is not None and fault not in found:
        found.append(fault)
        fault = fault.__cause__ or fault.__context__
    return found
