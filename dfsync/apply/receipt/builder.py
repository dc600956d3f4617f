"""Builds the receipt from the stream of events: every row of the plan with its final outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice

from msgspec.structs import replace

from dfsync.apply.outcome.events import (
    AlreadySent,
    Answered,
    AnswerLost,
    Event,
    Gone,
    PlanReady,
    Refused,
    RowsInLive,
    Sending,
    Verified,
    Withheld,
)
from dfsync.apply.outcome.field_outcome import FieldReading
from dfsync.apply.outcome.row_errors import RowProblem
from dfsync.apply.receipt.receipt import Receipt, ReceiptRow, RowOutcome
from dfsync.apply.receipt.row_entry import RowEntry, Stage
from dfsync.apply.receipt.row_verdict import MOST_SAID, contact_verdict, site_verdict
from dfsync.diff.changes import Change
from dfsync.model.kind import Kind
from dfsync.model.masking import mask_text
from dfsync.model.place import Source

Locate = Callable[[Change, str | None], Source]
"""Where a field of a change is written; the entry's own place when the field is None or not found."""


def entry_place(change: Change, field: str | None) -> Source:
    """Return where the entry begins."""
    del field
    return change.source


NO_SITE = "the API refused to create its site, or somebody deleted the site in the meantime"
GONE = "the site is not live any more, and an update would create it without its other fields, so nothing was sent"
IN_DOUBT = "the API took the upload with errors in other rows, and may have taken none of it"


