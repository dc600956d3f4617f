"""Checks the figures of a saved plan, since the guards rely on them.

Whoever can write to the file of a plan can write it anew, digest included. The changes are compared with the files
(`dfsync.apply.preparation.freshness`), and the figures with what files and state show. Pure.
"""

from __future__ import annotations

from msgspec.structs import replace

from dfsync.diff.changes import Action, ExceptionTurn
from dfsync.errors import NotSentError
from dfsync.model.kind import Kind
from dfsync.plan.build import Planner
from dfsync.plan.lookalike_creates import find_lookalikes
from dfsync.plan.values import Plan


def believable(plan: Plan, planner: Planner) -> Plan:
    """Return a saved plan whose figures are at least those that follow from files, state and the plan itself.

    Raises NotSentError if it counts more live sites than there can be, since a percent limit would then let too much
    through.
    """
    desired, last_applied, pending = planner.desired.sites, planner.last_applied.sites, plan.pending
    limits = planner.config.limits
    every = (limits.max_updates, limits.max_creates, limits.max_clears, limits.max_exceptions)
    percent = any(limit and limit.percent for limit in every)
    if percent and pending.live > len(desired.keys() | last_applied.keys()) + len(plan.unmanaged):
        raise NotSentError(
            "nothing was sent: the plan counts more live sites than the files, the state and its unmanaged sites have"
            " together, so a limit in percent means nothing; sites left the files since, or the plan was altered",
            help="plan again",
        )
    creates = [desired[c.id] for c in plan.of(Kind.SITE, Action.CREATE) if c.id in desired]
    ids = [site.id for site in plan.unmanaged]
    known = {found.id for found in pending.lookalikes}
    more = [found for found in find_lookalikes(creates, ids, desired, ()) if found.id not in known]
    drifted = {change.id for change in (*plan.of(Kind.SITE), *plan.kept) if change.drifted}
    updates = plan.of(Kind.SITE, Action.UPDATE)
    figures = replace(
        pending,
        drifted=max(pending.drifted, len(drifted)),
        lookalikes=(*pending.lookalikes, *more),
        exceptions=min(pending.exceptions, pending.updates - sum(not change.turns_only for change in updates)),
        exceptions_begin=max(pending.exceptions_begin, sum(change.turn is ExceptionTurn.BEGIN for change in updates)),
    )
    return replace(plan, pending=figures)
