"""The steps of an apply before the first byte is sent: remember, plan, ask the guards, and read live again."""

from __future__ import annotations

from collections.abc import Container, Mapping

from msgspec import Struct

from dfsync.api.client import Client
from dfsync.apply.desired_digests import DesiredDigests
from dfsync.apply.inputs import ApplyInputs
from dfsync.apply.journal import Journal, UnfinishedApply
from dfsync.apply.next_state import knows_rest
from dfsync.apply.outcome.events import PlanReady, Resumed, Tell
from dfsync.apply.outcome.field_outcome import as_planned
from dfsync.apply.preparation.freshness import EarlierApply, Freshness, freshness
from dfsync.apply.preparation.plan_trust import believable
from dfsync.apply.preparation.stale_message import stale_message
from dfsync.apply.refetch import reread
from dfsync.errors import NotSentError, RefusedError
from dfsync.model.kind import Kind
from dfsync.model.live import LiveSite
from dfsync.model.settings import Config, Target
from dfsync.plan.build import Planner, SitePlan
from dfsync.plan.guards import accept_words, refusals
from dfsync.plan.plan_file import to_document
from dfsync.plan.values import Plan, PlanTarget
from dfsync.runtime.parallel import BackgroundWork
from dfsync.state.target_state import TargetState

_PLAN_AGAIN = "plan again, and look at what is different"


class Memory(Struct, frozen=True):
    """What is known before live is read: the state, what a killed apply had done, and the planner that knows both.

    `digests` are those of the planner's sites, with the key of the state.
    """

    state: TargetState
    unfinished: UnfinishedApply | None
    planner: Planner
    digests: DesiredDigests


class PlanToApply(Struct, frozen=True):
    """The plan to apply, its digest, and the live rows that it was made from; none of a saved plan."""

    plan: Plan
    digest: str
    rows: Mapping[str, SitePlan]


class LiveCheck(Struct, frozen=True):
    """What was read just before the sending: how the plan fits, live rows, and whether they are all of live."""

    fresh: Freshness
    rows: Mapping[str, SitePlan]
    complete: bool


def remember(inputs: ApplyInputs, journal: Journal, work: BackgroundWork, tell: Tell) -> Memory:
    """Load the state, and fold in what an apply that was killed left in its journal."""
    state, unfinished = inputs.store.load(), journal.unfinished()
    if unfinished is not None:
        state = unfinished.folded(state)
        rows = len(unfinished.sites) + len(unfinished.contacts)
        tell(Resumed(unfinished.begun_at, unfinished.sent, unfinished.answered, rows))
    planner = inputs.planner(state)
    if inputs.saved is not None:
        _check_target(inputs.saved.plan.target, planner.target)
    return Memory(state, unfinished, planner, DesiredDigests(planner, work))


def plan_to_apply(inputs: ApplyInputs, planner: Planner, client: Client) -> PlanToApply:
    """Return the saved plan, or a plan against a complete export."""
    if inputs.saved is not None:
        return PlanToApply(believable(inputs.saved.plan, planner), inputs.saved.digest, {})
    rows = {row.id: row for row in client.export(planner.keep)}
    plan = planner.plan(rows.values())
    return PlanToApply(plan, to_document(plan)["digest"], rows)


def guard(inputs: ApplyInputs, config: Config, planned: PlanToApply, tell: Tell) -> None:
    """Ask the guards. Raises RefusedError with the words that let exactly this plan through."""
    refused = refusals(planned.plan, config, inputs.accepted)
    tell(PlanReady(planned.plan, planned.digest, refused, inputs.accepted))
    if refused:
        lines = [refusal.message for refusal in refused]
        words = accept_words(planned.plan, refused)
        raise RefusedError("nothing was sent: " + "\n".join(lines), help=f"to let exactly this plan through: {words}")


def refresh(inputs: ApplyInputs, memory: Memory, planned: PlanToApply, client: Client) -> LiveCheck:
    """Read live again just before sending: all of it if a saved plan is applied and state could learn from the rest."""
    plan, state, planner = planned.plan, memory.state, memory.planner
    touched = {change.id for change in plan.of(Kind.SITE)}
    whole = inputs.saved is not None and not knows_rest(state, memory.digests, touched)
    if whole:
        rows = {row.id: row for row in client.export(lambda s: _kept(s, touched, planner))}
        live = {id: row.live for id, row in rows.items() if id in touched and row.live is not None}
    else:
        live = reread(client, sorted(touched), plan.pending.live, planner.config.api)
        rows = {**planned.rows, **{id: SitePlan(id, site) for id, site in live.items()}}
    now = inputs.planner(state)  # the day may have turned while somebody thought it over
    fresh = freshness(plan, live, now, _earlier(inputs, memory, planned.digest))
    if fresh.moved:
        raise NotSentError(_why_not(planned, fresh, live, now, state), help=_PLAN_AGAIN)
    return LiveCheck(fresh, rows, whole or inputs.saved is None)


def _kept(site: LiveSite, touched: Container[str], planner: Planner) -> SitePlan:
    return SitePlan(site.id, site) if site.id in touched else planner.keep(site)


def _earlier(inputs: ApplyInputs, memory: Memory, digest: str) -> EarlierApply | None:
    """Return what an apply of the same saved plan had done that did not end with all of it applied."""
    unfinished = memory.unfinished
    if unfinished is not None and unfinished.plan == digest:
        return EarlierApply(unfinished.sites)
    return EarlierApply() if inputs.saved is not None and memory.state.left_unfinished(digest) else None


def _why_not(
    planned: PlanToApply, fresh: Freshness, live: Mapping[str, LiveSite], now: Planner, state: TargetState
) -> str:
    before = next((applied for applied in reversed(state.history) if applied.plan == planned.digest), None)
    if before is not None and before.outcome == "complete":
        return f"nothing was sent: this plan was applied already, at {before.at}"
    if all(as_planned(change, live.get(change.id)) for change in planned.plan.changes):
        return "nothing was sent: live already shows what this plan would send"
    return stale_message(fresh.moved, live, now)


def _check_target(planned: PlanTarget, target: Target) -> None:
    """Refuse a plan that was made for another customer or server."""
    if (planned.customer_id, planned.base_url) != (target.customer_id, target.base_url):
        raise NotSentError(
            f"nothing was sent: the plan is for {planned.name}, customer {planned.customer_id} at {planned.base_url},"
            f" not for {target.name}, customer {target.customer_id} at {target.base_url}",
            help="choose that target, or plan again",
        )
