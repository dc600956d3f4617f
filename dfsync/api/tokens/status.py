"""What is known of a target's tokens without calling the API, for `auth status` and `doctor`; never a token."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec import Struct

from dfsync.api.tokens.cache import TokenCache, default_folder
from dfsync.api.tokens.environment import environment_tokens
from dfsync.api.tokens.token import claims, expires_at
from dfsync.model.settings import Target

_TELLING = ("token_use", "customer_id", "client_id", "aud", "iss")


class TokenStatus(Struct, frozen=True):
    """What the environment and the cache hold for a target.

    `about` are the claims of the token that say what it is for. `expires` is None if the token does not say.
    `cached_until` is when a refreshed token in the cache expires.
    """

    has_token: bool
    has_refresh_token: bool
    about: tuple[tuple[str, str], ...] = ()
    expires: datetime | None = None
    cached_until: datetime | None = None

    def is_usable(self, now: datetime) -> bool:
        """Whether a command would have a token to send: a refresh token, or one that has not expired."""
        return self.has_refresh_token or (self.has_token and (self.expires is None or self.expires > now))


def token_status(target: Target, environment: Mapping[str, str]) -> TokenStatus:
    """Look at the target's tokens. Raises TokenError if there are none, or they can't be tokens."""
    found = environment_tokens(target, environment)
    cached = TokenCache(default_folder(), target, found.refresh).load() if found.refresh else None
    cached_until = datetime.fromtimestamp(cached.until, UTC) if cached else None
    if found.token is None:
        return TokenStatus(has_token=False, has_refresh_token=True, cached_until=cached_until)
    said = claims(found.token.secret)
    return TokenStatus(
        has_token=True,
        has_refresh_token=found.refresh is not None,
        about=tuple((name, str(said[name])) for name in _TELLING if name in said),
        expires=expires_at(found.token.secret),
        cached_until=cached_until,
    )
