"""How a plan is shown by the commands that show one: on this terminal, or in a file of any format."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

import click

from dfsync.commands.invocation.context import Invocation
from dfsync.errors import DfsyncError
from dfsync.files.storage.git.remote import lines_at
from dfsync.model.kind import Kind
from dfsync.plan.guards import refusals
from dfsync.plan.plan_file import dumps, to_document
from dfsync.plan.values import Plan, Refusal
from dfsync.report.changes.options import Options
from dfsync.report.changes.regions import regions_of
from dfsync.report.plan import PLAN_REPORTERS
from dfsync.validation.check import Checked

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


@dataclass(frozen=True)
class PlanReporter:
    """Renders one plan in any format, with what the guards say of it."""

    invocation: Invocation
    plan: Plan
    checked: Checked
    show_contacts: bool
    details: bool
    full_report: str | None

    @cached_property
    def document(self) -> dict[str, Any]:
        """The plan file."""
        return to_document(self.plan)

    @cached_property
    def refusals(self) -> tuple[Refusal, ...]:
        """The reasons why apply would refuse the plan."""
        return refusals(self.plan, self.checked.config)

    def render(self, format: str, *, on_stdout: bool = False) -> str:
        """Return the plan in a format of `FORMATS`; `json` is the plan file itself."""
        if format == "json":
            return dumps(self.document)
        options = plan_options(
            self.invocation,
            format=format,
            on_stdout=on_stdout,
            digest=self.document["digest"],
            commit=self.plan.source.commit,
            show_contacts=self.show_contacts,
            details=self.details,
            full_report=self.full_report,
            regions=self._regions(),
        )
        rendered: str = import_module(PLAN_REPORTERS[format]).render(self.plan, self.refusals, options)
        return rendered

    def _regions(self) -> dict[str, str]:
        sites = self.checked.desired.sites
        return regions_of(sites[change.id] for change in self.plan.of(Kind.SITE) if change.id in sites)
