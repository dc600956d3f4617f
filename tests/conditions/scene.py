"""A repository with names in several scripts, and every command of dfsync run in a copy of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

import click

from dfsync.commands.main import group
from dfsync.sandbox.sandbox import Sandbox
from tests.support.git import repository
from tests.support.run import in_process

CONFIG = """\
version: 1
default_target: production
targets:
  production: {customer_id: 123}
calendars:
  feiertage:
    match: sites/downtown.yaml
    exceptions:
      - {date: 2030-12-25, closed: true, note: "Weihnachten, geöffnet wieder ab 27."}
"""
FILES = {
    "dfsync.yaml": CONFIG,
    "sites/downtown.yaml": (
        "id:   site-123\nname: 渋谷店 🏬\noperational_hours: {Mon-Fri: 09:00-20:59}\n"  # not as fmt writes it
        "internal_id: 750\n"
    ),
    "sites/elbe-café.yaml": "id: site-124\nname: Elbe Café → Süd\naddress: {city: Köln, street: Straße 1}\n",
}
COMMAND_LINES: dict[str, Sequence[str]] = {
    "init": ("new",),
    "apply": ("--auto-approve", "--receipt", "another.json"),
    "render": ("--out", "rendered"),
    "diff": ("HEAD~1",),
    "pull": ("site-124",),
    "show": ("site-124", "--live", "live.json"),
    "sheet": ("stores.csv",),
    "holidays": ("DE-BY", "2027"),
    "traffic report": ("--from", "2026-11-02", "--to", "2026-11-02"),
    "traffic hours": ("--weeks", "4", "--to", "2026-11-08"),
    "traffic map": ("750",),
    "completion": ("bash",),
}
"""What a command is called with; those that are missing here are called with nothing."""


def command_names() -> Iterator[str]:
    """Find every command, also those in groups, as dfsync itself lists them: a new one is there at once."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from (f"{name} {inner}" for inner in found.list_commands(context))
        else:
            yield name


@dataclass(frozen=True, slots=True)
class Scene:
    """A prepared folder, and the sandbox that its target is."""

    root: Path
    box: Sandbox

    @classmethod
    def made(cls, root: Path, box: Sandbox) -> Scene:
        """Apply the files once, commit them, and edit one on either side."""
        made = repository(root)
        made.commit(FILES | {"sites/downtown.yaml": FILES["sites/downtown.yaml"].replace("🏬", "")})
        for line in (
            ("apply", "--auto-approve", "--receipt", "receipt.json"),
            ("export", "--output", "live.json"),
        ):
            done = in_process(root, *line, environment=box.environment())
            assert done.code == 0, done.err
        made.commit(FILES)
        return cls(root, box)

    def reset(self) -> None:
        """Put live as it was before any command: one site as applied, one edited elsewhere."""
        self.box.edit("site-123", "Site Name", "渋谷店")
        self.box.edit("site-124", "Site Name", "Elbe Café, geändert")
        self.box.forget_requests()

    def copy(self, root: Path) -> Path:
        """Copy the repository, to be used as a checkout of its own."""
        shutil.copytree(self.root, root, symlinks=True)
        return root


@dataclass(frozen=True, slots=True)
class Result:
    """What a command did: code, stdout, stderr, the files it left and whether it asked the API."""

    code: int
    out: str
    err: str
    files: Mapping[str, bytes]
    asked: bool

    @property
    def all(self) -> str:
        """Return stdout and stderr."""
        return self.out + self.err

    def difference(self, other: Result) -> str:
        """Return in what two runs ended differently, apart from times, addresses and digests; "" for nothing."""
        return "\n".join(unified_diff(self._lines(), other._lines(), lineterm="", n=0))

    def _lines(self) -> list[str]:
        return [f"exit {self.code}", *sorted(self.files), *_VARYING.sub("*", self.out).splitlines()]


_VARYING = re.compile(
    r"sha256:[0-9a-f]{64}|\b[0-9a-f]{12,40}\b|https?://[\w.:]+|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?Z?"
    r"|\b\d+(\.\d+)? (ms|s|min|h)\b|eyJ[\w.-]+|/\S*/copy\b|/\S*/dfsync-demo-\w+"
)
"""Times, digests, commits, addresses, tokens and folders."""


def run(scene: Scene, root: Path, name: str, environment: Mapping[str, str], before: Sequence[str] = ()) -> Result:
    """Run a command in a process of its own; `before` is what starts it, such as another user."""
    scene.reset()
    line = [*before, sys.executable, "-m", "dfsync", *name.split(), *COMMAND_LINES.get(name, ())]
    process = subprocess.Popen(
        line, cwd=root, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    first = b""
    if name == "sandbox":  # it serves until it is stopped
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    result = Result(process.returncode, (first + out).decode(), err.decode(), _files(root), bool(scene.box.requests))
    assert "Traceback" not in result.all, result.all
    assert "in a way it should not" not in result.all, result.all
    return result


def _files(root: Path) -> dict[str, bytes]:
    """Read the files of a checkout, without what only dfsync and git look at."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not {".git", "cache"} & set(path.relative_to(root).parts)
    }


def environment(scene: Scene, cache: Path, **changes: str) -> dict[str, str]:
    """Return this process's environment with the sandbox as the target."""
    own = {"XDG_CACHE_HOME": str(cache), "COLUMNS": "100"}
    return {**os.environ, **scene.box.environment(), **own, **changes}
