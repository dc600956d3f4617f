"""`dfsync drift`: what was edited elsewhere since the last apply."""

from __future__ import annotations

from pathlib import Path

import click
from msgspec.structs import replace

from dfsync.commands.invocation.context import Invocation, no_cache_option
from dfsync.commands.invocation.metrics import RunRecord, measured, metrics_option
from dfsync.commands.invocation.plan_report import details_option, plan_options
from dfsync.commands.invocation.planner import PlanOptions, make_planner, plan_live
from dfsync.commands.invocation.selection_options import selection_options
from dfsync.commands.terminal.log_output import bundle_option
from dfsync.errors import DfsyncError, ExitCode
from dfsync.files.selection import SiteSelection
from dfsync.plan.drift import drift_of
from dfsync.plan.plan_file import dumps, to_document
from dfsync.plan.values import Plan
from dfsync.report.plan.text import render
from dfsync.runtime.garbage_collector import collector_paused


@click.command("drift")
@click.option(
    "--format", "format", type=click.Choice(("text", "json")), default="text", help="The format of the output."
)
@details_option
@selection_options
@metrics_option
@bundle_option
@no_cache_option
@click.pass_obj
def command(
    invocation: Invocation,
    /,
    *,
    format: str,
    details: bool,
    selection: SiteSelection,
    metrics: Path | None,
    bundle: Path | None,
    no_cache: bool,
) -> int:
    """Show what was edited elsewhere since the last apply.

    Exits with 2 if there is drift. Exits with 1 if nothing was ever applied from here, since drift is not known then.
    """
    with measured(metrics, invocation, "drift", good=(ExitCode.OK, ExitCode.DIFFERENCES)) as record:
        plan = _plan(invocation, selection, bundle, record, cached=not no_cache)
        plan = replace(plan, normalised=(), unmanaged=(), left_behind=(), coming=())
        found = drift_of(plan)
        if format == "json":
            invocation.result(_as_json(replace(plan, changes=found, kept=())))
        else:
            sent, kept = drift_of(replace(plan, kept=())), drift_of(replace(plan, changes=()))
            invocation.result(_as_text(replace(plan, changes=sent, kept=kept), invocation, details=details))
        record.code = ExitCode.DIFFERENCES if found else ExitCode.OK
    return record.code


def _plan(
    invocation: Invocation, selection: SiteSelection, bundle: Path | None, record: RunRecord, *, cached: bool
) -> Plan:
    with collector_paused(stays=True):
        checked = invocation.checked(cached=cached)
        planner = make_planner(invocation, checked, PlanOptions(selection=selection))
        if not planner.last_applied.known:
            raise DfsyncError(
                "nothing was ever applied from here, so what was edited elsewhere can't be told from what changed",
                help="dfsync plan shows all differences; after the first apply drift is known",
            )
        with invocation.client(checked.config, bundle=bundle) as client:
            record.plan = plan = plan_live(planner, client)
    return plan


def _as_json(plan: Plan) -> str:
    document = to_document(plan)
    parts = {name: document[name] for name in ("created_at", "target", "changes")}
    return dumps({"format": "dfsync/drift", "format_version": 1, **parts})


def _as_text(plan: Plan, invocation: Invocation, *, details: bool) -> str:
    if not (plan.changes or plan.kept):
        return "no drift: nothing was edited elsewhere since the last apply\n"
    options = plan_options(invocation, digest=None, details=details)
    return "What live says → what the files say:\n\n" + render(plan, (), options)
