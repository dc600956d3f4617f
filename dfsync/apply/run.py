"""Apply, from the lock to the state. Decides, does and tells are kept apart: what happens is told as events."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from dfsync.api.client import Client
from dfsync.apply.events import AlreadySent, Event, LockLeft, LockWatched, PlanReady, Resumed, Tell, Withheld
from dfsync.apply.field_outcome import as_planned
from dfsync.apply.freshness import EarlierApply, Freshness, freshness
from dfsync.apply.interrupts import Interrupts
from dfsync.apply.journal import Journal, Unfinished
from dfsync.apply.next_state import Observations, knows_rest, next_state
from dfsync.apply.plan_trust import believable
from dfsync.apply.receipt_builder import ReceiptBuilder
from dfsync.apply.refetch import reread
from dfsync.apply.send import Sender, StoppedError
from dfsync.apply.stale import stale_message
from dfsync.apply.verify import Verification
from dfsync.collector import collector_paused
from dfsync.diff.changes import Action, Change
from dfsync.errors import ApiError, DfsyncError, NotSentError, RefusedError
from dfsync.model.kind import Kind
from dfsync.model.last_applied import contacts_left
from dfsync.model.live import LiveSite
from dfsync.model.settings import Config, Target
from dfsync.model.text import normal
from dfsync.plan.build import Planner, SitePlan
from dfsync.plan.guards import accept_words, refusals
from dfsync.plan.plan_file import to_document
from dfsync.plan.values import Plan, PlanTarget
from dfsync.render.requests import requests
from dfsync.render.sheets import UploadSheet
from dfsync.state.lock import who
from dfsync.state.store import Store
from dfsync.state.target_state import ApplyEntry, BegunApply, TargetState

_ROOM_OF_ROW, _ROOM_OF_SITE = 600, 400
"""Bytes of disk that are kept free for each row in the journal, and for each site and contact of the next state."""
_PLAN_AGAIN = "plan again, and look at what is different"
_APPLY_AGAIN = "run apply again: it looks at live, and finds what was sent"


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan that was saved, and its digest."""

    plan: Plan
    digest: str


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be applied, and with what.

    `planner` is made from the state that it is given; `connect` gives a client that may send; `approve` returns when
    the plan may be sent and raises DfsyncError when not; `saved` is None where apply makes the plan itself.
    """

    root: Path
    target: str
    store: Store
    planner: Callable[[TargetState], Planner]
    connect: Callable[[], AbstractContextManager[Client]]
    approve: Callable[[Plan], None]
    saved: SavedPlan | None = None
    accepted: tuple[str, ...] = ()
    verify: bool = True


@dataclass(frozen=True, slots=True)
class _Memory:
    """What is known before live is read: the state, what a killed apply had done, and the planner that knows both."""

    state: TargetState
    unfinished: Unfinished | None
    planner: Planner


@dataclass(frozen=True, slots=True)
class _Planned:
    """The plan to apply, its digest, and the live rows that it was made from; none of a saved plan."""

    plan: Plan
    digest: str
    rows: Mapping[str, SitePlan]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was read just before the sending: how the plan fits, live rows, and whether they are all of live."""

    fresh: Freshness
    rows: Mapping[str, SitePlan]
    complete: bool


@dataclass(frozen=True, slots=True)
class _Listeners:
    """Who hears of what happens, all of them through `tell`, and who hears of signals."""

    builder: ReceiptBuilder
    journal: Journal
    tell: Tell
    interrupts: Interrupts


def apply(work: Work, builder: ReceiptBuilder, watch: Tell, interrupts: Interrupts) -> DfsyncError | None:
    """Apply, and return what ended the sending before its end, None when nothing did.

    1. Hold the lock.
    2. Load the state, and fold in what an apply that was killed left in its journal.
    3. Plan against a complete export, or take the saved plan.
    4. Ask the guards.
    5. Ask for approval.
    6. Read the touched sites again: the plan must still fit.
    7. Begin the journal, and store in the state what must be known even if this machine is lost now.
    8. Send, each upload journaled before and after, each only while the lock is held.
    9. Verify against a fresh export of the touched sites.
    10. Record in the state what was made right and what was found right, and end the journal.

    `builder` knows the receipt, also after an error. Raises NotSentError, RefusedError, and what the client, the store
    and `approve` raise; nothing was sent then.
    """
    with work.store.lock(lambda holder: watch(LockWatched(holder))) as left, ExitStack() as stack:
        journal = Journal(work.root, work.target)
        stack.callback(journal.close)
        tell = _fan(builder, journal, watch)
        if left is not None:
            tell(LockLeft(left))
        with collector_paused(stays=True):
            memory = _remember(work, journal, tell)
            client = stack.enter_context(work.connect())
            planned = _plan(work, memory.planner, client)
        _guard(work, memory.planner.config, planned, tell)
        if planned.plan.changes:
            work.approve(planned.plan)
        seen = _refresh(work, memory, planned, client)
        if seen.fresh.done:
            tell(AlreadySent(seen.fresh.done))
        run = _Run(work, _Listeners(builder, journal, tell, interrupts), client, memory, planned, seen)
        with interrupts.deferred():
            run.begin()
            run.send()
            run.verify()
            with collector_paused():
                run.record()
        return run.error


