"""`dfsync apply`: sends a plan and verifies that it arrived."""

from __future__ import annotations

import datetime
import os
import sys
from pathlib import Path

import click
from msgspec import Struct
from msgspec.structs import replace

from dfsync.apply.inputs import ApplyInputs, SavedPlan
from dfsync.apply.interrupts import Interrupts
from dfsync.apply.outcome.events import PlanReady
from dfsync.apply.receipt.builder import ReceiptBuilder
from dfsync.apply.receipt.receipt import Receipt, RowOutcome, dumps, to_document
from dfsync.apply.receipt.row_sources import locate_in
from dfsync.apply.run import apply
from dfsync.commands.invocation.apply_progress import Progress
from dfsync.commands.invocation.context import Invocation
from dfsync.commands.invocation.metrics import RunRecord, measured, metrics_option
from dfsync.commands.invocation.output import write_output
from dfsync.commands.invocation.plan_report import details_option, plan_options
from dfsync.commands.invocation.planner import PlanOptions, bare_planner, knowing, only_exceptions_option, read_plan
from dfsync.commands.invocation.selection_options import selection_options
from dfsync.commands.invocation.state_store import state_store
from dfsync.commands.terminal.log_output import bundle_option
from dfsync.errors import DfsyncError, ExitCode, InputError, UsageError
from dfsync.files.selection import SiteSelection
from dfsync.files.storage.atomic_write import obstacle
from dfsync.model.text import visible
from dfsync.plan.build import Planner
from dfsync.plan.values import Plan
from dfsync.report.changes.wording import headline
from dfsync.report.plan.text import render as render_plan
from dfsync.report.receipt.text import render_ended
from dfsync.state.target_state import TargetState
from dfsync.validation.check import Checked


@click.command("apply")
@click.argument("saved", metavar="[PLAN]", required=False, type=click.Path(path_type=Path))
@click.option("--auto-approve", "--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--accept",
    "accepted",
    multiple=True,
    metavar="WHAT=N",
    help="Let a plan through that a guard refuses; the refusal prints WHAT=N.",
)
@click.option("--receipt", metavar="FILE", help="Write the receipt, the outcome of each row, as JSON.")
@selection_options
@only_exceptions_option
@click.option("--no-verify", is_flag=True, help="Do not read the sites again afterwards.")
@details_option
@click.option("--show-contacts", is_flag=True, help="Show contacts unmasked.")
@metrics_option
@bundle_option
@click.pass_obj
def command(
    invocation: Invocation,
    /,
    *,
    saved: Path | None,
    auto_approve: bool,
    accepted: tuple[str, ...],
    receipt: str | None,
    selection: SiteSelection,
    only_exceptions: bool,
    no_verify: bool,
    details: bool,
    show_contacts: bool,
    metrics: Path | None,
    bundle: Path | None,
) -> int:
    """Send a plan and verify that it arrived. Without PLAN: plan, show the plan, and ask.

    Exits with 3 if something is not as planned. Exits with 4 if the plan is stale or another apply holds the lock, and
    with 5 if a guard refuses; nothing was sent then.
    """
    if saved is not None and selection:
        raise UsageError(
            f"a saved plan takes no {selection.as_options()[0]}", help="give it to plan, or leave out PLAN"
        )
    if saved is not None and only_exceptions:
        raise UsageError("a saved plan takes no --only-exceptions", help="give it to plan, or leave out PLAN")
    plan = None if saved is None else SavedPlan(*read_plan(saved))
    wanted = PlanOptions(selection=selection, only_exceptions=plan.plan.only_exceptions if plan else only_exceptions)
    shown = ApplyOutput(invocation, receipt, show_contacts=show_contacts, details=details, is_saved=plan is not None)
    order = ApplyOptions(accepted, verify=not no_verify, asks=saved is None and not auto_approve, bundle=bundle)
    with measured(metrics, invocation, "apply") as record:
        record.code = run(shown, order, plan, wanted, record)
    return record.code


class ApplyOptions(Struct, frozen=True):
    """The options of an apply."""

    accepted: tuple[str, ...] = ()
    verify: bool = True
    asks: bool = True
    bundle: Path | None = None


