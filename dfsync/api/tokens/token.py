"""A token: what it claims, until when it is used, and what a refresh answers.

Source: the Common API Guide, "Token Expiry and Refresh". Nothing here does I/O.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from msgspec import Struct

from dfsync.api.redact import Secret
from dfsync.model.settings import Target

SKEW_S = 60.0
"""How far clocks may differ, and how long before its expiry a token is refreshed."""


class Token(Struct, frozen=True):
    """A token, the Unix time until which it is used (if known), and where it came from."""

    secret: Secret
    until: float | None
    source: Literal["environment", "cache", "refresh"]

    def is_stale(self, now: float) -> bool:
        """Whether it has expired or is about to."""
        return self.until is not None and now >= self.until


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
    if not isinstance(text, str) or not is_token(text):
        raise ValueError(f"{name} is missing")
    lifetime = data.get("ExpiresIn")
    if isinstance(lifetime, int | float) and not isinstance(lifetime, bool) and 0 < lifetime < 1e9:
        return Token(Secret(text), now + lifetime - min(SKEW_S, lifetime / 2), "refresh")
    until = used_until(Secret(text))
    return Token(Secret(text), until if until is not None and until > now else None, "refresh")


def is_token(text: str) -> bool:
    """Whether it can stand in a header: visible ASCII without spaces or quotes (generous RFC 6750, 2.1)."""
    return text.isascii() and text.isprintable() and not set(text) & set(" \"'") and 0 < len(text) <= 16_384


def used_until(secret: Secret) -> float | None:
    """Return the Unix time until which a token is used, None when it does not say when it expires."""
    expiry = expires_at(secret)
    return None if expiry is None else expiry.timestamp() - SKEW_S