def _remember(work: Work, journal: Journal, tell: Tell) -> _Memory:
    state, unfinished = work.store.load(), journal.unfinished()
    if unfinished is not None:
        state = unfinished.folded(state)
        rows = len(unfinished.sites) + len(unfinished.contacts)
        tell(Resumed(unfinished.begun_at, unfinished.sent, unfinished.answered, rows))
    planner = work.planner(state)
    if work.saved is not None:
        _check_target(work.saved.plan.target, planner.target)
    return _Memory(state, unfinished, planner)


def _plan(work: Work, planner: Planner, client: Client) -> _Planned:
    if work.saved is not None:
        return _Planned(believable(work.saved.plan, planner), work.saved.digest, {})
    rows = {row.id: row for row in client.export(planner.keep)}
    plan = planner.plan(rows.values())
    return _Planned(plan, to_document(plan)["digest"], rows)


def _guard(work: Work, config: Config, planned: _Planned, tell: Tell) -> None:
    refused = refusals(planned.plan, config, work.accepted)
    tell(PlanReady(planned.plan, planned.digest, refused, work.accepted))
    if refused:
        lines = [refusal.message for refusal in refused]
        words = accept_words(planned.plan, refused)
        raise RefusedError("nothing was sent: " + "\n".join(lines), help=f"to let exactly this plan through: {words}")


def _refresh(work: Work, memory: _Memory, planned: _Planned, client: Client) -> _Seen:
    """Read live before the sending; all of it where a saved plan is applied and state could learn from the rest."""
    plan, state, planner = planned.plan, memory.state, memory.planner
    touched = {change.id for change in plan.of(Kind.SITE)}
    whole = work.saved is not None and not knows_rest(state, planner, touched)
    if whole:
        rows = {row.id: row for row in client.export(lambda s: _kept(s, touched, planner))}
        live = {id: row.live for id, row in rows.items() if id in touched and row.live is not None}
    else:
        live = reread(client, sorted(touched), plan.pending.live, planner.config.api)
        rows = {**planned.rows, **{id: SitePlan(id, site) for id, site in live.items()}}
    now = work.planner(state)  # the day may have turned while somebody thought it over
    fresh = freshness(plan, live, now, _earlier(work, memory, planned.digest))
    if fresh.moved:
        raise NotSentError(_why_not(planned, fresh, live, now, state), help=_PLAN_AGAIN)
    return _Seen(fresh, rows, whole or work.saved is None)


def _kept(site: LiveSite, touched: Container[str], planner: Planner) -> SitePlan:
    return SitePlan(site.id, site) if site.id in touched else planner.keep(site)


def _earlier(work: Work, memory: _Memory, digest: str) -> EarlierApply | None:
    """Return what an apply of the same saved plan had done that did not end with all of it applied."""
    unfinished = memory.unfinished
    if unfinished is not None and unfinished.plan == digest:
        return EarlierApply(unfinished.sites)
    return EarlierApply() if work.saved is not None and memory.state.left_unfinished(digest) else None


def _why_not(
    planned: _Planned, fresh: Freshness, live: Mapping[str, LiveSite], now: Planner, state: TargetState
) -> str:
    before = next((applied for applied in reversed(state.history) if applied.plan == planned.digest), None)
    if before is not None and before.outcome == "complete":
        return f"nothing was sent: this plan was applied already, at {before.at}"
    if all(as_planned(change, live.get(change.id)) for change in planned.plan.changes):
        return "nothing was sent: live shows already what this plan would have sent"
    return stale_message(fresh.moved, live, now)


