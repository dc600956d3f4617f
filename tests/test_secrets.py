"""Neither token is ever shown, logged, kept or passed on: a search of everything that commands leave behind.

The server is as talkative as can be: it echoes what it was sent in bodies and headers, in several encodings.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Self
from urllib.parse import quote, quote_plus

import pytest

from dfsync.sandbox.faults import Fault
from dfsync.sandbox.sandbox import Sandbox
from tests.support.waiting import PATIENCE_S

CONFIG = "version: 1\ntargets:\n  production: {customer_id: 123}\napi: {retry_s: 0.2}\n"
SITE = "id: site-1\nname: New name\n"
OPAQUE = {
    "DFSYNC_TOKEN": "opaque/token+of=the~user.1234567890",
    "DFSYNC_REFRESH_TOKEN": "opaque/refresh+of=the~user.0987",
}

COMMANDS = {
    "export": ["-vv", "export", "--support-bundle", "bundle.json"],
    "export, JSON log": ["-vv", "--log-format", "json", "export", "--support-bundle", "bundle.json"],
    "plan": ["-vv", "plan", "--out", "plan.json", "--support-bundle", "bundle.json"],
    "auth status": ["-vv", "auth", "status"],
    "auth refresh": ["-vv", "auth", "refresh", "--support-bundle", "bundle.json"],
    "doctor": ["-vv", "doctor", "--support-bundle", "bundle.json"],
}


def spellings(token: str) -> Iterator[str]:
    """The forms in which a token may leave: as it is, in URLs, in hex, in base64 at each alignment."""
    yield from {token, quote(token, safe=""), quote_plus(token), token.replace("/", "\\/"), token.encode().hex()}
    for before in range(3):
        encoded = base64.b64encode(b"x" * before + token.encode()).decode()
        # The characters at both ends depend on what stands around the token.
        yield encoded[4:-4]
        yield encoded[4:-4].replace("+", "-").replace("/", "_")


def echoes(token: str) -> list[Fault]:
    """Answers that give back what was sent."""
    body = {
        "message": f"can't take {token}",
        "request": {"headers": {"Authorization": f"Bearer {token}", "X": [token]}, "url": f"/?token={quote(token)}"},
        "log": f'{{"refreshToken": "{token}"}}',
        token: "as a key",
        "basic": base64.b64encode(f"user:{token}".encode()).decode(),
        "hex": token.encode().hex(),
    }
    headers = {"X-Request-Id": token, "X-Echo": f"Bearer {token}", "Set-Cookie": f"t={token}"}
    html = f"<title>denied {token}</title>"
    return [
        Fault("status", status=500, body=body, headers=headers),
        Fault("status", status=400, body=f"refused: {token}", headers=headers, nth=2),
        Fault("status", status=200, body=f'{{"success": false, "message": "{token}"', headers=headers, nth=3),
        Fault("status", status=200, body={"success": False, "message": token}, headers=headers, nth=4),
        Fault("status", status=502, body=html, headers={"Content-Type": "text/html", **headers}, nth=5),
        Fault("status", status=302, headers={**headers, "Location": f"https://x.invalid/?t={quote(token)}"}, nth=6),
    ]


class CommandLines:
    """Every command line that was running meanwhile, of this machine's processes that we may look at."""

    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.01):
            for entry in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.seen.add(entry.read_bytes())
                except OSError:
                    continue


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a repository with a change to send."""
    root = tmp_path / "repository"
    (root / "sites").mkdir(parents=True)
    (root / "dfsync.yaml").write_text(CONFIG)
    (root / "sites" / "one.yaml").write_text(SITE)
    return root


def run(root: Path, command: list[str], environment: dict[str, str]) -> bytes:
    """Run a command and return everything it wrote."""
    done = subprocess.run(
        [sys.executable, "-m", "dfsync", *command],
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.getcwd(), **environment},  # noqa: PTH109  (a text)
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done.stdout + done.stderr


def left_behind(root: Path, cache: Path, refresh_token: str) -> bytes:
    """Return the contents of the repository, the names in the cache, and what it holds but the refreshed token."""
    files = [path for path in root.rglob("*") if path.is_file()]
    kept = [path for path in cache.rglob("*") if path.is_file()]
    for path in kept:
        assert path.stat().st_mode & 0o077 == 0
        assert refresh_token.encode() not in path.read_bytes()
    return b"\n".join([*(path.read_bytes() for path in files), *(str(path).encode() for path in [*files, *kept])])


@pytest.mark.parametrize(("name", "opaque"), [*((name, False) for name in COMMANDS), ("export", True)])
def test_a_search_finds_neither_token(root: Path, cache_home: Path, name: str, opaque: bool) -> None:
    """It looks at both outputs, logs, plan, receipt, journal, state, bundle, cache listing and command lines."""
    with Sandbox([{"Site ID": "site-1", "Site Name": "Old name"}]) as box, CommandLines() as lines:
        environment = {**box.environment(), **(OPAQUE if opaque else {})}
        tokens = [environment["DFSYNC_TOKEN"], environment["DFSYNC_REFRESH_TOKEN"]]
        for token in tokens:
            box.faults.add(*echoes(token))
        output = run(root, COMMANDS[name], environment)
        output += (root / "bundle.json").read_bytes() if (root / "bundle.json").exists() else b""
        box.faults.clear()
        output += run(root, COMMANDS[name], environment)
    written = b"\n".join([output, left_behind(root, cache_home, tokens[1])]).decode("utf-8", "replace")
    everything = written + b"\n".join(lines.seen).decode("utf-8", "replace")
    for token in tokens:
        for spelled in spellings(token):
            assert spelled not in everything
    assert ("[redacted]" in written) == (name != "auth status"), "the echoes got as far as the output"
    if not opaque:
        assert "eyJ" not in written, "no JWT of any kind, refreshed ones included"


def test_what_the_api_says_of_a_row_gives_no_token_away(root: Path, cache_home: Path) -> None:
    """An import that is answered with success quotes the token in the error of a row."""
    with Sandbox([{"Site ID": "site-1", "Site Name": "Old name"}]) as box:
        environment = {**box.environment(), **OPAQUE}
        tokens = [*OPAQUE.values(), box.token()]
        environment["DFSYNC_TOKEN"] = tokens[2]
        said = [{"row": 2, "column": "Site Name", "value": "New name", "error_msg": f"no {token}"} for token in tokens]
        body = {"success": True, "data": {"data": {}, "errors": {"sites": said, "site_contacts": []}}}
        box.faults.add(Fault("status", status=200, body=body, path="*/sites/import"))
        output = run(root, ["apply", "--auto-approve", "--receipt", "receipt.json"], environment)
    output += (root / "receipt.json").read_bytes()
    assert b"no [redacted]" in output
    for token in (environment["DFSYNC_TOKEN"], environment["DFSYNC_REFRESH_TOKEN"]):
        assert token.encode() not in output + left_behind(root, cache_home, token)


def test_the_search_would_find_one(root: Path) -> None:
    """The net has no hole: each spelling of a token that was let through is found."""
    token = OPAQUE["DFSYNC_TOKEN"]
    for text in (
        token,
        base64.b64encode(f"user:{token}".encode()).decode(),
        quote(token, safe=""),
        token.encode().hex(),
    ):
        assert any(spelled in text for spelled in spellings(token))
