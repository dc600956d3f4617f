"""`dfsync render`: writes the CSVs that apply would upload."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from dfsync.commands.invocation.context import Invocation
from dfsync.commands.invocation.output import write_file
from dfsync.commands.invocation.planner import PlanOptions, make_plan, options, read_plan
from dfsync.errors import UsageError
from dfsync.model.settings import Config
from dfsync.plan.values import Plan
from dfsync.render.requests import requests

_EARLIER = re.compile(r"(sites|site_contacts)\.[0-9]{3,}\.csv")


@click.command("render")
@click.argument("saved", metavar="[PLAN]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--out",
    metavar="DIR",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to.",
)
@options
@click.pass_obj
def command(invocation: Invocation, /, *, saved: Path | None, out: Path, **wanted: Any) -> None:
    """Write the CSVs that apply would upload, in the order of sending. Uploads nothing.

    Without PLAN it plans first. What an earlier render left in DIR is replaced.
    """
    if saved is not None and any(value for name, value in wanted.items() if name != "bundle"):
        raise UsageError(
            "a saved plan takes no --live, --as-of or choice of sites", help="leave them out, or leave out PLAN"
        )
    if saved is not None:
        plan, config = read_plan(saved)[0], invocation.config()
    else:
        planned = make_plan(invocation, PlanOptions(**wanted))
        plan, config = planned.plan, planned.checked.config
    names = _write(plan, config, out)
    invocation.result("".join(f"{name}\n" for name in names) or "nothing to send\n")


def _write(plan: Plan, config: Config, folder: Path) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    for earlier in folder.iterdir():
        if _EARLIER.fullmatch(earlier.name) and not earlier.is_dir():
            earlier.unlink()
    names = []
    for request in requests(plan, config):
        write_file(folder / request.file_name, [request.sheet.data])
        names.append(request.file_name)
    return names
