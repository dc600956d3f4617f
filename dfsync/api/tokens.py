"""Decides which token is sent with a request, and when it is refreshed.

Source: the Common API Guide, "Token Expiry and Refresh". The environment gives a token, a refresh token, or both; a
refresh token alone is enough. A token is refreshed shortly before it expires, and once per expiry after a 401. A token
that was refused before it was ever accepted is not refreshed again. Except for the cache, nothing here does I/O.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from dfsync.api.errors import TokenError
from dfsync.api.redact import Secret
from dfsync.model.settings import Target

if TYPE_CHECKING:
    from dfsync.api.token_cache import TokenCache

SKEW_S = 60.0
"""How far clocks may differ, and how long before its expiry a token is refreshed."""


# dfsync.yaml names the variables, and a pull request may edit it: what CI servers, clouds and registries keep there is
# not for the API.
_OF_OTHERS = re.compile(
    r"(?:ACTIONS|ARM|AWS|AZURE|BITBUCKET|BUILDKITE|CI|CIRCLE|DOCKER|GCP|GH|GIT|GITHUB|GITLAB|GOOGLE|JENKINS|KUBE|NODE"
    r"|NPM|PYPI|RUNNER|SSH|SYSTEM|TWINE|VAULT)_",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token, the Unix time until which it is used (if known), and where it came from."""

    secret: Secret
    until: float | None
    source: Literal["environment", "cache", "refresh"]

    def is_stale(self, now: float) -> bool:
        """Whether it has expired or is about to."""
        return self.until is not None and now >= self.until


@dataclass(frozen=True, slots=True)
class EnvironmentTokens:
    """What the environment gives for a target."""

    token: Token | None
    refresh: Secret | None


def environment_tokens(target: Target, environment: Mapping[str, str]) -> EnvironmentTokens:
    """Read the target's variables. Raises TokenError when there is no token, or it can't be one."""
    token = _secret(target.token_env, environment)
    refresh = _secret(target.refresh_token_env, environment)
    if token is None and refresh is None:
        raise TokenError(
            f"no token for target {target.name}: neither {target.token_env} nor {target.refresh_token_env} is set",
            help="tokens come from Dragonfruit Support; put them into the environment, never into a file of the "
            "repository",
        )
    return EnvironmentTokens(Token(token, _until(token), "environment") if token else None, refresh)


def claims(secret: Secret) -> Mapping[str, Any]:
    """Return the claims of a JWT. They are not verified, since that is up to the server. Empty for an opaque token."""
    import jwt

    try:
        return dict(jwt.decode(secret.reveal(), options={"verify_signature": False}))
    except jwt.InvalidTokenError:
        return {}


def expires_at(secret: Secret) -> datetime | None:
    """Return when a JWT expires, None when it does not say."""
    expiry = claims(secret).get("exp")
    if not isinstance(expiry, int | float) or isinstance(expiry, bool) or not math.isfinite(expiry):
        return None
    try:
        return datetime.fromtimestamp(expiry, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def refreshed(data: Mapping[str, Any], target: Target, now: float) -> Token:
    """Read the `data` of a refresh. Raises ValueError, naming the field, when the wanted token is not there.

    `ExpiresIn` counts from now, whatever this machine's clock shows, and so goes before the JWT's own expiry.
    """
    name = {"id": "IdToken", "access": "AccessToken"}[target.token_kind]
    text = data.get(name)
    if not isinstance(text, str) or not _is_token(text):
        raise ValueError(f"{name} is missing")
    lifetime = data.get("ExpiresIn")
    if isinstance(lifetime, int | float) and not isinstance(lifetime, bool) and 0 < lifetime < 1e9:
        return Token(Secret(text), now + lifetime - min(SKEW_S, lifetime / 2), "refresh")
    until = _until(Secret(text))
    return Token(Secret(text), until if until is not None and until > now else None, "refresh")


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
            from dfsync.api.token_cache import CachedToken

            self._cache.store(CachedToken(token.secret, token.until))
        return token

    def _from_cache(self) -> Token | None:
        cached = self._cache.load() if self._cache is not None else None
        if cached is None or not _is_token(cached.secret.reveal()):
            return None
        token = Token(cached.secret, cached.until, "cache")
        return None if token.is_stale(self._now()) else token

    def _take(self, token: Token) -> None:
        self._token, self._accepted = token, False

    def _held(self) -> Token:
        if self._token is None:
            raise TokenError("there is no token", help="set the target's token or refresh token")
        return self._token


def _secret(name: str, environment: Mapping[str, str]) -> Secret | None:
    if _OF_OTHERS.match(name):
        raise TokenError(
            f"{name} can't hold a token for Dragonfruit: other programs use variables of that name",
            help="correct token_env and refresh_token_env of the target",
        )
    text = environment.get(name, "").strip()
    if text and not _is_token(text):
        raise TokenError(
            f"{name} holds something that can't be a token: it has spaces, line ends or other odd characters",
            help="set it to the token alone, without quotes and without Bearer",
        )
    return Secret(text) if text else None


def _is_token(text: str) -> bool:
    """Whether it can stand in a header: visible ASCII without spaces or quotes (generous RFC 6750, 2.1)."""
    return text.isascii() and text.isprintable() and not set(text) & set(" \"'") and 0 < len(text) <= 16_384


def _until(secret: Secret) -> float | None:
    expiry = expires_at(secret)
    return None if expiry is None else expiry.timestamp() - SKEW_S
