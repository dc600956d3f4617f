"""The errors of calls to the API.

ApiError (dfsync.errors)
  - HostError              a token may not go there; nothing was sent
  - TokenError             no token, or none that is accepted
  - NotAllowedError        a command that may not write tried to; nothing was sent
  - IncompleteExportError  no complete export could be taken
  - RequestError           a request failed; knows its Exchange
      - UnreachableError   it certainly never left
      - NoAnswerError      it left, no whole answer came; it had no effect or may be repeated
      - StatusError        the API answered with an error
      - AnswerError        the API answered something that can't be believed
      - LostAnswerError    an import left and may have taken effect: look at live before sending again
"""

from __future__ import annotations

from http import HTTPStatus

from dfsync.api.protocol.events import Exchange
from dfsync.errors import ApiError
from dfsync.model.text import shortened, visible

DIVIDED = frozenset({400, 413, 422})
"""Statuses with which a batch is refused as a whole; apply divides it."""

_HELP = {
    400: "the API found the request malformed; --support-bundle FILE writes what support asks for",
    401: "the API does not accept the token: see `dfsync auth status`",
    403: "the token lacks permission for this customer: check customer_id and whose token it is",
    404: "check customer_id and base_url of the target",
    413: "the upload is too large: lower api.batch_rows",
    422: "the API found the request malformed; --support-bundle FILE writes what support asks for",
    429: "the API asks for fewer requests: try again later, or raise api.retry_s",
}


class HostError(ApiError):
    """The token may not be sent to this URL. Nothing was sent."""


class TokenError(ApiError):
    """There is no token, or none that the API accepts."""


class NotAllowedError(ApiError):
    """A command that may only read tried to write. Nothing was sent."""


class IncompleteExportError(ApiError):
    """The export stayed incomplete or kept changing. dfsync never plans on a part of it."""


class RequestError(ApiError):
    """A request failed. `exchange` has its method, path, target, status, request id and time."""

    def __init__(self, what: str, exchange: Exchange, *, help: str | None = None) -> None:
        super().__init__(f"{exchange.method} {visible(exchange.path)} {what}{_details(exchange)}", help=help)
        self.exchange = exchange

    @property
    def status(self) -> int | None:
        """The HTTP status, None when no answer came."""
        return self.exchange.status

    @property
    def request_id(self) -> str | None:
        """The server's id of the request, when it gave one."""
        return self.exchange.request_id


class UnreachableError(RequestError):
    """The request certainly never left this machine. `lasting` says that trying again does not help."""

    def __init__(self, what: str, exchange: Exchange, *, help: str | None = None, lasting: bool = False) -> None:
        super().__init__(what, exchange, help=help)
        self.lasting = lasting


class NoAnswerError(RequestError):
    """The request left, and no whole answer came back."""


class AnswerError(RequestError):
    """The answer does not have the documented shape, or says that it failed."""


class LostAnswerError(RequestError):
    """The answer to an import was lost. The import may have taken effect, as a whole or in part."""


class StatusError(RequestError):
    """The API answered with an error, or with 200 and `success: false`.

    `said` is the message of the API, redacted. `retry_after_s` is how long the API asks to wait.
    """

    def __init__(
        self, exchange: Exchange, said: str = "", *, retry_after_s: float | None = None, help: str | None = None
    ) -> None:
        status = exchange.status or 0
        what = f"answered {status}{_phrase(status)}"
        super().__init__(f"{what}: {shortened(said, 300)}" if said else what, exchange, help=help or _help(status))
        self.said = said
        self.retry_after_s = retry_after_s

    @property
    def divides(self) -> bool:
        """Whether the API refused the request as a whole, so that parts of it may succeed."""
        return self.exchange.status in DIVIDED or self.exchange.status == HTTPStatus.OK


def _details(exchange: Exchange) -> str:
    parts = [f"target {visible(exchange.target)}"]
    if exchange.request_id:
        parts.append(f"request id {shortened(exchange.request_id, 100)}")
    parts.append(exchange.at.isoformat(timespec="seconds"))
    if exchange.attempt > 1:
        parts.append(f"attempt {exchange.attempt}")
    return f" ({', '.join(parts)})"


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""


def _help(status: int) -> str:
    if 300 <= status < 400:
        return "redirects are not followed, since a token would go along: set base_url to where the API really is"
    if status >= 500:
        return "the API has trouble: try again later; --support-bundle FILE writes what support asks for"
    return _HELP.get(status, "--support-bundle FILE writes what support asks for")
