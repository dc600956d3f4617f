"""Builds the receipt from the stream of events: every row of the plan with its final outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto
from itertools import islice

from dfsync.apply.events import (
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
from dfsync.apply.field_outcome import FieldOutcome, FieldReading
from dfsync.apply.receipt import Receipt, ReceiptRow, RowOutcome
from dfsync.apply.row_errors import RowProblem
from dfsync.diff.changes import Action, Change
from dfsync.model.kind import Kind
from dfsync.model.masking import mask_text
from dfsync.model.place import Source

Locate = Callable[[Change, str | None], Source]
"""Where a field of a change is written; the entry's own place when the field is None or not found."""


def entry_place(change: Change, field: str | None) -> Source:
    """Return where the entry begins."""
    del field
    return change.source


NOT_READ_BACK = "the API took it; contacts can't be read back"
NOT_VERIFIED = "sent, and not looked at afterwards"
NO_SITE = "the API refused to create its site, or somebody took the site away meanwhile"
GONE = "the site is not live any more, so the update is not sent: it would create the site without the rest of it"
IN_DOUBT = "the API took the upload with errors in other rows, and may have taken none of it"
_MOST_SAID = 10
"""So many row errors are quoted for a row."""


class Stage(Enum):
    """How far a row has come."""

    PLANNED = auto()
    HELD = auto()
    SENT = auto()
    LOST = auto()
    REFUSED = auto()
    ANSWERED = auto()
    DONE_BEFORE = auto()


@dataclass(slots=True)
class RowEntry:
    """What is known of a row so far.

    `problems` are the row errors of its last upload that may be about it, `earlier` those of uploads before that one.
    """

    change: Change
    stage: Stage = Stage.PLANNED
    note: str = ""
    batch: int | None = None
    request_id: str | None = None
    sent_at: str | None = None
    problems: list[RowProblem] = field(default_factory=list)
    earlier: list[RowProblem] = field(default_factory=list)
    readings: tuple[FieldReading, ...] | None = None

    @property
    def certain(self) -> list[RowProblem]:
        """The row errors that are about this row and no other."""
        return [problem for problem in self.problems if problem.certain]

    @property
    def right(self) -> bool:
        """Whether live shows the row as planned, except for spelling."""
        return self.readings is not None and all(reading.right for reading in self.readings)


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
                entry.earlier += entry.problems[: _MOST_SAID - len(entry.earlier)]
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
        judged = _contact(entry) if entry.change.kind is Kind.CONTACT else self._site(entry)
        change = entry.change
        message = judged.message if change.kind is Kind.SITE else _masked(judged.message, change)
        expected = judged.outcome is RowOutcome.APPLIED or judged.expected
        source = locate(change, judged.field) if judged.field else change.source
        return ReceiptRow(
            change.kind,
            change.id,
            change.action,
            judged.outcome,
            message,
            source,
            judged.field,
            entry.batch,
            entry.request_id,
            entry.sent_at,
            expected,
            change.site,
        )

    def _site(self, entry: RowEntry) -> _Judged:
        if entry.stage in (Stage.PLANNED, Stage.HELD):
            return _Judged(RowOutcome.NOT_SENT, entry.note)
        if entry.stage is Stage.DONE_BEFORE:
            return _Judged(RowOutcome.APPLIED, "sent by an earlier apply of this plan, and live shows it")
        if entry.right:
            objected = [f"the API said: {problem.message}; yet live shows it as planned" for problem in entry.certain]
            return _Judged(RowOutcome.APPLIED, _joined([*_messages(entry), *objected, *_sent_again(entry)]))
        said = entry.certain or self._likely(entry)
        if entry.readings is not None:
            return _seen_wrong(entry, said)
        if entry.stage is Stage.REFUSED:
            return _Judged(RowOutcome.REJECTED, entry.note)
        if said:
            outcome = RowOutcome.REJECTED if entry.certain else RowOutcome.UNVERIFIED
            return _Judged(outcome, _said(said), said[0].field)
        if entry.stage is Stage.ANSWERED:
            return _Judged(RowOutcome.UNVERIFIED, NOT_VERIFIED, expected=not self._verify)
        return _Judged(RowOutcome.UNVERIFIED, entry.note or "no answer came")

    def _likely(self, entry: RowEntry) -> list[RowProblem]:
        """Return the row errors that may be about this row; looking at live has ruled out the rows that are right."""
        found = (replace(problem, changes=self._not_right(problem.changes)) for problem in entry.problems)
        return list(islice((problem for problem in found if problem.changes), _MOST_SAID))

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


@dataclass(frozen=True, slots=True)
class _Judged:
    outcome: RowOutcome
    message: str
    field: str | None = None
    expected: bool = False


def _contact(entry: RowEntry) -> _Judged:
    if entry.stage in (Stage.PLANNED, Stage.HELD):
        return _Judged(RowOutcome.NOT_SENT, entry.note)
    if entry.stage is Stage.DONE_BEFORE:
        return _Judged(RowOutcome.APPLIED, "taken from an earlier apply of this plan; contacts can't be read back")
    if entry.stage is Stage.REFUSED:
        return _Judged(RowOutcome.REJECTED, entry.note)
    if entry.problems:
        outcome = RowOutcome.REJECTED if entry.certain else RowOutcome.UNVERIFIED
        said = entry.certain or entry.problems[:_MOST_SAID]
        return _Judged(outcome, _said(said), said[0].field)
    if entry.stage is Stage.ANSWERED:
        return _Judged(RowOutcome.APPLIED, _joined([NOT_READ_BACK, *_sent_again(entry)]))
    return _Judged(RowOutcome.UNVERIFIED, entry.note or "no answer came")


def _seen_wrong(entry: RowEntry, said: list[RowProblem]) -> _Judged:
    """Judge a row that live does not show as planned: rejected only where the API said so of this very row."""
    wrong = [reading for reading in entry.readings or () if not reading.right]
    as_before = any(reading.outcome is FieldOutcome.AS_BEFORE for reading in wrong)
    refused = as_before and (entry.stage is Stage.REFUSED or bool(entry.certain))
    field = said[0].field if said and said[0].field else wrong[0].field.field
    if said:
        messages = [_said(said)]
    elif entry.stage in (Stage.LOST, Stage.REFUSED):
        messages = [entry.note]
    elif entry.change.action is Action.CREATE and all(r.outcome is FieldOutcome.AS_BEFORE for r in wrong):
        messages = ["live does not show the site, though the API did not object: not seen yet, or not taken"]
    else:
        messages = _messages(entry)
    return _Judged(RowOutcome.REJECTED if refused else RowOutcome.UNVERIFIED, _joined(messages), field)


def _sent_again(entry: RowEntry) -> list[str]:
    """Return the row errors that may have been about a row before it was sent again."""
    return [f"{_said([problem])}; it was sent again" for problem in entry.earlier]


def _messages(entry: RowEntry) -> list[str]:
    return [reading.message(entry.change) for reading in entry.readings or ()]


def _said(problems: list[RowProblem]) -> str:
    return _joined(
        p.message if p.certain else f"the API said of one of {len(p.changes)} rows: {p.message}" for p in problems
    )


def _joined(messages: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(message for message in messages if message))


def _masked(message: str, change: Change) -> str:
    """Return a message without the values of the contact, which the API quotes."""
    values = {str(item.after) for item in change.fields} | {cell for _, cell in change.required}
    for value in sorted(values - {"", "None", change.site}, key=len, reverse=True):
        message = message.replace(value, mask_text(value))
    return message
