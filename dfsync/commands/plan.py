"""`dfsync plan`: what apply would do."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dfsync.commands.context import Invocation, no_cache_option
from dfsync.commands.metrics import measured, metrics_option
from dfsync.commands.output import write_output
from dfsync.commands.planning import PlanOptions, PlanResult, make_plan, options
from dfsync.commands.report_files import report_option
from dfsync.errors import ExitCode
from dfsync.model.text import visible
from dfsync.plan.guards import refusals
from dfsync.plan.plan_file import dumps, to_document
from dfsync.report.plan import PLAN_REPORTERS
from dfsync.report.plan.options import Options
from dfsync.report.plan.regions import regions_of

if TYPE_CHECKING:
    from dfsync.report.plan.options import Options

FORMATS = ("text", "json", "markdown", "html")


@click.command("plan")
@options
@click.option("--out", metavar="FILE", help="Save the plan, for apply and review.")
@click.option(
    "--format", "format", type=click.Choice(FORMATS), default="text", help="The form of the report on stdout."
)
@report_option(FORMATS)
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there are changes, 0 when there are none.")
@click.option("--show-contacts", is_flag=True, help="Show contacts unmasked.")
@click.option("--full-report", metavar="WHERE", help="Where the whole report is, for one that has to be cut.")
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
        reporter = PlanReporter(planned, show_contacts=show_contacts, full_report=full_report)
        if out is not None:
            write_output(out, reporter.render("json"), invocation)
            if out != "-":
                invocation.say(f"saved; dfsync apply {visible(out)} sends exactly this plan")
        for name, file in reports:
            write_output(file, reporter.render(name), invocation)
        invocation.result(reporter.render(format, color=invocation.colored(sys.stdout)))
        record.code = ExitCode.DIFFERENCES if detailed_exitcode and planned.plan.changes else ExitCode.OK
    return record.code


def plan_options(
    invocation: Invocation,
    *,
    format: str,
    digest: str | None,
    show_contacts: bool = False,
    details: bool = False,
    full_report: str | None = None,
    regions: Mapping[str, str] | None = None,
) -> Options:
    """Return how a plan is shown on this stdout in a format."""
    from dfsync.report.plan.options import Options

    return Options(
        details=details,
        show_contacts=show_contacts,
        color=format == "text" and invocation.colored(sys.stdout),
        digest=digest,
        full_report=full_report,
        regions=regions or {},
    )


class PlanReporter:
    """Renders one plan in any format, with what the guards say of it."""

    def __init__(self, planned: PlanResult, *, show_contacts: bool = False, full_report: str | None = None) -> None:
        self._planned = planned
        self._show_contacts = show_contacts
        self._full_report = full_report
        self._document = to_document(planned.plan)
        self._refusals = refusals(planned.plan, planned.checked.config)

    def render(self, format: str, *, color: bool = False) -> str:
        """Return the plan in a format of `FORMATS`; `json` is the plan file itself."""
        if format == "json":
            return dumps(self._document)
        options = Options(
            show_contacts=self._show_contacts,
            color=color,
            digest=self._document["digest"],
            full_report=self._full_report,
            regions=regions_of(self._planned.checked.sites) if format == "html" else {},
        )
        rendered: str = import_module(PLAN_REPORTERS[format]).render(self._planned.plan, self._refusals, options)
        return rendered
