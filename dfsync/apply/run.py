"""Apply, from the lock to the state. Decides, does and tells are kept apart: what happens is told as events."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from dfsync.api.client import Client
from dfsync.apply.events import AlreadySent, Event, LockLeft, PlanReady, Resumed, Tell, Withheld
from dfsync.apply.field_outcome import as_planned
from dfsync.apply.freshness import Freshness, StaleRow, freshness
from dfsync.apply.interrupts import Interrupts
from dfsync.apply.journal import Journal, Unfinished
from dfsync.apply.next_state import Observations, knows_all, next_state
from dfsync.apply.plan_trust import believable
from dfsync.apply.receipt_builder import ReceiptBuilder
from dfsync.apply.refetch import reread
from dfsync.apply.send import Sender, StoppedError
from dfsync.apply.verify import verify
from dfsync.collector import collector_paused
from dfsync.diff.changes import Action, Change
from dfsync.errors import ApiError, DfsyncError, NotSentError, RefusedError
from dfsync.model.kind import Kind
from dfsync.model.live import LiveSite
from dfsync.model.masking import mask_contact
from dfsync.model.settings import Config, Target
from dfsync.model.text import normal, shortened
from dfsync.plan.build import Planner, SitePlan
from dfsync.plan.guards import accept_words, refusals
from dfsync.plan.plan_file import to_document
from dfsync.plan.values import Plan, PlanTarget
from dfsync.render.requests import requests
from dfsync.render.sheets import UploadSheet
from dfsync.state.lock import who
from dfsync.state.store import Store
from dfsync.state.target_state import ApplyEntry, TargetState

_TOLD = 10


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
    pause: Callable[[float], None] = time.sleep


def apply(work: Work, builder: ReceiptBuilder, watch: Tell, interrupts: Interrupts) -> DfsyncError | None:
    """Apply, and return what ended the sending before its end, None when nothing did.

    1. Hold the lock.
    2. Load the state, and fold in what an apply that was killed left in its journal.
    3. Plan against a complete export, or take the saved plan.
    4. Ask the guards.
    5. Ask for approval.
    6. Read the touched sites again: the plan must still fit.
    7. Send, each upload journaled before and after.
    8. Verify against a fresh export of the touched sites.
    9. Record in the state what was made right and what was found right.
    10. End the journal.

    `builder` knows the receipt, also after an error. Raises NotSentError, RefusedError, and what the client, the store
    and `approve` raise; nothing was sent then, except when the state can't be saved.
    """
    with work.store.lock() as left, ExitStack() as stack:
        journal = Journal(work.root, work.target)
        stack.callback(journal.close)
        run = _Run(work, builder, journal, _fan(builder, journal, watch), interrupts)
        if left is not None:
            run.tell(LockLeft(left))
        with collector_paused(stays=True):
            run.load()
            run.client = stack.enter_context(work.connect())
            run.plan()
        run.guard()
        run.approve()
        run.refresh()
        with interrupts.deferred():
            run.send()
            run.verify()
            with collector_paused():
                run.record()
        journal.end()
        return run.error


class _Run:
    """One apply on its way; each method is one of its steps."""

    client: Client
    state: TargetState
    planner: Planner
    planned: Plan
    digest: str
    fresh: Freshness

    def __init__(
        self, work: Work, builder: ReceiptBuilder, journal: Journal, tell: Tell, interrupts: Interrupts
    ) -> None:
        self.work = work
        self.builder = builder
        self.journal = journal
        self.tell = tell
        self.interrupts = interrupts
        self.rows: dict[str, SitePlan] = {}
        self.unfinished: Unfinished | None = None
        self.error: DfsyncError | None = None

    def load(self) -> None:
        self.state = self.work.store.load()
        self.unfinished = self.journal.unfinished()
        if self.unfinished is not None:
            self.state = self.unfinished.folded(self.state)
            found = self.unfinished
            rows = len(found.sites) + len(found.contacts)
            self.tell(Resumed(found.begun_at, found.sent, found.answered, rows))
        self.planner = self.work.planner(self.state)
        if self.work.saved is not None:
            _check_target(self.work.saved.plan.target, self.planner.target)

    def plan(self) -> None:
        if self.work.saved is not None:
            self.planned, self.digest = believable(self.work.saved.plan, self.planner), self.work.saved.digest
            return
        self.rows = self._export()
        self.planned = self.planner.plan(self.rows.values())
        self.digest = to_document(self.planned)["digest"]

    def guard(self) -> None:
        refused = refusals(self.planned, self.planner.config, self.work.accepted)
        self.tell(PlanReady(self.planned, self.digest, refused, self.work.accepted))
        if refused:
            lines = [refusal.message for refusal in refused]
            words = accept_words(self.planned, refused)
            raise RefusedError(
                "nothing was sent: " + "\n".join(lines), help=f"to let exactly this plan through: {words}"
            )

    def approve(self) -> None:
        if self.planned.changes:
            self.work.approve(self.planned)

    def refresh(self) -> None:
        live = self._reread([change.id for change in self.planned.of(Kind.SITE)])
        same_plan = self.unfinished is not None and self.unfinished.plan == self.digest
        now = self.work.planner(self.state)  # the day may have turned while somebody thought it over
        self.fresh = freshness(self.planned, live, now, self.unfinished if same_plan else None)
        if self.fresh.moved:
            before = next((applied for applied in reversed(self.state.history) if applied.plan == self.digest), None)
            words = f"nothing was sent: this plan was applied already, at {before.at}" if before else ""
            if not words and all(as_planned(change, live.get(change.id)) for change in self.planned.changes):
                words = "nothing was sent: live shows already what this plan would have sent"
            raise NotSentError(words or _stale(self.fresh.moved), help="plan again, and look at what is different")
        self._saw(live)
        if self.fresh.done:
            self.tell(AlreadySent(self.fresh.done))

    def send(self) -> None:
        if not self.fresh.left:
            return
        self.journal.begin(self.builder.started, self.digest, self.state.key, self._recreated())
        live = self.planned.pending.live
        sender = Sender(self.client, self.config.api, live, self.tell, self._may_send)
        left = replace(self.planned, changes=self.fresh.left)
        self.error = sender.send(self._sheets(left.of(Kind.SITE)))
        if self.error is None:
            self.error = sender.send(self._sheets(self._with_sites(left.of(Kind.CONTACT))))

    def verify(self) -> None:
        sent = self.builder.sent(Kind.SITE)
        if not sent or not self.work.verify:
            return
        try:
            live, told_wrong = self.planned.pending.live, self.builder.told_wrong
            pause = self.work.pause
            self._saw(verify(self.client, sent, live, self.config.api, told_wrong, self.tell, pause))
        except ApiError as error:
            self.error = self.error or error

    def record(self) -> None:
        observations = self._observations()
        state = next_state(self.state, self.planner, observations)
        receipt = self.builder.receipt(interrupted=self.interrupts.asked)
        outcome = "interrupted" if receipt.interrupted else "complete" if receipt.complete else "partial"
        source, changes = self.planned.source, self.planned.summary
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

    @property
    def config(self) -> Config:
        return self.planner.config

    def _observations(self) -> Observations:
        """Return what was seen; where a saved plan was applied live is read once, if state could learn from it."""
        complete = self.work.saved is None
        if not (complete or self.error or self.interrupts.asked or knows_all(self.state, self.planner)):
            try:
                self.rows = self._export()
                complete = True
            except ApiError as error:
                self.error = error
        rows, respelled = self.rows, self.builder.respelled()
        return Observations(rows, complete, respelled, self.builder.taken_contacts(), self._recreated())

    def _recreated(self) -> set[str]:
        """Return the sites to send that had been taken away: what state remembers of their contacts went with them."""
        return {change.id for change in self.fresh.left if change.was_live}

    def _may_send(self) -> None:
        """Raise StoppedError when somebody asked to stop. Called before each request that sends."""
        if self.interrupts.asked:
            raise StoppedError

    def _sheets(self, changes: tuple[Change, ...]) -> list[UploadSheet]:
        return [request.sheet for request in requests(replace(self.planned, changes=changes), self.config)]

    def _with_sites(self, contacts: tuple[Change, ...]) -> tuple[Change, ...]:
        """Return the contacts whose sites the API did not refuse to create; tell of the others."""
        creates = self.planned.of(Kind.SITE, Action.CREATE)
        refused = {normal(change.id) for change in creates if self.builder.told_wrong(change)}
        refused |= {normal(c.id) for c in self.planned.of(Kind.SITE) if self.builder.is_gone(c)}
        withheld = tuple(contact for contact in contacts if contact.site in refused)
        if withheld:
            self.tell(Withheld(withheld))
        return tuple(contact for contact in contacts if contact.site not in refused)

    def _export(self) -> dict[str, SitePlan]:
        return {row.id: row for row in self.client.export(self.planner.keep)}

    def _reread(self, ids: list[str]) -> dict[str, LiveSite]:
        return reread(self.client, ids, self.planned.pending.live, self.config.api)

    def _saw(self, live: Mapping[str, LiveSite]) -> None:
        self.rows |= {id: SitePlan(id, site) for id, site in live.items()}


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


def _stale(moved: tuple[StaleRow, ...]) -> str:
    lines = [f"  {_named(item.change)}: {item.cause} moved" for item in moved[:_TOLD]]
    more = [f"  and {len(moved) - _TOLD} more"] if len(moved) > _TOLD else []
    rows = "1 row is" if len(moved) == 1 else f"{len(moved)} rows are"
    return "\n".join([f"nothing was sent: the plan is stale, {rows} not as it saw them:", *lines, *more])


def _named(change: Change) -> str:
    return shortened(change.id if change.kind is Kind.SITE else f"contact {mask_contact(change.id, change.site)}")


def _summary(applied: ApplyEntry) -> str:
    counts = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in applied.rows.items())
    return f"Apply, {applied.outcome}: {counts or 'nothing to send'}\n\nBy {applied.by}, plan {applied.plan}"
