"""`dfsync demo`: the whole flow on the bundled example, over real HTTP, with the commands that a user would type."""

from __future__ import annotations

import csv
import io
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from dfsync.commands.invocation.context import Invocation
from dfsync.commands.main import run
from dfsync.errors import ExitCode, InputError
from dfsync.files.export_file import read_saved
from dfsync.runtime.resources import folder
from dfsync.sandbox import Sandbox

_TARGET, _CUSTOMER = "production", 1201
_SHARED_STATE, _STATE_HERE = "state: {backend: git, remote: origin}", "state: {backend: file}"
_NOT_COPIED = shutil.ignore_patterns(".dfsync", "live.json")
_STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Are the files right? All of them are checked, against the schema and against each other.", ("validate",)),
    (
        "What would change? The files are compared with live, and the plan is saved. Nothing is sent.",
        ("plan", "--out", "plan.json"),
    ),
    (
        "Send exactly that plan. Only cells that change are uploaded; then every touched site is read back.",
        ("apply", "plan.json", "--auto-approve", "--receipt", "receipt.json"),
    ),
    ("Has anybody edited live since?", ("drift",)),
    ("Plan again. Everything arrived, so nothing is left to do.", ("plan", "--detailed-exitcode")),
)


@click.command("demo")
@click.option("--keep", metavar="DIR", type=click.Path(path_type=Path), help="Work in DIR, and keep it afterwards.")
@click.pass_obj
def command(invocation: Invocation, /, *, keep: Path | None) -> int:
    """Run the whole flow on the bundled example: sandbox, validate, plan, apply, verify, plan again.

    Exits with 0 only if the last plan is empty. Needs no token, since the API is a sandbox on this machine.
    """
    example = folder("examples") / "chain"
    live = [site.row for site in read_saved(example / "live.json")]
    with Sandbox(live, customer_id=_CUSTOMER) as sandbox, _workspace(keep and invocation.directory / keep) as workspace:
        _copy(example, workspace)
        click.echo(f"A sandbox of the API serves {len(live)} live sites at {sandbox.base_url}.")
        click.echo(f"A copy of the example, 40 cafés as YAML, is in {workspace}.")
        with _environment(sandbox.environment()):
            return _run(invocation, sandbox, workspace)


def _run(invocation: Invocation, sandbox: Sandbox, workspace: Path) -> int:
    given = ("--color", invocation.color, *(["-v"] * max(invocation.verbosity, 0)))
    for number, (words, arguments) in enumerate(_STEPS, 1):
        shown = shlex.join(("dfsync", *arguments))
        click.echo(click.style(f"\n{number}. {words}\n   $ {shown}\n", bold=True), color=invocation.colored(sys.stdout))
        with _inside(workspace):
            code = run(("--target", _TARGET, *given, *arguments))
        if code != ExitCode.OK:
            click.echo(f"\nThe demo stops here: {shown} ended with {code}.", err=True)
            return code
    click.echo(f"\nDone: the last plan is empty. {_seen_by_server(sandbox)}")
    return ExitCode.OK


def _seen_by_server(sandbox: Sandbox) -> str:
    """Say what was sent, from the log of the server."""
    uploads = [request for request in sandbox.requests if request.method == "POST" and request.path.endswith("/import")]
    sheets = [sheet for request in uploads for sheet in (request.sites, request.site_contacts) if sheet]
    rows = [row for sheet in sheets for row in csv.DictReader(io.StringIO(sheet.decode()))]
    cells = sum(len(row) for row in rows)
    return f"The server was asked {len(sandbox.requests)} times and got {len(rows)} rows with {cells} cells."


def _copy(example: Path, workspace: Path) -> None:
    """Copy the example. Its state is kept in a file, since there is no git remote."""
    shutil.copytree(example, workspace, ignore=_NOT_COPIED, dirs_exist_ok=True)
    config = workspace / "dfsync.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace(_SHARED_STATE, _STATE_HERE), encoding="utf-8", newline="")


@contextmanager
def _workspace(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="dfsync-demo-") as folder:
            yield Path(folder)
        return
    if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise InputError(f"{keep} is not an empty folder", help="name a new folder with --keep")
    yield keep


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Point dfsync at the sandbox, and restore the environment afterwards."""
    before = {name: value for name, value in os.environ.items() if name.startswith("DFSYNC_")}
    for name in before:
        del os.environ[name]
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            os.environ.pop(name, None)
        os.environ.update(before)


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
