"""`dfsync auth` tells what the token is for and when it expires, and never the token."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dfsync.commands.auth import describe_time
from dfsync.sandbox.sandbox import Sandbox
from tests.support.command_line import CONFIG, dfsync, environment_of

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Serve an empty organisation."""
    with Sandbox() as sandbox, environment_of(sandbox, monkeypatch):
        yield sandbox


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a repository."""
    (tmp_path / "dfsync.yaml").write_text(CONFIG)
    return tmp_path


def test_status_tells_what_the_token_is_for_and_sends_nothing(
    root: Path, box: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    """Target, variable, expiry, kind, customer; whether there is a refresh token and a kept one."""
    assert dfsync(root, "auth", "status") == 0
    out = capfd.readouterr().out
    assert "production, customer 123" in out
    assert "DFSYNC_TOKEN: expires" in out
    assert "(in 60 min)" in out
    assert "token_use    id" in out
    assert "DFSYNC_REFRESH_TOKEN: set" in out
    assert "no refreshed token is kept" in out
    assert box.requests == []


def test_refresh_keeps_a_new_token_for_the_next_command(
    root: Path, box: Sandbox, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One request; status then tells of it."""
    monkeypatch.delenv("DFSYNC_TOKEN")
    assert dfsync(root, "auth", "refresh") == 0
    assert "refreshed; used until" in capfd.readouterr().out
    assert dfsync(root, "auth", "status") == 0
    out = capfd.readouterr().out
    assert "DFSYNC_TOKEN: not set" in out
    assert "a refreshed token is kept" in out
    assert dfsync(root, "export") == 0
    assert [request.path for request in box.requests] == ["/get_new_tokens", "/customer/123/sites/export"]


def test_a_refreshed_token_that_is_not_kept_is_said_to_be_lost(
    root: Path, box: Sandbox, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No token is kept inside a repository, which may be where a CI server has the cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(root / "cache"))
    assert dfsync(root, "auth", "refresh") == 0
    out = capfd.readouterr().out
    assert f"refreshed, but not kept, since {root / 'cache' / 'dfsync' / 'tokens'} is inside a repository" in out


def test_an_expired_token_alone_is_not_usable(
    root: Path, box: Sandbox, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1, so that a job can ask before it starts."""
    monkeypatch.delenv("DFSYNC_REFRESH_TOKEN")
    monkeypatch.setenv("DFSYNC_TOKEN", box.token(lifetime_s=-7200))
    assert dfsync(root, "auth", "status") == 1
    assert "expired" in capfd.readouterr().out
    assert dfsync(root, "auth", "refresh") == 1
    assert "no refresh token" in capfd.readouterr().err


def test_no_token_at_all_is_an_error_that_names_the_variables(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """And says where tokens come from."""
    assert dfsync(root, "auth", "status") == 1
    err = capfd.readouterr().err
    assert "DFSYNC_TOKEN" in err
    assert "Support" in err


@pytest.mark.parametrize(
    ("delta", "words"),
    [
        (timedelta(minutes=5), "2026-03-01 12:05Z (in 5 min)"),
        (timedelta(hours=-3), "2026-03-01 09:00Z (3 h ago)"),
        (timedelta(days=40), "2026-04-10 12:00Z (in 40 d)"),
    ],
)
def test_a_moment_is_told_with_how_far_away_it_is(delta: timedelta, words: str) -> None:
    """In the largest unit that is not coarse."""
    assert describe_time(NOW + delta, NOW) == words
