"""A refreshed token is kept for the user's next command, and for nobody else."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dfsync.api.client import connect
from dfsync.api.redact import Secret
from dfsync.api.tokens.cache import CachedToken, TokenCache
from dfsync.model.settings import Target
from dfsync.sandbox.sandbox import Sandbox
from tests.api.clients import ids, settings, target

TARGET = Target("production", 123)
TOKEN = CachedToken(Secret("the-kept-token"), 2e9)


def cache(folder: Path, target: Target = TARGET, refresh: str = "the-refresh-token") -> TokenCache:
    return TokenCache(folder, target, Secret(refresh))


def refreshes(box: Sandbox) -> int:
    return sum(request.path == "/get_new_tokens" for request in box.requests)


def export_with_refresh_token(box: Sandbox) -> None:
    with connect(target(box), settings(), {"DFSYNC_REFRESH_TOKEN": box.refresh_token}) as client:
        assert client.export(lambda site: site.id) == ids()


def test_what_was_kept_is_found_again(tmp_path: Path) -> None:
    """The same target and refresh token find it."""
    cache(tmp_path / "tokens").store(TOKEN)
    assert cache(tmp_path / "tokens").load() == TOKEN


def test_each_target_and_refresh_token_has_its_own(tmp_path: Path) -> None:
    """Another customer, address, kind or user never gets this token."""
    cache(tmp_path).store(TOKEN)
    for other in (
        Target("production", 124),
        Target("production", 123, base_url="https://x.dragonfruit.ai"),
        Target("production", 123, auth_url="https://x.dragonfruit.ai"),
        Target("production", 123, token_kind="access"),
    ):
        assert cache(tmp_path, other).load() is None
    assert cache(tmp_path, refresh="another").load() is None


def test_only_the_user_can_read_it(tmp_path: Path) -> None:
    """0600 in a 0700 folder, whatever the umask, and names that tell nothing."""
    folder = tmp_path / "tokens"
    old = os.umask(0)
    try:
        kept = cache(folder)
        with kept.locked():
            kept.store(TOKEN)
    finally:
        os.umask(old)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    listing = " ".join(path.name for path in folder.iterdir())
    assert "the-kept-token" not in listing
    assert "the-refresh-token" not in listing


def test_a_folder_that_was_open_is_closed(tmp_path: Path) -> None:
    """An older umask is put right."""
    folder = tmp_path / "tokens"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    cache(folder).store(TOKEN)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_file_that_others_could_write_is_not_believed(tmp_path: Path) -> None:
    """Nor is a link to a file elsewhere."""
    kept = cache(tmp_path)
    kept.store(TOKEN)
    kept.path.chmod(0o644)
    assert kept.load() is None
    kept.path.chmod(0o600)
    kept.path.rename(tmp_path / "elsewhere")
    kept.path.symlink_to(tmp_path / "elsewhere")
    assert kept.load() is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"token": "x", "until": "soon"}', b"\xff" * 10])
def test_a_broken_file_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    """The token is fetched anew and replaces it."""
    kept = cache(tmp_path)
    kept.store(TOKEN)
    kept.path.write_bytes(content)
    assert kept.load() is None
    kept.store(TOKEN)
    assert kept.load() == TOKEN


@pytest.mark.parametrize("mark", ["dfsync.yaml", ".git"])
def test_nothing_is_kept_inside_a_repository(tmp_path: Path, mark: str) -> None:
    """Not even when the cache folder was moved there, as CI does."""
    (tmp_path / mark).touch()
    folder = tmp_path / ".dfsync" / "cache"
    kept = cache(folder)
    with kept.locked():
        kept.store(TOKEN)
    assert kept.load() is None
    assert not folder.exists()


def test_fifty_commands_refresh_once(box: Sandbox) -> None:
    """Each reads what the first one kept."""
    for _ in range(50):
        export_with_refresh_token(box)
    assert refreshes(box) == 1


def test_commands_at_once_refresh_once(box: Sandbox, tmp_path: Path) -> None:
    """Processes, as CI jobs on one runner are: one refreshes, the others wait for it."""
    program = (
        "import sys; from dfsync.api.client import connect; from dfsync.model.settings import *\n"
        "target = Target('production', 123, sys.argv[1], sys.argv[1])\n"
        "import os\n"
        "print(len(connect(target, ApiSettings(), os.environ).export(lambda site: site.id)))"
    )
    environment = {**os.environ, "DFSYNC_REFRESH_TOKEN": box.refresh_token, "PYTHONPATH": os.getcwd()}  # noqa: PTH109  (a text)
    command = [sys.executable, "-c", program, box.base_url]
    running = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(6)]
    assert [process.communicate()[0].strip() for process in running] == [b"25"] * 6
    assert refreshes(box) == 1


def test_an_expired_token_in_the_cache_is_replaced(box: Sandbox, cache_home: Path) -> None:
    """The clock decides that, and not the age of the file."""
    kept = cache(cache_home / "dfsync" / "tokens", target(box), box.refresh_token)
    kept.store(CachedToken(Secret(box.token()), time.time() - 1))
    export_with_refresh_token(box)
    assert refreshes(box) == 1


def test_a_revoked_token_in_the_cache_costs_one_refresh(box: Sandbox) -> None:
    """And the new one is kept."""
    export_with_refresh_token(box)
    box.revoke_tokens()
    export_with_refresh_token(box)
    export_with_refresh_token(box)
    assert refreshes(box) == 2


def test_an_altered_cache_can_not_inject_a_header(box: Sandbox, cache_home: Path) -> None:
    """What is read from the cache must have the form of a token."""
    kept = cache(cache_home / "dfsync" / "tokens", target(box), box.refresh_token)
    kept.store(CachedToken(Secret("x\r\nX-Injected: 1"), 2e9))
    export_with_refresh_token(box)
    assert refreshes(box) == 1


@pytest.mark.parametrize("obstacle", ["file", "missing"])
def test_a_home_that_can_not_be_written_to_is_no_failure(
    box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, obstacle: str
) -> None:
    """The token lives as long as the command; root in a container can write anywhere, so the folder is no folder."""
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked if obstacle == "file" else Path("/proc/nowhere")))
    export_with_refresh_token(box)
    export_with_refresh_token(box)
    assert refreshes(box) == 2


def test_a_lock_that_nobody_releases_does_not_hang(
    box: Sandbox, cache_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while the command goes on alone."""
    monkeypatch.setattr("dfsync.api.tokens.cache._LOCK_S", 0.2)
    kept = cache(cache_home / "dfsync" / "tokens", target(box), box.refresh_token)
    with kept.locked():
        export_with_refresh_token(box)
    assert refreshes(box) == 1
