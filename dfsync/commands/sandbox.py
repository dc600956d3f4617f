"""`dfsync sandbox`: serves the API on loopback until it is stopped."""

from __future__ import annotations

import json
import os
import shlex
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import click

from dfsync.files.export_file import read_saved
from dfsync.sandbox import Sandbox
from dfsync.sandbox.example import EXAMPLE
from dfsync.sandbox.faults import read_faults
from dfsync.sandbox.settings import described, parse_settings

_FILE = click.Path(path_type=Path, dir_okay=False)


def _list_settings(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        for name, default, help in described():
            click.echo(f"{name}={default}\n    {help}")
        ctx.exit()


@click.command("sandbox")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1; by default any free one.")
@click.option("--database", type=_FILE, help="SQLite file that keeps everything; by default memory.")
@click.option("--seed-from", type=_FILE, help="Export (JSON) whose sites an empty sandbox starts with.")
@click.option("--customer-id", type=click.IntRange(1), default=123, show_default=True, help="Organisation ID.")
@click.option("--setting", "assignments", multiple=True, metavar="NAME=VALUE", help="See --list-settings; repeatable.")
@click.option(
    "--list-settings",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_settings,
    help="Print what can be set, with the defaults.",
)
@click.option("--faults", type=_FILE, help="Fault script: a JSON list of what goes wrong with which requests.")
@click.option(
    "--env-file", type=_FILE, help="Write the environment to FILE, a script to source (.ps1: for PowerShell)."
)
def command(
    port: int,
    database: Path | None,
    seed_from: Path | None,
    customer_id: int,
    assignments: tuple[str, ...],
    faults: Path | None,
    env_file: Path | None,
) -> None:
    """Serve the API on loopback, with a few sites to try things on.

    The first line on stdout is JSON: base_url, customer_id, and the environment variables that point dfsync at this
    sandbox. Where the API's documents leave something open, a setting decides.
    """
    settings = parse_settings(assignments)
    script = read_faults(faults) if faults else []
    sandbox = Sandbox(settings=settings, customer_id=customer_id, database=database, port=port)
    sandbox.seed(EXAMPLE if seed_from is None else [site.row for site in read_saved(seed_from)])
    sandbox.faults.add(*script)
    _serve(sandbox, env_file)


def _serve(sandbox: Sandbox, env_file: Path | None) -> None:
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)
    try:
        with sandbox:
            _announce(sandbox, env_file)
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
    finally:
        sandbox.close()


def _announce(sandbox: Sandbox, env_file: Path | None) -> None:
    environment = sandbox.environment()
    if env_file:
        _write_privately(env_file, _sourced(environment, powershell=env_file.suffix == ".ps1"))
    first = {"base_url": sandbox.base_url, "customer_id": sandbox.customer_id, "environment": environment}
    source = f". {env_file}" if env_file else "export what `environment` below holds (--env-file FILE writes it)"
    click.echo(
        f"The sandbox serves {sandbox.base_url} until Ctrl-C. In another shell:\n"
        f"  {source}\n"
        f"and in dfsync.yaml:\n"
        f"  targets: {{sandbox: {{customer_id: {sandbox.customer_id}}}}}",
        err=True,
    )
    click.echo(json.dumps(first))  # last: whoever waits for it may go on at once


def _sourced(environment: Mapping[str, str], *, powershell: bool) -> str:
    """Return a script that sets the variables: for PowerShell, or for any POSIX shell."""
    if powershell:
        quoted = {key: text.replace("'", "''") for key, text in environment.items()}
        return "".join(f"$env:{key} = '{text}'\n" for key, text in quoted.items())
    return "".join(f"export {key}={shlex.quote(text)}\n" for key, text in environment.items())


def _write_privately(path: Path, text: str) -> None:
    """Write a file that nobody else can read, since it has tokens."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
