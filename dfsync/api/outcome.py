"""What a request that went wrong means, in one place: each fault below and each answer becomes one of our errors.

What matters most is whether the request may have taken effect. For an import that is so from the moment it left until
a believable answer came, a 5xx included.
"""

from __future__ import annotations

import errno
import socket
import ssl
from datetime import UTC, datetime

import httpx

from dfsync.api.errors import (
    AnswerError,
    LostAnswerError,
    NoAnswerError,
    RequestError,
    StatusError,
    UnreachableError,
)
from dfsync.api.events import Exchange
from dfsync.api.retry import retry_after

NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
_LOST_HELP = "it may have taken effect: run the command again, which looks at live before it sends"
_SUPPORT_HELP = "is base_url the API's? --support-bundle FILE writes what support asks for"


def unanswered(fault: Exception, exchange: Exchange, *, writes: bool) -> RequestError:
    """Return the error for a fault of httpx, which left no whole answer."""
    if isinstance(fault, NEVER_LEFT):
        return _unreachable(fault, exchange)
    if writes:
        return LostAnswerError(f"got no answer: {exchange.fault}", exchange, help=_LOST_HELP)
    return NoAnswerError(f"got no answer: {exchange.fault}", exchange, help="check the network, and try again")


def refused(exchange: Exchange, said: str, headers: httpx.Headers, *, writes: bool) -> RequestError:
    """Return the error for an answer that is no success; `said` is what it says."""
    if writes and exchange.status is not None and exchange.status >= 500:
        return LostAnswerError(f"answered {exchange.status} {said}".rstrip(), exchange, help=_LOST_HELP)
    return StatusError(exchange, said, retry_after_s=retry_after(headers, datetime.now(UTC)))


def denied(exchange: Exchange, *, writes: bool) -> RequestError:
    """Return the error for a 200 that says `success: false`: for an import a refusal of the whole batch."""
    if writes:
        return StatusError(exchange, exchange.fault or "")
    return AnswerError(f"answered that it failed: {exchange.fault}", exchange, help=_SUPPORT_HELP)


def unbelieved(exchange: Exchange, *, writes: bool) -> RequestError:
    """Return the error for an answer that can't be believed."""
    if writes:
        return LostAnswerError(f"got an answer that can't be believed: {exchange.fault}", exchange, help=_LOST_HELP)
    return AnswerError(f"got an answer that can't be believed: {exchange.fault}", exchange, help=_SUPPORT_HELP)


def _unreachable(fault: Exception, exchange: Exchange) -> UnreachableError:
    lasting, help = False, "check base_url and the network; `dfsync doctor` looks at both"
    if isinstance(fault, httpx.ProxyError):
        help = "the proxy of the environment refused: check HTTPS_PROXY and NO_PROXY"
    elif any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(fault)):
        lasting = True
        help = "the server's certificate is not trusted: set SSL_CERT_FILE to your organisation's certificates"
    elif any(isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME for cause in _causes(fault)):
        lasting, help = True, "there is no such host: check base_url and auth_url of the target"
    elif isinstance(fault, httpx.LocalProtocolError | httpx.UnsupportedProtocol):
        lasting = True
    elif any(isinstance(cause, OSError) and cause.errno == errno.ECONNREFUSED for cause in _causes(fault)):
        help = "nothing listens there: check base_url and auth_url of the target"
    return UnreachableError(f"could not be sent: {exchange.fault}", exchange, help=help, lasting=lasting)


def _causes(fault: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while fault is not None and fault not in found:
        found.append(fault)
        fault = fault.__cause__ or fault.__context__
    return found
