"""Makes the plan for plan, apply and render, from the same options."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct
from msgspec.structs import replace

from dfsync.commands.invocation.context import Invocation
from dfsync.commands.invocation.selection_options import selection_options
from dfsync.commands.invocation.state_store import state_store
from dfsync.commands.terminal.log_output import bundle_option
from dfsync.files.export_file import read_bytes, read_saved
from dfsync.files.selection import SiteSelection
from dfsync.files.storage.git.revision import lacks, revision
from dfsync.model.last_applied import LastApplied
from dfsync.model.text import shortened
from dfsync.plan.build import Planner
from dfsync.plan.exception_weeks import PlanDay
from dfsync.plan.plan_file import loads
from dfsync.plan.values import Plan, PlanSource
from dfsync.runtime.garbage_collector import collector_paused
from dfsync.state.target_state import TargetState
from dfsync.validation.check import Checked

if TYPE_CHECKING:
    from dfsync.api.client import Client


class PlanOptions(Struct, frozen=True):
    """The options of a plan: a saved export in place of live, the selected sites, the day, only exceptions."""

    live: Path | None = None
    selection: SiteSelection | None = None
    as_of: datetime.datetime | None = None
    bundle: Path | None = None
    only_exceptions: bool = False


class PlanResult(Struct, frozen=True):
    """A plan, and what it was made from."""

    plan: Plan
    checked: Checked


only_exceptions_option: Callable[[Any], Any] = click.option(
    "--only-exceptions", is_flag=True, help="Only changes of hours that come from dated exceptions alone."
)
"""For the daily apply, which must not send changes that nobody has looked at."""


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of everything that plans; the command gets them as `live`, `selection`, `as_of`, `bundle`."""
    for option in (
        bundle_option,
        click.option(
            "--as-of",
            type=click.DateTime(["%Y-%m-%d"]),
            metavar="DATE",
            help="Make the plan for this day instead of today.",
        ),
        only_exceptions_option,
        selection_options,
        click.option(
            "--live",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="A saved export instead of live; needs no token.",
        ),
    ):
        command = option(command)
    return command


def make_plan(invocation: Invocation, wanted: PlanOptions, *, cached: bool = False) -> PlanResult:
    """Check the files, read the state, and plan against live or a saved export."""
    with collector_paused(stays=True):
        checked = invocation.checked(cached=cached)
        return PlanResult(_plan(invocation, checked, wanted), checked)


def _plan(invocation: Invocation, checked: Checked, wanted: PlanOptions) -> Plan:
    planner = make_planner(invocation, checked, wanted)
    if wanted.live is not None:
        return planner.plan(planner.keep(site) for site in read_saved(wanted.live, invocation.say))
    with invocation.client(checked.config, bundle=wanted.bundle) as client:
        return plan_live(planner, client)


def read_plan(path: Path) -> tuple[Plan, str]:
    """Read a saved plan and its digest. Raises `InputError` if that fails, `NotSentError` if it was altered."""
    return loads(read_bytes(path), shortened(str(path)))


def plan_live(planner: Planner, client: Client) -> Plan:
    """Plan against a complete export of live."""
    return planner.plan(client.export(planner.keep))


def make_planner(invocation: Invocation, checked: Checked, wanted: PlanOptions) -> Planner:
    """Return the planner of a checked repository, with what was last applied."""
    root = invocation.root()
    store = state_store(invocation, checked.config)
    return knowing(bare_planner(invocation, checked, wanted), store.load(offline=wanted.live is not None), root)


def bare_planner(invocation: Invocation, checked: Checked, wanted: PlanOptions) -> Planner:
    """Return a planner to which nothing is last applied yet. Its day and its commit are the present ones.

    Raises `InputError` if a glob of the options matches no site.
    """
    as_of = wanted.as_of.date() if wanted.as_of else None
    selection = wanted.selection or SiteSelection()
    config = checked.config
    at = revision(invocation.root(), (*config.sites, *config.contacts))
    return Planner(
        desired=checked.desired,
        config=checked.config,
        target=invocation.target(checked.config),
        last_applied=LastApplied(),
        plan_day=PlanDay(datetime.datetime.now(datetime.UTC), checked.config.days_ahead, as_of),
        source=PlanSource(at.commit, at.dirty),
        selection=selection,
        selected=selection.ids(checked.desired.sites.values()) if selection else None,
        only_exceptions=wanted.only_exceptions,
    )


def knowing(planner: Planner, state: TargetState, root: Path) -> Planner:
    """Return the planner with what was last applied, and with the commit of the last apply if the files lack it."""
    here, applied = planner.source.commit, state.history[-1].commit if state.history else None
    lacking = applied if here and applied and lacks(root, here, applied) else None
    return replace(planner, last_applied=state.last_applied(), source=replace(planner.source, lacks=lacking))
