"""Real JSON Web Tokens (RFC 7519) that expire, and a refresh token that does not.

Only the signing key is stored, in the database, so that a restarted sandbox accepts the same tokens.
"""

from __future__ import annotations

import secrets
import time
import uuid
from typing import Any, Literal

import jwt

from dfsync.sandbox.backend.database import Database
from dfsync.sandbox.settings import SandboxSettings

TokenKind = Literal["id", "access", "refresh"]
_ALGORITHM = "HS256"
_TAKEN: dict[str, tuple[TokenKind, ...]] = {"id": ("id",), "access": ("access",), "any": ("id", "access")}


class TokenRefusedError(Exception):
    """This sandbox does not accept the token, or no longer does."""


class IssuedTokens:
    """Makes and checks the tokens of one sandbox."""

    def __init__(self, database: Database, settings: SandboxSettings, customer_id: int) -> None:
        self._database = database
        self._settings = settings
        self._customer_id = customer_id
        self.taken = _TAKEN[settings.token_kind]
        self._key = database.remembered("token_key", secrets.token_hex(32))

    def make(self, kind: TokenKind, *, lifetime_s: float | None = None, customer_id: int | None = None) -> str:
        """Return a new id or access token. A negative lifetime makes an expired one."""
        now = time.time()
        return self._signed(
            {
                "token_use": kind,
                "customer_id": self._customer_id if customer_id is None else customer_id,
                "iat": int(now),
                "exp": int(now + (self._settings.token_lifetime_s if lifetime_s is None else lifetime_s)),
                "jti": uuid.uuid4().hex,
                "generation": self._generation(),
            }
        )

    def refresh_token(self) -> str:
        """Return the refresh token, the same for the life of the database."""
        return self._signed({"token_use": "refresh", "customer_id": self._customer_id})

    def refreshed(self, refresh_token: str) -> dict[str, Any]:
        """Return the fresh set of tokens of `get_new_tokens`; raises TokenRefusedError."""
        self._checked(refresh_token, ("refresh",))
        return {
            "AccessToken": self.make("access"),
            "ExpiresIn": self._settings.token_lifetime_s,
            "IdToken": self.make("id"),
            "TokenType": "Bearer",
        }

    def customer_of(self, token: str) -> int:
        """Return the customer of a token. Raises TokenRefusedError if the API does not accept it."""
        claims = self._checked(token, self.taken)
        if claims.get("generation") != self._generation():
            raise TokenRefusedError("the token was revoked")
        return int(claims["customer_id"])

    def revoke(self) -> None:
        """Refuse every token made so far, except the refresh token, whatever its expiry says."""
        self._database.remember("token_generation", str(self._generation() + 1))

    def _generation(self) -> int:
        return int(self._database.remembered("token_generation", "1"))

    def _signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def _checked(self, token: str, kinds: tuple[TokenKind, ...]) -> dict[str, Any]:
        try:
            claims = jwt.decode(token, self._key, algorithms=[_ALGORITHM])
        except jwt.InvalidTokenError as error:
            raise TokenRefusedError(str(error)) from error
        if claims.get("token_use") not in kinds:
            raise TokenRefusedError(f"the API does not take {claims.get('token_use')} tokens here")
        return dict(claims)
