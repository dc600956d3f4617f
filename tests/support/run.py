"""dfsync as a user runs it: in a process of its own, or, which is quicker, in this one."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from dfsync.commands.main import run

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
    """The exit code and the output of a run."""

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
    """Run a command in a folder, in a process of its own."""
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
    return _without_crash(Outcome(done.returncode, done.stdout, done.stderr))


def in_process(root: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Outcome:
    """Run a command in this process, with the exit code, stdout and stderr that a process has."""
    with _streams() as (out, err), mock.patch.dict(os.environ, environment or {}):
        code = run(["-C", str(root), *arguments])
        outcome = Outcome(code, _text(out), _text(err))
    return _without_crash(outcome)


def _without_crash(outcome: Outcome) -> Outcome:
    """Fail for a traceback, whatever the command was run for."""
    assert "Traceback" not in outcome.all, outcome.all
    assert "in a way it should not" not in outcome.all, outcome.all
    return outcome


@contextmanager
def _streams() -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    out, err, nothing = io.BytesIO(), io.BytesIO(), io.BytesIO()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    with (
        mock.patch("sys.stdout", io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)),
        mock.patch("sys.stderr", io.TextIOWrapper(err, encoding="utf-8", newline="", write_through=True)),
        mock.patch("sys.stdin", io.TextIOWrapper(nothing)),
    ):
        yield out, err
    for number, handler in handlers.items():
        signal.signal(number, handler)


def _text(stream: io.BytesIO) -> str:
    return stream.getvalue().decode()
