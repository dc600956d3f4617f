"""A repository, the stub API, and dfsync between them."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from dfsync.commands.main import run
from tests.contract.stub import COLUMNS, REFRESH, TOKEN, Stub, table

CONFIG = "version: 1\ndefault_target: production\ntargets:\n  production: {customer_id: 123}\n"


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Read stdout as JSON."""
        return json.loads(self.out)

    @property
    def all(self) -> str:
        """Return stdout and stderr."""
        return self.out + self.err


@dataclass
class World:
    """A repository at `root` whose target is `api`."""

    root: Path
    api: Stub
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.environment = {"DFSYNC_TOKEN": TOKEN, "DFSYNC_BASE_URL": self.api.url, "DFSYNC_AUTH_URL": self.api.url}
        self.write({"dfsync.yaml": CONFIG})

    def write(self, files: Mapping[str, str]) -> None:
        """Write files below the root."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())

    def config(self, more: str) -> None:
        """Write a dfsync.yaml with more lines."""
        self.write({"dfsync.yaml": CONFIG + more})

    def site(self, text: str, name: str = "site") -> None:
        """Write a site file."""
        self.write({f"sites/{name}.yaml": text})

    def read(self, name: str) -> Any:
        """Read a JSON file below the root."""
        return json.loads((self.root / name).read_text("utf-8"))

    def live(self, *rows: Mapping[str, Any], name: str = "live.json") -> str:
        """Save an export and return its name."""
        document = {"success": True, "data": [dict(row) for row in rows], "total": len(rows)}
        self.write({name: json.dumps(document)})
        return name

    def dfsync(self, *arguments: str, **environment: str) -> Outcome:
        """Run dfsync in this process, with the exit code, stdout and stderr that a process has."""
        with _streams() as (out, err), mock.patch.dict(os.environ, {**self.environment, **environment}):
            code = run(["-C", str(self.root), *arguments])
            outcome = Outcome(code, out(), err())
        assert "Traceback" not in outcome.all, outcome.all
        assert "in a way it should not" not in outcome.all, outcome.all
        assert TOKEN not in outcome.all
        assert REFRESH not in outcome.all
        return outcome

    def ok(self, *arguments: str, **environment: str) -> Outcome:
        """Run dfsync and expect 0."""
        outcome = self.dfsync(*arguments, **environment)
        assert outcome.code == 0, (outcome.code, outcome.all)
        return outcome

    def process(self, *arguments: str, input: str = "", **environment: str) -> Outcome:
        """Run dfsync as a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "dfsync", *arguments],
            cwd=self.root,
            env={**os.environ, **self.environment, **environment},
            input=input,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Outcome(done.returncode, done.stdout, done.stderr)

    def codes(self) -> dict[str, str]:
        """Validate and return the severities by code."""
        report = self.dfsync("validate", "--format", "json").json
        return {one["code"]: one["severity"] for one in report["diagnostics"]}

    def findings(self, *severities: str) -> list[dict[str, Any]]:
        """Validate and return the diagnostics of these severities."""
        report = self.dfsync("validate", "--format", "json").json
        return [one for one in report["diagnostics"] if not severities or one["severity"] in severities]

    def plan(self, *rows: Mapping[str, Any], options: tuple[str, ...] = ()) -> dict[str, Any]:
        """Plan against a saved export of these rows and return the plan file."""
        live = self.live(*rows)
        plan: dict[str, Any] = self.ok("plan", "--live", live, "--format", "json", *options).json
        return plan

    def change(self, *rows: Mapping[str, Any]) -> dict[str, Any]:
        """Plan and return {field: (before, after)} of the only change, {} when there is none."""
        changes = self.plan(*rows)["changes"]
        assert len(changes) <= 1
        return {one["field"]: (one["before"], one["after"]) for change in changes for one in change["fields"]}

    def rendered(self, *rows: Mapping[str, Any]) -> dict[str, list[list[str]]]:
        """Render against a saved export of these rows and return the sheets by name."""
        self.ok("render", "--live", self.live(*rows), "--out", "rendered")
        return {path.name: table(path.read_bytes()) for path in sorted((self.root / "rendered").iterdir())}

    def apply(self, *arguments: str, **environment: str) -> Outcome:
        """Apply without asking, with a receipt in receipt.json."""
        return self.dfsync("apply", "--auto-approve", "--receipt", "receipt.json", *arguments, **environment)

    def receipt(self) -> Any:
        """Read the last receipt."""
        return self.read("receipt.json")

    def git(self, *arguments: str) -> str:
        """Run git in the repository."""
        names = ("-c", "user.name=Contract", "-c", "user.email=contract@example.com", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *names, *arguments], cwd=self.root, capture_output=True, text=True, check=True)
        return done.stdout

    def commit(self) -> None:
        """Put everything under version control."""
        if not (self.root / ".git").exists():
            self.git("init", "-q", "-b", "main")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "contract")


def row(site_id: str = "site-123", name: str = "Downtown Store", **columns: Any) -> dict[str, Any]:
    """Return a row of the export; `Address_City="x"` names columns."""
    empty: dict[str, Any] = dict.fromkeys(COLUMNS)
    given = {column.replace("_", " "): value for column, value in columns.items()}
    assert set(given) <= set(COLUMNS)
    return {**empty, "Site ID": site_id, "Site Name": name, **given}


@contextmanager
def _streams() -> Iterator[tuple[Any, Any]]:
    out, err, nothing = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(3))
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def reader(stream: io.TextIOWrapper) -> Any:
        def read() -> str:
            stream.flush()
            buffer = stream.buffer
            assert isinstance(buffer, io.BytesIO)
            return buffer.getvalue().decode()

        return read

    with mock.patch("sys.stdout", out), mock.patch("sys.stderr", err), mock.patch("sys.stdin", nothing):
        yield reader(out), reader(err)
    for number, handler in handlers.items():
        signal.signal(number, handler)