class ReceiptBuilder:
    """Listens to an apply and keeps the latest about each row. `verify` is False if nobody looks at live afterwards."""

    def __init__(self, clock: Callable[[], datetime], *, verify: bool = True) -> None:
        self._clock = clock
        self._verify = verify
        self.started = self._now()
        self.planned: PlanReady | None = None
        self._entries: dict[tuple[Kind, str], RowEntry] = {}
        self._narrowed: dict[int, tuple[tuple[Change, ...], tuple[Change, ...]]] = {}

    def __call__(self, event: Event) -> None:
        """Process an event."""
        if isinstance(event, PlanReady):
            self.planned = event
            self._entries = {(change.kind, change.id): RowEntry(change) for change in event.plan.changes}
        elif isinstance(event, AlreadySent):
            for entry in self._of(event.changes):
                entry.stage = Stage.DONE_BEFORE
        elif isinstance(event, Gone):
            for entry in self._of(event.changes):
                entry.stage, entry.note = Stage.LOST, GONE
                entry.problems.clear()
        elif isinstance(event, Withheld):
            for entry in self._of(event.changes):
                entry.note = NO_SITE
        elif isinstance(event, Verified):
            self._entry(event.change).readings = event.readings
        elif isinstance(event, Sending | Answered | Refused | AnswerLost | RowsInLive):
            self._upload(event)

    def sent(self, kind: Kind) -> list[Change]:
        """Return the changes of a kind that may have reached the API."""
        away = (Stage.PLANNED, Stage.HELD, Stage.DONE_BEFORE)
        return [
            entry.change for entry in self._entries.values() if entry.change.kind is kind and entry.stage not in away
        ]

    def has_sent(self) -> bool:
        """Whether any row may have reached the API."""
        return bool(self.sent(Kind.SITE) or self.sent(Kind.CONTACT))

    def told_wrong(self, change: Change) -> bool:
        """Whether the API reported an error for this very row."""
        entry = self._entry(change)
        return entry.stage is Stage.REFUSED or bool(entry.certain)

    def is_gone(self, change: Change) -> bool:
        """Whether the change was left out because its site is not live any more."""
        return self._entry(change).note == GONE

    def taken_contacts(self) -> list[Change]:
        """Return the contacts that the API accepted without an error."""
        contacts = (entry for entry in self._entries.values() if entry.change.kind is Kind.CONTACT)
        return [entry.change for entry in contacts if entry.stage is Stage.ANSWERED and not entry.problems]

    def readings(self) -> dict[str, tuple[FieldReading, ...]]:
        """Return what live showed of the fields that were sent, by site."""
        return {entry.change.id: entry.readings for entry in self._entries.values() if entry.readings is not None}

    def receipt(self, locate: Locate = entry_place, *, interrupted: bool = False, error: str | None = None) -> Receipt:
        """Return the present receipt. There must already be a plan."""
        if self.planned is None:
            raise ValueError("there is no receipt before there is a plan")
        plan = self.planned.plan
        self._narrowed.clear()
        rows = tuple(self._row(entry, locate) for entry in self._entries.values())
        return Receipt(
            plan.target,
            plan.source,
            self.planned.digest,
            self.started,
            self._now(),
            rows,
            self.planned.accepted,
            interrupted,
            error,
        )

    def _upload(self, event: Sending | Answered | Refused | AnswerLost | RowsInLive) -> None:
        for entry in self._of(event.sheet.rows):
            if isinstance(event, Sending):
                entry.stage, entry.batch, entry.sent_at, entry.request_id = Stage.SENT, event.batch, self._now(), None
                entry.earlier += entry.problems[: MOST_SAID - len(entry.earlier)]
                entry.problems = []
            elif isinstance(event, AnswerLost):
                entry.stage, entry.note, entry.request_id = Stage.LOST, event.message, event.request_id
            elif isinstance(event, Refused):
                entry.stage = Stage.REFUSED if event.refused and event.final else Stage.HELD
                entry.note, entry.request_id = event.message if event.final else "", event.request_id
            elif isinstance(event, Answered):
                entry.stage, entry.note, entry.request_id = Stage.ANSWERED, "", event.request_id
                if event.problems and entry.change.kind is Kind.CONTACT:
                    entry.stage, entry.note = Stage.LOST, IN_DOUBT
        if isinstance(event, Answered):
            for problem in event.problems:
                for entry in self._of(problem.changes):
                    entry.problems.append(problem)

    def _row(self, entry: RowEntry, locate: Locate) -> ReceiptRow:
        is_contact = entry.change.kind is Kind.CONTACT
        verdict = contact_verdict(entry) if is_contact else site_verdict(entry, self._likely, verify=self._verify)
        change = entry.change
        message = _masked(verdict.message, change) if is_contact else verdict.message
        expected = verdict.outcome is RowOutcome.APPLIED or verdict.expected
        source = locate(change, verdict.field) if verdict.field else change.source
        return ReceiptRow(
            change.kind,
            change.id,
            change.action,
            verdict.outcome,
            message,
            source,
            verdict.field,
            entry.batch,
            entry.request_id,
            entry.sent_at,
            expected,
            change.site,
        )

    def _likely(self, entry: RowEntry) -> list[RowProblem]:
        """Return the row errors that may be about this row; looking at live has ruled out the rows that are right."""
        found = (replace(problem, changes=self._not_right(problem.changes)) for problem in entry.problems)
        return list(islice((problem for problem in found if problem.changes), MOST_SAID))

    def _not_right(self, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """Return those of the changes that live does not show as planned; worked out once for many errors."""
        known = self._narrowed.get(id(changes))
        if known is None:
            left = tuple(entry.change for entry in self._of(changes) if not entry.right)
            known = self._narrowed[id(changes)] = (changes, left)
        return known[1]

    def _of(self, changes: Iterable[Change]) -> list[RowEntry]:
        return [self._entry(change) for change in changes]

    def _entry(self, change: Change) -> RowEntry:
        return self._entries[change.kind, change.id]

    def _now(self) -> str:
        return self._clock().strftime("%Y-%m-%dT%H:%M:%SZ")


def _masked(message: str, change: Change) -> str:
    """Return a message without the values of the contact, which the API quotes."""
    values = {str(item.after) for item in change.fields} | {cell for _, cell in change.required}
    for value in sorted(values - {"", "None", change.site}, key=len, reverse=True):
        message = message.replace(value, mask_text(value))
    return message
