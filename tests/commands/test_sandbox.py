"""`dfsync sandbox` as a shell, a CI job or another process meets it."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox.http_requests import sheet, site
from tests.support.ports import free_port
from tests.support.waiting import PATIENCE_S


@contextmanager
def serving(*arguments: str | Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Run `dfsync sandbox`; yields the process and what its first line says."""
    command = [sys.executable, "-m", "dfsync", "sandbox", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, process.stderr.read() if process.stderr else ""
            yield process, json.loads(line)
        finally:
            process.kill()


def asked(first: dict[str, Any], path: str = "/sites/export", **request: Any) -> httpx.Response:
    """Ask with the token that the first line gave: GET, or POST where there is something to send."""
    return httpx.request(
        "POST" if request else "GET",
        f"{first['base_url']}/customer/{first['customer_id']}{path}",
        headers={"Authorization": f"Bearer {first['environment']['DFSYNC_TOKEN']}"},
        trust_env=False,
        verify=False,
        **request,
    )


def ids(first: dict[str, Any]) -> list[str]:
    return [row["Site ID"] for row in asked(first).json()["data"]]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dfsync", "sandbox", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_the_example_until_it_is_stopped(number: signal.Signals) -> None:
    """The first line says where and as whom; stopping a server is no failure."""
    with serving() as (process, first):
        assert ids(first) == ["site-123", "site-124", "site-125"]
        assert first["environment"]["DFSYNC_BASE_URL"] == first["base_url"]
        process.send_signal(number)
        _, told = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0
        assert "dfsync.yaml" in told
        assert "Traceback" not in told


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_its_database_is_one_file_once_it_is_stopped(number: signal.Signals, tmp_path: Path) -> None:
    """A copy of the file has everything."""
    with serving("--database", tmp_path / "box.db") as (process, first):
        assert len(ids(first)) == 3
        process.send_signal(number)
        process.communicate(timeout=PATIENCE_S)
    assert [path.name for path in tmp_path.iterdir()] == ["box.db"]


def test_the_environment_file_is_for_the_user_alone_and_can_be_sourced(tmp_path: Path) -> None:
    """It holds tokens, even where a file of that name was readable by all."""
    env_file = tmp_path / "sandbox env"
    env_file.touch(0o644)
    with serving("--env-file", env_file) as (_, first):
        assert stat.S_IMODE(env_file.stat().st_mode) == 0o600
        script = f'. "{env_file}"; echo "$DFSYNC_BASE_URL $DFSYNC_TOKEN"'
        said = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout.split()
        assert said == [first["base_url"], first["environment"]["DFSYNC_TOKEN"]]


def test_killed_and_started_again_it_goes_on_with_its_database(tmp_path: Path) -> None:
    """On the same port, with the same tokens, and without seeding over what was imported."""
    seed = tmp_path / "export.json"
    seed.write_text(json.dumps({"success": True, "data": [site("a"), site("b")], "total": 2}))
    port = free_port()
    arguments = ("--port", str(port), "--database", tmp_path / "sandbox.sqlite", "--seed-from", seed)
    with serving(*arguments, "--customer-id", "7") as (process, first):
        assert (first["customer_id"], first["base_url"]) == (7, f"http://127.0.0.1:{port}")
        upload = sheet(("Site ID", "Site Name"), ("a", "new"))
        assert asked(first, "/sites/import", files={"sites": upload}).status_code == 200
        process.kill()
        process.wait(PATIENCE_S)
    with serving(*arguments, "--customer-id", "7"):
        assert {row["Site ID"]: row["Site Name"] for row in asked(first).json()["data"]} == {"a": "new", "b": "Site b"}


def test_settings_and_faults_come_from_the_command_line(tmp_path: Path) -> None:
    """They mean the same as in Python."""
    script = tmp_path / "faults.json"
    script.write_text('[{"action": "status", "status": 502, "nth": 2}]')
    with serving("--setting", "empty_fields=null", "--setting", "page_size=1", "--faults", script) as (_, first):
        page = asked(first).json()
        assert (len(page["data"]), page["data"][0]["Shipping Address Street"]) == (1, None)
        assert asked(first).status_code == 502


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        *((("--setting", "trim=perhaps"), 64), (("--setting", "unknown=1"), 64), (("--port", "70000"), 64)),
        *((("--seed-from", "missing.json"), 1), (("--faults", "missing.json"), 1), (("--database", os.devnull), 1)),
        (("--env-file", "missing/folder/file"), 1),
    ],
)
def test_a_wrong_call_ends_in_one_clear_error(arguments: tuple[str, ...], code: int) -> None:
    """It has the contract's exit code, and stdout is empty."""
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


def test_the_settings_can_be_listed() -> None:
    """The list has their defaults and meanings."""
    done = run("--list-settings")
    assert done.returncode == 0
    assert "blank_cells=clear\n    what an empty cell does to a field\n" in done.stdout
