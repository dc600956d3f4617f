"""Runs dfsync again and again, each time in a fork of its own that kills itself, with signal 9, at a chosen point.

A point lies after each call that matters outside the process: a request, a write, a sync, a rename, a deletion, a git
command that moves a ref; so there is one in every gap between two such calls. The product knows nothing of this: the
calls are wrapped here. Reads `{"arguments": […], "environment": {…}, "calls": […], "at": n}` a line from stdin; answers
`{"code": …, "points": …}`, with code -9 when it was killed; `at` 0 never kills.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import signal
import subprocess
import sys
from typing import Any

import httpx

from dfsync.commands.main import run

_CALLS: dict[str, Any] = {
    "write": os,
    "fsync": os,
    "replace": os,
    "unlink": os,
    "communicate": subprocess.Popen,
    "send": httpx.Client,
}

_MOVING = {"push", "fetch", "update-ref"}
"""The commands of git after which a kill is another one than after the command before."""

_WARM = (
    "dfsync.apply.run",
    "dfsync.apply.receipt.row_sources",
    "dfsync.apply.receipt.builder",
    "dfsync.api.calls.caller",
    "dfsync.api.calls.pages",
    "dfsync.commands.apply",
    "dfsync.commands.invocation.apply_progress",
    "dfsync.report.plan.text",
    "dfsync.report.receipt.text",
    "dfsync.state.git",
    "dfsync.state.file",
    "h11",
    "anyio",
    "httpcore",
    "dfsync.api.support_bundle",
    "dfsync.api.logs",
    "getpass",
    "dfsync.files.storage.git.revision",
    "dfsync.plan.plan_file",
    "orjson",
    "email.utils",
    "encodings.idna",
    "dfsync.validation.check",
    "filelock",
    "jsonschema_rs",
)
"""What an apply imports, so that each fork need not."""


class Killer:
    """Counts points, and ends the process at one of them."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.points = 0

    def point(self) -> None:
        self.points += 1
        if self.points == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, holder: Any, name: str) -> None:
        call = getattr(holder, name)

        def wrapped(*arguments: Any, **options: Any) -> Any:
            result = call(*arguments, **options)
            if name != "communicate" or _MOVING & set(arguments[0].args):
                self.point()
            return result

        setattr(holder, name, wrapped)


def main() -> None:
    for name in _WARM:
        importlib.import_module(name)
    for number, line in enumerate(sys.stdin):
        order = json.loads(line)
        if number == 0:  # what the first check of files builds up, each fork need not
            with contextlib.redirect_stderr(io.StringIO()):
                run([*order["arguments"][:2], "calendar"])
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            _run(order, writing)
        os.close(writing)
        with os.fdopen(reading) as told:
            points = told.read()
        status = os.waitpid(child, 0)[1]
        code = os.waitstatus_to_exitcode(status)
        sys.stdout.write(json.dumps({"code": code, "points": int(points or 0)}) + "\n")
        sys.stdout.flush()


def _run(order: dict[str, Any], writing: int) -> None:
    tell = os.write
    os.environ.update(order["environment"])
    os.dup2(os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
    os.dup2(1, 2)
    killer = Killer(order["at"])
    for name in order["calls"]:
        killer.around(_CALLS[name], name)
    code = run(order["arguments"])
    sys.stdout.flush()
    tell(writing, str(killer.points).encode())
    os._exit(code)


if __name__ == "__main__":
    main()
