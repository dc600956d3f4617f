"""A repository beside a sandbox, and dfsync run in it as a user runs it."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from queue import Queue
from signal import Signals
from typing import Any

import pytest

from dfsync.model.last_applied import split
from dfsync.sandbox.backend.log import LoggedRequest
from dfsync.sandbox.faults import Fault
from dfsync.sandbox.sandbox import Sandbox
from tests.support.run import Outcome, in_process
from tests.support.waiting import PATIENCE_S, wait_until

CONFIG: dict[str, Any] = {"version": 1, "default_target": "production", "api": {"requests_per_s": 10000, "settle_s": 0}}


def site(number: int, **fields: Any) -> dict[str, Any]:
    """Return a site as a file has it."""
    return {"id": f"site-{number:03}", "name": f"Store {number}", **fields}


def row(number: int, **columns: Any) -> dict[str, Any]:
    """Return a site as the export has it."""
    return {"Site ID": f"site-{number:03}", "Site Name": f"Store {number}", **columns}


class Shop:
    """A repository at `root` whose target is the sandbox `box`."""

    def __init__(self, root: Path, box: Sandbox, monkeypatch: pytest.MonkeyPatch | None = None) -> None:
        self.root = root
        self.box = box
        self.environment = {"DFSYNC_TOKEN": box.token(), "DFSYNC_REFRESH_TOKEN": box.refresh_token}
        if monkeypatch is not None:
            for name, value in self.environment.items():
                monkeypatch.setenv(name, value)
        self.configure()

    def configure(self, **config: Any) -> None:
        """Write dfsync.yaml."""
        target = {"customer_id": self.box.customer_id, "base_url": self.box.base_url, "auth_url": self.box.base_url}
        merged = {**CONFIG, "targets": {"production": target}, **config}
        merged["api"] = {**CONFIG["api"], **config.get("api", {})}
        self._write("dfsync.yaml", merged)

    def sites(self, sites: Iterable[Mapping[str, Any]], contacts: Iterable[Mapping[str, Any]] = ()) -> None:
        """Write all sites and contacts, to one file each."""
        self._write("sites/all.yaml", {"sites": list(sites)})
        self._write("contacts/all.yaml", {"contacts": list(contacts)})

    def run(self, *arguments: str) -> Outcome:
        """Run dfsync in this process."""
        return in_process(self.root, *arguments)

    def apply(self, *arguments: str) -> Outcome:
        """Run apply without asking."""
        return self.run("apply", "--auto-approve", *arguments)

    def spawn(self, *arguments: str, wrapper: Path | None = None, **environment: str) -> subprocess.Popen[str]:
        """Start dfsync in a process of its own, through a script that may wrap it."""
        command = [str(wrapper)] if wrapper else ["-m", "dfsync"]
        return subprocess.Popen(
            [sys.executable, *command, "-C", str(self.root), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **self.environment, **environment},
        )

    def struck(self, number: Signals, upload: int, *arguments: str, after: bool = True) -> tuple[int, str]:
        """Run apply in a process of its own that gets a signal while the server works on an upload.

        `after` sends it once the upload has taken effect. Returns the exit code and stderr when both have ended.
        """
        started: Queue[subprocess.Popen[str]] = Queue()

        def strike() -> None:
            started.get().send_signal(number)

        self.box.faults.add(Fault("call", path="*/sites/import", nth=upload, after=after, call=strike))
        process = self.spawn("apply", *(arguments or ("--auto-approve",)))
        started.put(process)
        _, said = process.communicate(timeout=PATIENCE_S)
        wait_until(lambda: all(request.finished for request in self.box.requests))
        self.box.faults.clear()
        return process.returncode, said

    def receipt(self, *arguments: str) -> tuple[Outcome, dict[str, Any]]:
        """Apply, and return the receipt as well."""
        file = self.root / "receipt.json"
        file.unlink(missing_ok=True)
        done = self.apply("--receipt", str(file), *arguments)
        return done, json.loads(file.read_text())

    def state(self) -> dict[str, Any]:
        """Return the state file."""
        found: dict[str, Any] = json.loads((self.root / ".dfsync/state/production.json").read_text())
        return found

    def last_applied(self) -> dict[str, dict[str, str]]:
        """Return the digests that the state file has of each site's fields."""
        state = self.state()
        return {id: split(digests, state["fields"]) for id, digests in state["sites"].items()}

    def plan(self, *arguments: str) -> dict[str, Any]:
        """Return the plan as JSON."""
        done = self.run("plan", "--format", "json", *arguments)
        assert done.code == 0, done.err
        found: dict[str, Any] = json.loads(done.out)
        return found

    def uploads(self) -> list[LoggedRequest]:
        """Return the imports that the sandbox has logged."""
        return [request for request in self.box.requests if request.path.endswith("/sites/import")]

    def uploaded(self) -> list[dict[str, str]]:
        """Return every site row that was uploaded, in order."""
        return [row for request in self.uploads() if request.sites for row in parsed(request.sites)]

    def _write(self, name: str, document: Mapping[str, Any]) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, ensure_ascii=False, indent=1))  # JSON is YAML


def parsed(sheet: bytes) -> list[dict[str, str]]:
    """Return the rows of an uploaded sheet."""
    return list(csv.DictReader(io.StringIO(sheet.decode(), newline="")))
