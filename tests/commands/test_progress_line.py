"""A line on a terminal says what takes long and how far it is; it never stands in a log, and nothing is left of it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from dfsync.sandbox.faults import Fault
from dfsync.sandbox.sandbox import Sandbox
from tests.support.run import CONFIG, SITE, write

ROWS = [{"Site ID": f"site-{n}", "Site Name": f"Store {n}"} for n in range(30)]


def on_a_terminal(root: Path, *arguments: str, environment: dict[str, str]) -> tuple[str, str]:
    """Run dfsync with a terminal as stderr; return stdout and what the terminal got."""
    controller, terminal = pty.openpty()
    program = [sys.executable, "-m", "dfsync", *arguments]
    variables = {**os.environ, **environment, "TERM": "xterm"}
    done = subprocess.run(program, cwd=root, env=variables, stdout=subprocess.PIPE, stderr=terminal, check=False)
    os.close(terminal)
    seen = b""
    while True:
        try:
            part = os.read(controller, 65536)
        except OSError:
            break
        if not part:
            break
        seen += part
    os.close(controller)
    return done.stdout.decode(), seen.decode()


@pytest.fixture
def slow() -> Sandbox:
    """A sandbox that takes more than a second for each page of the export."""
    with Sandbox(ROWS) as box:
        box.faults.add(Fault("delay", path="*export", nth=None, seconds=1.2))
        yield box


def test_reading_live_shows_how_far_it_is_and_leaves_nothing(tmp_path: Path, slow: Sandbox) -> None:
    """Counts and the time that is left while it lasts; the plan on stdout is untouched."""
    write(tmp_path, {"dfsync.yaml": CONFIG + "api: {page_size: 10, concurrency: 1}\n", "sites/a.yaml": SITE})
    out, seen = on_a_terminal(tmp_path, "plan", environment=dict(slow.environment()))
    assert "Reading live" in seen
    assert " of 30" in seen
    assert seen.rstrip().endswith("\x1b[K")
    assert "\r" not in out
    assert "Reading" not in out


def test_what_is_quick_or_quiet_shows_nothing(tmp_path: Path) -> None:
    """No line for a check of one file, nor with --quiet."""
    write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": SITE})
    for arguments in (["validate"], ["-q", "validate"]):
        _, seen = on_a_terminal(tmp_path, *arguments, environment={})
        assert "Checking" not in seen
