"""Decides which token is sent with a request, and when it is refreshed.

Source: the Common API Guide, "Token Expiry and Refresh". A token is refreshed shortly before it expires, and once per
expiry after a 401. A token that was refused before it was ever accepted is not refreshed again. Except for the cache,
nothing here does I/O.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import cached_property

from dfsync.api.protocol.errors import TokenError
from dfsync.api.redact import Secret
from dfsync.api.tokens.cache import CachedToken, TokenCache
from dfsync.api.tokens.environment import EnvironmentTokens
from dfsync.api.tokens.token import Token, is_token


class Tokens:
    """Keeps the token of one target current. Thread-safe."""

    def __init__(
        self,
        given: EnvironmentTokens,
        cache: Callable[[], TokenCache] | None,
        exchange: Callable[[Secret, Secret | None], Token],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._given = given
        self._open_cache = cache
        self._exchange = exchange
        self._now = now
        self._token: Token | None = None
        self._accepted = False
        self._lock = threading.Lock()

    @cached_property
    def _cache(self) -> TokenCache | None:
        """The cache, opened when it is asked for the first time: most tokens at hand are good."""
        return self._open_cache() if self._open_cache is not None else None

    def current(self) -> Token:
        """Return the token to send. If it is about to expire, it is refreshed first. Raises what the refresh raises."""
        with self._lock:
            if self._token is None:
                self._token = self._first()
            if self._token is None or (self._token.is_stale(self._now()) and self._given.refresh):
                self._take(self._renewed(self._token))
            return self._held()

    def renewed(self, refused: Token) -> Token | None:
        """Return another token after a 401; None if there is nothing better to try."""
        with self._lock:
            if self._token is not refused:
                return self._token
            if self._given.refresh is None or (refused.source == "refresh" and not self._accepted):
                return None
            self._take(self._renewed(refused))
            return self._token

    def accepted(self, token: Token) -> None:
        """Note that the API accepted this token."""
        if token is self._token:
            self._accepted = True

    def refresh(self) -> Token:
        """Refresh now, whatever the present token is."""
        with self._lock:
            self._take(self._fetched(self._given.token))
            return self._held()

    def _first(self) -> Token | None:
        own = self._given.token
        if own is not None and not own.is_stale(self._now()):
            return own
        return self._from_cache() or own

    def _renewed(self, old: Token | None) -> Token:
        """Return the token that another process fetched in the meantime, or else fetch one."""
        if self._cache is None:
            return self._fetched(old)
        with self._cache.locked():
            cached = self._from_cache()
            return cached if cached and (old is None or cached.secret != old.secret) else self._fetched(old)

    def _fetched(self, old: Token | None) -> Token:
        if self._given.refresh is None:
            raise TokenError("there is no refresh token to refresh with", help="set the target's refresh token")
        token = self._exchange(self._given.refresh, old.secret if old else None)
        if self._cache is not None and token.until is not None:
            self._cache.store(CachedToken(token.secret, token.until))
        return token

    def _from_cache(self) -> Token | None:
        cached = self._cache.load() if self._cache is not None else None
        if cached is None or not is_token(cached.secret.reveal()):
            return None
        token = Token(cached.secret, cached.until, "cache")
        return None if token.is_stale(self._now()) else token

    def _take(self, token: Token) -> None:
        self._token, self._accepted = token, False

    def _held(self) -> Token:
        if self._token is None:
            raise TokenError("there is no token", help="set the target's token or refresh token")
        return self._token
