"""A small repository whose target is a sandbox, and the command line run in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dfsync.commands.main import run
from dfsync.sandbox.sandbox import Sandbox

CONFIG = "version: 1\ntargets:\n  production: {customer_id: 123}\n"


@contextmanager
def environment_of(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Point the commands at a sandbox."""
    with monkeypatch.context() as patched:
        for name, value in box.environment().items():
            patched.setenv(name, value)
        yield


def dfsync(root: Path, *arguments: str) -> int:
    """Run a command in a repository and return its exit code."""
    return run(["-C", str(root), *arguments])
