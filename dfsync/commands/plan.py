"""`dfsync plan`: shows what apply would do."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from dfsync.commands.invocation.context import Invocation, no_cache_option
from dfsync.commands.invocation.metrics import measured, metrics_option
from dfsync.commands.invocation.output import write_output
from dfsync.commands.invocation.plan_report import PlanReporter, details_option
from dfsync.commands.invocation.planner import PlanOptions, make_plan, options
from dfsync.commands.invocation.report_files import report_option
from dfsync.errors import ExitCode
from dfsync.model.text import visible

FORMATS = ("text", "json", "markdown", "html")


@click.command("plan")
@options
@click.option("--out", metavar="FILE", help="Save the plan, for apply and review.")
@click.option(
    "--format", "format", type=click.Choice(FORMATS), default="text", help="The format of the report on stdout."
)
@report_option(FORMATS)
@details_option
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there are changes, 0 when there are none.")
@click.option("--show-contacts", is_flag=True, help="Show contacts unmasked.")
@click.option("--full-report", metavar="WHERE", help="The URL of the whole report, which a shortened report names.")
@metrics_option
@no_cache_option
@click.pass_obj
def command(
    invocation: Invocation,
    /,
    *,
    out: str | None,
    format: str,
    reports: Sequence[tuple[str, str]],
    details: bool,
    detailed_exitcode: bool,
    show_contacts: bool,
    full_report: str | None,
    metrics: Path | None,
    no_cache: bool,
    **wanted: Any,
) -> int:
    """Show what apply would do, as text, JSON, Markdown or HTML; sends nothing."""
    with measured(metrics, invocation, "plan", good=(ExitCode.OK, ExitCode.DIFFERENCES)) as record:
        planned = make_plan(invocation, PlanOptions(**wanted), cached=not no_cache)
        record.plan = planned.plan
        reporter = PlanReporter(invocation, planned.plan, planned.checked, show_contacts, details, full_report)
        if out is not None:
            write_output(out, reporter.render("json"), invocation)
            if out != "-":
                invocation.say(_saved(invocation, out, reporter))
        for name, file in reports:
            write_output(file, reporter.render(name), invocation)
        invocation.result(reporter.render(format, on_stdout=True))
        record.code = ExitCode.DIFFERENCES if detailed_exitcode and planned.plan.changes else ExitCode.OK
    return record.code


def _saved(invocation: Invocation, out: str, reporter: PlanReporter) -> str:
    """Say with which command exactly this plan is sent, or why it can't be."""
    if reporter.refusals:
        return f"saved to {visible(out)}; apply will refuse this plan: the report ends with why"
    if not reporter.plan.changes:
        return f"saved to {visible(out)}; there is nothing to send"
    words = ["dfsync", *invocation.as_options(), "apply", out]
    return f"saved; send exactly this plan with: {visible(shlex.join(words))}"
