"""Reads the tokens of a target from the environment: a token, a refresh token, or both.

A refresh token alone is enough. Source: the Common API Guide, "Token Expiry and Refresh".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from dfsync.api.protocol.errors import TokenError
from dfsync.api.redact import Secret
from dfsync.api.tokens.token import Token, is_token, used_until
from dfsync.model.settings import Target

# dfsync.yaml names the variables, and a pull request may edit it: what CI servers, clouds and registries keep there is
# not for the API.
_OF_OTHERS = re.compile(
    r"(?:ACTIONS|ARM|AWS|AZURE|BITBUCKET|BUILDKITE|CI|CIRCLE|DOCKER|GCP|GH|GIT|GITHUB|GITLAB|GOOGLE|JENKINS|KUBE|NODE"
    r"|NPM|PYPI|RUNNER|SSH|SYSTEM|TWINE|VAULT)_",
    re.IGNORECASE,
)


class EnvironmentTokens(Struct, frozen=True):
    """What the environment gives for a target."""

    token: Token | None
    refresh: Secret | None


def environment_tokens(target: Target, environment: Mapping[str, str]) -> EnvironmentTokens:
    """Read the target's variables. Raises TokenError if there is no token, or it can't be one."""
    token = _secret(target.token_env, environment)
    refresh = _secret(target.refresh_token_env, environment)
    if token is None and refresh is None:
        raise TokenError(
            f"no token for target {target.name}: neither {target.token_env} nor {target.refresh_token_env} is set",
            help="tokens come from Dragonfruit Support; put them into the environment, never into a file of the "
            "repository",
        )
    return EnvironmentTokens(Token(token, used_until(token), "environment") if token else None, refresh)


def _secret(name: str, environment: Mapping[str, str]) -> Secret | None:
    if _OF_OTHERS.match(name):
        raise TokenError(
            f"{name} can't hold a token for Dragonfruit: other programs use variables of that name",
            help="correct token_env and refresh_token_env of the target",
        )
    text = environment.get(name, "").strip()
    if text and not is_token(text):
        raise TokenError(
            f"{name} holds something that can't be a token: it has spaces, line ends or other odd characters",
            help="set it to the token alone, without quotes and without Bearer",
        )
    return Secret(text) if text else None