class ApplyOutput(Struct, frozen=True):
    """The output for the user: plan and receipt on stdout, and the file of the receipt."""

    invocation: Invocation
    receipt_file: str | None = None
    show_contacts: bool = False
    details: bool = False
    is_saved: bool = False

    def plan(self, planned: PlanReady) -> None:
        """Show the plan, and the refusals of the guards."""
        if self.is_saved and not planned.refusals and not self.details:
            target = planned.plan.target
            self.invocation.result(f"{visible(target.name)}: {headline(planned.plan)}\n")
            return
        options = plan_options(
            self.invocation, digest=planned.digest, show_contacts=self.show_contacts, details=self.details
        )
        self.invocation.result(render_plan(planned.plan, planned.refusals, options))

    def receipt(self, receipt: Receipt) -> None:
        """Show the receipt."""
        self.invocation.result(render_ended(receipt, show_contacts=self.show_contacts))

    def check(self) -> None:
        """Raise InputError if the receipt can't be written, before anything is sent."""
        if self.receipt_file in (None, "-"):
            return
        path = Path(str(self.receipt_file))
        folder = next(parent for parent in path.absolute().parents if parent.exists())
        reason = obstacle(folder) if folder.is_dir() else f"{folder} is no folder"
        if path.is_dir():
            reason = "it is a folder"
        if reason:
            raise InputError(
                f"{path} can't be written, so nothing was sent: {reason}", help="name another file with --receipt"
            )

    def write(self, receipt: Receipt) -> None:
        """Write the file of the receipt, if the user asked for one."""
        if self.receipt_file is not None:
            document = to_document(receipt, show_contacts=self.show_contacts)
            write_output(self.receipt_file, dumps(document), self.invocation)


def run(
    shown: ApplyOutput, order: ApplyOptions, saved: SavedPlan | None, wanted: PlanOptions, record: RunRecord
) -> int:
    """Apply, and return the exit code. If there was a plan, the receipt is written whatever happened."""
    invocation = shown.invocation
    shown.check()
    checked = invocation.checked()
    locate = locate_in(invocation.tree(), checked.desired)
    builder, interrupts = ReceiptBuilder(_now, verify=order.verify), Interrupts(_heard)
    if saved is not None:  # it has a receipt even where it is refused at once
        builder(PlanReady(saved.plan, saved.digest, (), order.accepted))
    with Progress(invocation, shown.plan) as progress:
        inputs = _inputs(invocation, checked, order, saved, wanted, progress)
        try:
            ended = apply(inputs, builder, progress, interrupts)
        except BaseException as error:
            if builder.planned is not None:
                record.plan = builder.planned.plan
                stopped = interrupts.asked or isinstance(error, KeyboardInterrupt)
                shown.write(builder.receipt(locate, interrupted=stopped, error=_said(error)))
            raise
    receipt = builder.receipt(locate, interrupted=interrupts.asked, error=_said(ended))
    record.plan, record.rows = builder.planned.plan if builder.planned else None, receipt.summary
    shown.write(receipt)
    shown.receipt(receipt)
    return _exit_code(receipt, ended, invocation)


def _inputs(
    invocation: Invocation,
    checked: Checked,
    order: ApplyOptions,
    saved: SavedPlan | None,
    wanted: PlanOptions,
    progress: Progress,
) -> ApplyInputs:
    root, target = invocation.root(), invocation.target(checked.config)
    base = bare_planner(invocation, checked, wanted)

    def planner(state: TargetState) -> Planner:
        return replace(knowing(base, state, root), plan_day=replace(base.plan_day, now=_now()))

    def approve(plan: Plan) -> None:
        if order.asks:
            _ask(plan)
        progress.expect(len(plan.changes))

    return ApplyInputs(
        root=root,
        target=target.name,
        store=state_store(invocation, checked.config),
        sites=len(checked.desired.sites),
        planner=planner,
        connect=lambda: invocation.client(checked.config, may_send=True, bundle=order.bundle, also=progress.wire),
        approve=approve,
        saved=saved,
        accepted=order.accepted,
        verify=order.verify,
    )


def _ask(plan: Plan) -> None:
    """Ask on a terminal. Raises DfsyncError if nobody can be asked or the answer is no."""
    if not sys.stdin.isatty():
        raise DfsyncError(
            "nothing was sent: nobody can be asked, as there is no terminal",
            help="look at the plan and pass --auto-approve, or save it with dfsync plan --out and apply that",
        )
    rows = "this change" if len(plan.changes) == 1 else f"these {len(plan.changes):,} changes"
    warnings = [" New sites can't be taken back."] if plan.summary["create"] else []
    if plan.source.lacks:
        warnings.append(" This checkout may be older than what was applied last.")
    click.echo(f"Send {rows} to {visible(plan.target.name)}?{''.join(warnings)} [y/N]: ", err=True, nl=False)
    # click.confirm can't tell the end of input, which is no, from Ctrl-C, which interrupts.
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise DfsyncError("nothing was sent: you said no")


def _exit_code(receipt: Receipt, ended: DfsyncError | None, invocation: Invocation) -> int:
    sent = any(row.batch is not None and row.outcome is not RowOutcome.NOT_SENT for row in receipt.rows)
    if receipt.interrupted:
        return ExitCode.INTERRUPTED
    if ended is not None and not sent:
        raise ended
    if ended is not None:
        invocation.say(f"error: {ended.message}")
    return ExitCode.OK if receipt.complete and ended is None else ExitCode.PARTIAL


def _said(error: BaseException | None) -> str | None:
    return error.message if isinstance(error, DfsyncError) else None


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _heard() -> None:
    """Say that the request to stop was noticed. A signal handler may not use buffered streams."""
    os.write(2, b"\nstopping after the upload that is under way; once more stops at once\n")