class _Run:
    """One apply from the first byte that is sent; each method is one of its steps."""

    def __init__(
        self, work: Work, listeners: _Listeners, client: Client, memory: _Memory, planned: _Planned, seen: _Seen
    ) -> None:
        self.work = work
        self.builder = listeners.builder
        self.journal = listeners.journal
        self.tell = listeners.tell
        self.interrupts = listeners.interrupts
        self.client = client
        self.planner = memory.planner
        self.config = memory.planner.config
        self.plan = planned.plan
        self.digest = planned.digest
        self.left = seen.fresh.left
        self.rows = dict(seen.rows)
        self.complete = seen.complete
        # What state remembers of the contacts of a site that was taken away went with it.
        self.recreated = {change.id for change in seen.fresh.left if change.was_live}
        contacts = contacts_left(memory.state.contacts, self.recreated)
        begun = BegunApply(self.builder.started, planned.digest)
        self.state = replace(memory.state, contacts=contacts, begun=begun)
        self.error: DfsyncError | None = None

    def begin(self) -> None:
        """Find out before the first byte is sent whether all that must be written can be."""
        if self.left:
            known = len(self.planner.desired.sites) + len(self.planner.desired.contacts)
            room = _ROOM_OF_ROW * len(self.left) + _ROOM_OF_SITE * known
            self.journal.begin(self.builder.started, self.digest, self.state.key, self.recreated, room)
            self.work.store.begin(self.state, f"Apply, begun\n\nBy {who()}, plan {self.digest}")

    def send(self) -> None:
        """Send sites, then contacts."""
        if not self.left:
            return
        sender = Sender(self.client, self.config.api, self.plan.pending.live, self.tell, self._may_send)
        left = replace(self.plan, changes=self.left)
        self.error = sender.send(self._sheets(left.of(Kind.SITE)))
        if self.error is None:
            self.error = sender.send(self._sheets(self._with_sites(left.of(Kind.CONTACT))))

    def verify(self) -> None:
        """Look at live again."""
        sent = self.builder.sent(Kind.SITE)
        if not sent or not self.work.verify:
            return
        live, known = self.plan.pending.live, self.planner.last_applied
        told_wrong = self.builder.told_wrong
        looking = Verification(self.client, self.config.api, live, known, told_wrong, self.tell, self._pause)
        try:
            self.rows |= {id: SitePlan(id, site) for id, site in looking.run(sent).items()}
        except ApiError as error:
            self.error = self.error or error

    def record(self) -> None:
        """Store what was learned; when that fails after rows were sent, the error says so."""
        self.journal.free_room()
        try:
            self._save()
        except (DfsyncError, OSError) as error:
            if not self.builder.has_sent():
                raise
            reason = error.message if isinstance(error, DfsyncError) else error.strerror
            words = f"rows were sent, as the receipt says, but the state could not be saved: {reason}"
            self.error = self.error or DfsyncError(words, help=_APPLY_AGAIN)
        else:
            self.journal.end()

    def _save(self) -> None:
        contacts = self.builder.taken_contacts()
        observations = Observations(self.rows, self.complete, self.builder.readings(), contacts)
        state = next_state(self.state, self.planner, observations)
        receipt = self.builder.receipt(interrupted=self.interrupts.asked)
        outcome = "interrupted" if receipt.interrupted else "complete" if receipt.complete else "partial"
        source, changes = self.plan.source, self.plan.summary
        applied = ApplyEntry(
            receipt.finished_at,
            who(),
            outcome,
            source.commit,
            bool(source.dirty),
            self.digest,
            {name: number for name, number in changes.items() if number},
            {name: number for name, number in receipt.summary.items() if number},
        )
        self.work.store.save(state.with_applied(applied), _summary(applied))

    def _may_send(self) -> None:
        """Raise StoppedError when somebody asked to stop, LockLostError when the lock is not held any more."""
        if self.interrupts.asked:
            raise StoppedError
        self.work.store.check_lock()

    def _pause(self, seconds: float) -> bool:
        """Wait, but not when somebody asked to stop; returns whether the time is over."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self.interrupts.asked:
            time.sleep(min(left, 0.1))
        return not self.interrupts.asked

    def _sheets(self, changes: tuple[Change, ...]) -> list[UploadSheet]:
        return [request.sheet for request in requests(replace(self.plan, changes=changes), self.config)]

    def _with_sites(self, contacts: tuple[Change, ...]) -> tuple[Change, ...]:
        """Return the contacts whose sites are there; tell of the others."""
        sites = self.plan.of(Kind.SITE)
        missing = {normal(c.id) for c in sites if c.action is Action.CREATE and self.builder.told_wrong(c)}
        missing |= {normal(c.id) for c in sites if self.builder.is_gone(c)}
        withheld = tuple(contact for contact in contacts if contact.site in missing)
        if withheld:
            self.tell(Withheld(withheld))
        return tuple(contact for contact in contacts if contact.site not in missing)


def _fan(*listeners: Tell) -> Tell:
    def tell(event: Event) -> None:
        for listener in listeners:
            listener(event)

    return tell


def _check_target(planned: PlanTarget, target: Target) -> None:
    """Refuse a plan that was made for another customer or server."""
    if (planned.customer_id, planned.base_url) != (target.customer_id, target.base_url):
        raise NotSentError(
            f"nothing was sent: the plan is for {planned.name}, customer {planned.customer_id} at {planned.base_url},"
            f" not for {target.name}, customer {target.customer_id} at {target.base_url}",
            help="choose that target, or plan again",
        )


def _summary(applied: ApplyEntry) -> str:
    counts = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in applied.rows.items())
    return f"Apply, {applied.outcome}: {counts or 'nothing to send'}\n\nBy {applied.by}, plan {applied.plan}"
