"""A runner with the variables that GitHub's has, a fake GitHub, and a repository of sites against a real sandbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from dfsync.sandbox import Sandbox
from tests.ci.fakehub import REPOSITORY, TOKEN, Hub, serving

HOME = Path(__file__).parents[2]
COMMIT = "c" * 40


@dataclass(frozen=True)
class Job:
    """Has the results of a job: exit code, log, summary, outputs."""

    code: int
    log: str
    summary: str
    outputs: Mapping[str, str]


@dataclass
class Workflow:
    """Stands for a checkout on a runner."""

    root: Path
    temp: Path
    hub: Hub
    sandbox: Sandbox

    def environment(self, event: Mapping[str, object], **variables: str) -> dict[str, str]:
        """Return what a runner sets for a job with the secrets of this repository."""
        path = self.temp / "event.json"
        path.write_text(json.dumps(event), encoding="utf-8")
        for name in ("summary", "output"):
            (self.temp / name).write_bytes(b"")
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(HOME),
            "HOME": str(self.temp),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(HOME),
            "GITHUB_API_URL": self.hub.url,
            "GITHUB_EVENT_PATH": str(path),
            "GITHUB_OUTPUT": str(self.temp / "output"),
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_RUN_ID": "4711",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_SHA": COMMIT,
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary"),
            "GITHUB_TOKEN": TOKEN,
            "RUNNER_TEMP": str(self.temp),
            **self.sandbox.environment(),
            **variables,
        }

    def run(self, job: str, event: Mapping[str, object] | None = None, **variables: str) -> Job:
        """Run a job as the workflows do."""
        return self.shell(f"python -P -m dfsync.ci {job}", event, **variables)

    def shell(self, script: str, event: Mapping[str, object] | None = None, **variables: str) -> Job:
        """Run a step's script as the runner runs `shell: bash`."""
        environment = self.environment(event or {}, **variables)
        environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.root, env=environment, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60,
        )  # fmt: skip
        log = done.stdout + done.stderr
        assert "Traceback" not in log, log
        assert TOKEN not in log
        lines = (self.temp / "output").read_text(encoding="utf-8").splitlines()
        outputs = dict(line.split("=", 1) for line in lines)
        return Job(done.returncode, log, (self.temp / "summary").read_text(encoding="utf-8"), outputs)


PULL_REQUEST = {"pull_request": {"number": 7}}
CONFIG = """\
version: 1
targets:
  production: {customer_id: 123}
"""
SITE = """\
id: site-123
name: Downtown Store
operational_hours: {Mon-Fri: 09:00-18:59}
"""


@pytest.fixture
def workflow(tmp_path: Path) -> Iterator[Workflow]:
    """Give a checkout with one site whose live hours differ."""
    root, temp = tmp_path / "checkout", tmp_path / "runner"
    (root / "sites").mkdir(parents=True)
    temp.mkdir()
    (root / "dfsync.yaml").write_text(CONFIG, encoding="utf-8")
    (root / "sites" / "downtown.yaml").write_text(SITE, encoding="utf-8")
    live = {"Site ID": "site-123", "Site Name": "Downtown Store", "Operational Hours": []}
    with serving() as hub, Sandbox([live]) as sandbox:
        yield Workflow(root, temp, hub, sandbox)
