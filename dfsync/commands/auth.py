"""`dfsync auth`: what the token is for and when it expires, and a refresh on demand. Never prints a token."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from dfsync.api.tokens.cache import default_folder
from dfsync.api.tokens.status import TokenStatus, token_status
from dfsync.commands.invocation.context import Invocation
from dfsync.commands.invocation.output import format_option
from dfsync.commands.terminal.log_output import bundle_option
from dfsync.errors import ExitCode
from dfsync.model.settings import Target
from dfsync.model.text import json_document, shortened, visible


@click.group("auth")
def command() -> None:
    """Show what the token is for, or refresh it. Never prints a token."""


@command.command("status")
@format_option
@click.pass_obj
def status(invocation: Invocation, /, *, format: str) -> int:
    """Show what the token of the target is for and when it expires. Exits with 1 if there is no usable token."""
    target = invocation.target(invocation.config())
    found = token_status(target, invocation.environment)
    now = datetime.now(UTC)
    if format == "json":
        invocation.result(json_document(_document(target, found, now)))
    else:
        invocation.result("".join(f"{line}\n" for line in _lines(target, found, now)))
    return ExitCode.OK if found.is_usable(now) else ExitCode.ERROR


@command.command("refresh")
@bundle_option
@click.pass_obj
def refresh(invocation: Invocation, /, *, bundle: Path | None) -> None:
    """Refresh the token now, and keep it for the next commands."""
    config = invocation.config()
    target = invocation.target(config)
    with invocation.client(config, bundle=bundle) as client:
        until = client.refresh_token()
    now = datetime.now(UTC)
    if until and token_status(target, invocation.environment).cached_until is None:
        folder = default_folder()
        where = f"{folder} is inside a repository or can't be written" if folder else "this user has no home folder"
        invocation.result(f"refreshed, but not kept, since {where}: each command refreshes anew\n")
    elif until:
        invocation.result(f"refreshed; used until {describe_time(until, now)}\n")
    else:
        invocation.result("refreshed, but not kept, since the answer does not say when the token expires\n")


def describe_time(moment: datetime, now: datetime) -> str:
    """Return a time and how far away it is: `2026-03-01 12:00Z (in 43 min)`."""
    minutes = round(abs((moment - now).total_seconds()) / 60)
    far = (
        f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h" if minutes < 2880 else f"{minutes // 1440} d"
    )
    return f"{moment:%Y-%m-%d %H:%MZ} ({f'in {far}' if moment >= now else f'{far} ago'})"


def _document(target: Target, found: TokenStatus, now: datetime) -> dict[str, Any]:
    """Return what is known about the token, but never the token."""
    return {
        "format": "dfsync/auth",
        "format_version": 1,
        "target": {"name": target.name, "customer_id": target.customer_id, "base_url": target.base_url},
        "usable": found.is_usable(now),
        "token": {
            "env": target.token_env,
            "set": found.has_token,
            "expires_at": _moment(found.expires),
            "about": dict(found.about),
        },
        "refresh_token": {"env": target.refresh_token_env, "set": found.has_refresh_token},
        "cached_until": _moment(found.cached_until),
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _lines(target: Target, found: TokenStatus, now: datetime) -> Iterator[str]:
    yield f"target         {visible(target.name)}, customer {target.customer_id} at {visible(target.base_url)}"
    yield f"token          {target.token_env}: {_expiry(found, now) if found.has_token else 'not set'}"
    for name, value in found.about:
        yield f"  {name:<13}{shortened(value)}"
    yield f"refresh token  {target.refresh_token_env}: {'set' if found.has_refresh_token else 'not set'}"
    if found.has_refresh_token:
        yield f"cache          {_cached(found.cached_until, now)}"


def _expiry(found: TokenStatus, now: datetime) -> str:
    if found.expires is None:
        return "set; it does not say when it expires, and only a request shows whether it is good (dfsync doctor)"
    return f"{'expires' if found.expires > now else 'expired'} {describe_time(found.expires, now)}"


def _cached(until: datetime | None, now: datetime) -> str:
    if until is None:
        return "no refreshed token is kept"
    return f"a refreshed token is kept, used until {describe_time(until, now)}"
