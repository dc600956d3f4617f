"""An apply, from the lock to the state. Journal, receipt and progress hear of it through events."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import ExitStack

from msgspec import Struct
from msgspec.structs import replace

from dfsync.api.client import Client
from dfsync.apply.desired_digests import background_digests
from dfsync.apply.inputs import ApplyInputs
from dfsync.apply.interrupts import Interrupts
from dfsync.apply.journal import Journal
from dfsync.apply.next_state import Observations, next_state
from dfsync.apply.outcome.events import AlreadySent, Event, LockLeft, LockWatched, Tell, Withheld
from dfsync.apply.preparation.steps import LiveCheck, Memory, PlanToApply, guard, plan_to_apply, refresh, remember
from dfsync.apply.receipt.builder import ReceiptBuilder
from dfsync.apply.send import Sender, StoppedError
from dfsync.apply.verify import Verification
from dfsync.diff.changes import Action, Change
from dfsync.errors import ApiError, DfsyncError
from dfsync.model.kind import Kind
from dfsync.model.last_applied import contacts_left
from dfsync.model.text import normal
from dfsync.plan.build import SitePlan
from dfsync.render.requests import requests
from dfsync.render.sheets import UploadSheet
from dfsync.runtime.garbage_collector import collector_paused
from dfsync.state.lock.holder import who
from dfsync.state.target_state import UNFINISHED, ApplyEntry, TargetState

_ROOM_OF_ROW, _ROOM_OF_SITE = 600, 400
"""Bytes of disk that are kept free for each row in the journal, and for each site and contact of the next state."""
_APPLY_AGAIN = "run apply again: it looks at live, and finds what was sent"


class _Listeners(Struct, frozen=True):
    """The listeners of an apply: all of them hear of events through `tell`, and `interrupts` of signals."""

    builder: ReceiptBuilder
    journal: Journal
    tell: Tell
    interrupts: Interrupts


def apply(inputs: ApplyInputs, builder: ReceiptBuilder, watch: Tell, interrupts: Interrupts) -> DfsyncError | None:
    """Apply, and return what ended the sending before its end, None when nothing did.

    1. Hold the lock.
    2. Load the state, and fold in what an apply that was killed left in its journal. With the key of the state, another
       process begins to take the digests of all desired sites.
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
    with ExitStack() as stack:
        work = stack.enter_context(background_digests(inputs.sites, lambda key: inputs.planner(TargetState(key))))
        left = stack.enter_context(inputs.store.lock(lambda holder: watch(LockWatched(holder))))
        journal = Journal(inputs.root, inputs.target)
        stack.callback(journal.close)
        tell = _fan(builder, journal, watch)
        if left is not None:
            tell(LockLeft(left))
        with collector_paused(stays=True):
            memory = remember(inputs, journal, work, tell)
            client = stack.enter_context(inputs.connect())
            planned = plan_to_apply(inputs, memory.planner, client)
        guard(inputs, memory.planner.config, planned, tell)
        if planned.plan.changes:
            inputs.approve(planned.plan)
        seen = refresh(inputs, memory, planned, client)
        if seen.fresh.done:
            tell(AlreadySent(seen.fresh.done))
        run = _Run(inputs, _Listeners(builder, journal, tell, interrupts), client, memory, planned, seen)
        with interrupts.deferred():
            run.begin()
            run.send()
            run.verify()
            with collector_paused():
                run.record()
        return run.error


class _Run:
    """One apply from the first byte that is sent; each method is one of its steps."""

    def __init__(
        self,
        inputs: ApplyInputs,
        listeners: _Listeners,
        client: Client,
        memory: Memory,
        planned: PlanToApply,
        seen: LiveCheck,
    ) -> None:
        self.inputs = inputs
        self.builder = listeners.builder
        self.journal = listeners.journal
        self.tell = listeners.tell
        self.interrupts = listeners.interrupts
        self.client = client
        self.planner = memory.planner
        self.digests = memory.digests
        self.config = memory.planner.config
        self.plan = planned.plan
        self.digest = planned.digest
        self.left = seen.fresh.left
        self.rows = dict(seen.rows)
        self.complete = seen.complete
        # What state remembers of the contacts of a site that was taken away went with it.
        self.recreated = {change.id for change in seen.fresh.left if change.was_live}
        contacts = contacts_left(memory.state.contacts, self.recreated)
        begun = self._entry(self.builder.started, UNFINISHED, {})
        self.state = replace(memory.state, contacts=contacts).with_begun(begun)
        self.error: DfsyncError | None = None

    def begin(self) -> None:
        """Make sure, before the first byte is sent, that journal, state and receipt can be written."""
        if self.left:
            known = len(self.planner.desired.sites) + len(self.planner.desired.contacts)
            room = _ROOM_OF_ROW * len(self.left) + _ROOM_OF_SITE * known
            self.journal.begin(self.builder.started, self.digest, self.state.key, self.recreated, room)
            self.inputs.store.begin(self.state, f"Apply, begun\n\nBy {who()}, plan {self.digest}")

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
        if not sent or not self.inputs.verify:
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
        state = next_state(self.state, self.planner, observations, self.digests)
        receipt = self.builder.receipt(interrupted=self.interrupts.asked)
        outcome = "interrupted" if receipt.interrupted else "complete" if receipt.complete else "partial"
        applied = self._entry(receipt.finished_at, outcome, receipt.summary)
        self.inputs.store.save(state.with_applied(applied), _summary(applied))

    def _entry(self, at: str, outcome: str, rows: Mapping[str, int]) -> ApplyEntry:
        """Return what the history says of this apply."""
        source = self.plan.source
        changes = {name: number for name, number in self.plan.summary.items() if number}
        counts = {name: number for name, number in rows.items() if number}
        return ApplyEntry(at, who(), outcome, source.commit, bool(source.dirty), self.digest, changes, counts)

    def _may_send(self) -> None:
        """Raise StoppedError if somebody asked to stop, LockLostError when the lock is not held any more."""
        if self.interrupts.asked:
            raise StoppedError
        self.inputs.store.check_lock()

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


def _summary(applied: ApplyEntry) -> str:
    counts = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in applied.rows.items())
    return f"Apply, {applied.outcome}: {counts or 'nothing to send'}\n\nBy {applied.by}, plan {applied.plan}"
