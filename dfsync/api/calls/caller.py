"""A call with everything around it: the token, one refresh after a 401, and retries within the budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeVar

from dfsync.api.calls.retry import TOO_MANY_REQUESTS, Budget, Retries
from dfsync.api.protocol.answers import UnbelievableError, read_tokens
from dfsync.api.protocol.endpoints import REFRESH, Call
from dfsync.api.protocol.errors import RequestError, StatusError, TokenError
from dfsync.api.protocol.events import Event, Exchange, Refreshed, Watch
from dfsync.api.redact import Redactor, Secret
from dfsync.api.tokens.cache import TokenCache, default_folder
from dfsync.api.tokens.environment import environment_tokens
from dfsync.api.tokens.refresh import Tokens
from dfsync.api.tokens.token import Token, expires_at, refreshed
from dfsync.api.transport.send import Transport
from dfsync.model.settings import ApiSettings, Target

T = TypeVar("T")

_UNAUTHORIZED = 401


class Caller:
    """Calls the endpoints of one target. Thread-safe. `pool` has as many threads as there may be requests at once."""

    def __init__(
        self, target: Target, settings: ApiSettings, environment: Mapping[str, str], *, may_send: bool, watch: Watch
    ) -> None:
        """Raise HostError or TokenError before anything is sent."""
        self._target = target
        self._given = environment_tokens(target, environment)
        self._redactor = Redactor()
        self._transport = Transport(
            target, settings, environment, may_send=may_send, watch=watch, redactor=self._redactor
        )
        self._retries = Retries(Budget(settings.retry_s), self._transport.tell)
        refresh = self._given.refresh
        self._tokens = Tokens(self._given, None if refresh is None else lambda: self._cache(refresh), self._exchange)
        self.pool = ThreadPoolExecutor(settings.concurrency, thread_name_prefix="dfsync-api")
        if self._given.token is not None:
            self._redactor.learn(self._given.token.secret)
        if self._given.refresh is not None:
            self._redactor.learn(self._given.refresh)

    def close(self) -> None:
        """End all waiting and all requests under way, and close all connections."""
        self._retries.end()
        self.pool.shutdown(wait=False, cancel_futures=True)
        self._transport.hang_up()
        self.pool.shutdown()
        self._transport.close()

    def redacted(self, text: str) -> str:
        """Return a text of the API without any token in it."""
        return self._redactor.text(text)

    def tell(self, event: Event) -> None:
        """Tell the listener."""
        self._transport.tell(event)

    def call(
        self, call: Call, read: Callable[[bytes], T], before_again: Callable[[], None] | None = None
    ) -> tuple[T, Exchange]:
        """Call an endpoint and return what `read` makes of the answer, and the exchange. Raises ApiError.

        `before_again` is called before each repetition, and may raise to prevent it.
        """
        return self._retries.call(lambda attempt: self._authorized(call, attempt, read), before_again)

    def wait(self, error: RequestError, attempt: int) -> bool:
        """Wait before a failed request is tried again. Returns False if the budget is spent."""
        return self._retries.wait(error, attempt)

    def refresh(self) -> Token:
        """Refresh the token now."""
        return self._tokens.refresh()

    def _authorized(self, call: Call, attempt: int, read: Callable[[bytes], T]) -> tuple[T, Exchange]:
        token = self._tokens.current()
        while True:
            self._redactor.learn(token.secret)
            try:
                answer = self._transport.once(call, token.secret, attempt, read)
            except StatusError as error:
                if error.status != _UNAUTHORIZED:
                    raise
                other = self._tokens.renewed(token)
                if other is None:
                    raise StatusError(error.exchange, error.said, help=_refused_help(token, self._target)) from error
                token = other
            else:
                self._tokens.accepted(token)
                return answer

    def _exchange(self, refresh: Secret, bearer: Secret | None) -> Token:
        """Fetch a new token. As in the documents' example, the present token is sent along."""

        def read(content: bytes) -> Token:
            data = read_tokens(content)
            for text in data.values():
                if isinstance(text, str) and text != data.get("TokenType"):
                    self._redactor.learn(Secret(text))
            try:
                return refreshed(data, self._target, time.time())
            except ValueError as error:
                raise UnbelievableError(str(error)) from error

        call = Call(REFRESH, json={"refreshToken": refresh.reveal()})
        try:
            token, _ = self._retries.call(lambda attempt: self._transport.once(call, bearer, attempt, read))
        except StatusError as error:
            if error.status is not None and 400 <= error.status < 500 and error.status != TOO_MANY_REQUESTS:
                raise TokenError(
                    f"the refresh token in {self._target.refresh_token_env} was refused: {error.message}",
                    help="ask Dragonfruit Support for new tokens, and check auth_url of the target",
                ) from error
            raise
        if token.until is not None:
            self.tell(Refreshed(self._target.name, datetime.fromtimestamp(token.until, UTC)))
        return token

    def _cache(self, refresh: Secret) -> TokenCache:
        return TokenCache(default_folder(), self._target, refresh)


def _refused_help(token: Token, target: Target) -> str:
    if token.source != "environment":
        return "the API refuses even the token it just issued: check customer_id, base_url and token_kind of the target"
    expiry = expires_at(token.secret)
    expired = f" expired {expiry.isoformat(timespec='minutes')}" if expiry and expiry < datetime.now(UTC) else ""
    state = expired or " is not accepted"
    return f"{target.token_env}{state}: set a new one, or {target.refresh_token_env} to renew it"
