"""dfsync as a user runs it: a process of its own, in a repository of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CONFIG = """\
version: 1
default_target: production
targets:
  production: {customer_id: 123}
"""
SITE = """\
id: site-123
name: Downtown Store
timezone: America/Los_Angeles
operational_hours: {Mon-Fri: 09:00-20:59}
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to."""

    code: int
    out: str
    err: str


def write(root: Path, files: Mapping[str, str]) -> Path:
    """Write files below a root and return the root."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return root


def dfsync(
    root: Path, *arguments: str, environment: Mapping[str, str] | None = None, input: str | None = None
) -> Outcome:
    """Run a command in a folder; a traceback in its output is a failure whatever it was called for."""
    done = subprocess.run(
        [sys.executable, "-m", "dfsync", *arguments],
        cwd=root,
        env={**os.environ, **(environment or {})},
        input=input,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "in a way it should not" not in done.stderr, done.stderr
    return Outcome(done.returncode, done.stdout, done.stderr)
