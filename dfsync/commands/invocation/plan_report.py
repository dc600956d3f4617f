"""How a plan is shown by the commands that show one: on this terminal, or in a file of any format."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from importlib import import_module

import click

from dfsync.commands.invocation.context import Invocation
from dfsync.commands.invocation.planner import PlanResult
from dfsync.errors import DfsyncError
from dfsync.files.storage.git.remote import lines_at
from dfsync.model.kind import Kind
from dfsync.plan.guards import refusals
from dfsync.plan.plan_file import dumps, to_document
from dfsync.plan.values import Plan
from dfsync.report.changes.options import Options
from dfsync.report.changes.regions import regions_of
from dfsync.report.plan import PLAN_REPORTERS

details_option = click.option("--details", is_flag=True, help="Show every change and every id, however many there are.")


def plan_options(
    invocation: Invocation,
    *,
    format: str = "text",
    digest: str | None,
    commit: str | None = None,
    on_stdout: bool = True,
    show_contacts: bool = False,
    details: bool = False,
    full_report: str | None = None,
    regions: Mapping[str, str] | None = None,
) -> Options:
    """Return how a plan is shown in a format; as text on a terminal it fits the screen."""
    size = shutil.get_terminal_size((80, 24))
    return Options(
        details=details,
        width=min(size.columns, 120),
        height=size.lines - 2 if on_stdout and sys.stdout.isatty() else None,
        show_contacts=show_contacts,
        color=on_stdout and format == "text" and invocation.colored(sys.stdout),
        digest=digest,
        full_report=full_report,
        regions=regions or {},
        lines_at=_lines_at(invocation, commit) if format in ("markdown", "html") else None,
    )


def _lines_at(invocation: Invocation, commit: str | None) -> str | None:
    try:
        return lines_at(invocation.root(), commit, invocation.environment)
    except DfsyncError:  # no repository here: a saved plan is shown all the same
        return None


class PlanReporter:
    """Renders one plan in any format, with what the guards say of it."""

    def __init__(
        self,
        invocation: Invocation,
        planned: PlanResult,
        *,
        show_contacts: bool = False,
        details: bool = False,
        full_report: str | None = None,
    ) -> None:
        self._invocation = invocation
        self._planned = planned
        self.plan: Plan = planned.plan
        self._show_contacts = show_contacts
        self._details = details
        self._full_report = full_report
        self._document = to_document(planned.plan)
        self.refusals = refusals(planned.plan, planned.checked.config)

    def render(self, format: str, *, on_stdout: bool = False) -> str:
        """Return the plan in a format of `FORMATS`; `json` is the plan file itself."""
        if format == "json":
            return dumps(self._document)
        options = plan_options(
            self._invocation,
            format=format,
            on_stdout=on_stdout,
            digest=self._document["digest"],
            commit=self.plan.source.commit,
            show_contacts=self._show_contacts,
            details=self._details,
            full_report=self._full_report,
            regions=self._regions(),
        )
        rendered: str = import_module(PLAN_REPORTERS[format]).render(self._planned.plan, self.refusals, options)
        return rendered

    def _regions(self) -> dict[str, str]:
        changed = {change.id for change in self.plan.of(Kind.SITE)}
        return regions_of(site for site in self._planned.checked.sites if site.id in changed)
