"""Decides the outcome of a row from its entry: applied, rejected, unverified or not sent, and why. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from dfsync.apply.outcome.field_outcome import FieldOutcome
from dfsync.apply.outcome.row_errors import RowProblem
from dfsync.apply.receipt.receipt import RowOutcome
from dfsync.apply.receipt.row_entry import RowEntry, Stage
from dfsync.diff.changes import Action

NOT_READ_BACK = "the API took it; contacts can't be read back"
NOT_VERIFIED = "sent, and not looked at afterwards"
MOST_SAID = 10
"""The number of row errors that are quoted for a row."""


class Verdict(Struct, frozen=True):
    """The outcome of a row, why, and the field it is about. `expected` says that it was foreseen and is no failure."""

    outcome: RowOutcome
    message: str
    field: str | None = None
    expected: bool = False


def contact_verdict(entry: RowEntry) -> Verdict:
    """Judge the row of a contact by the answers alone, since contacts can't be read back."""
    if entry.stage in (Stage.PLANNED, Stage.HELD):
        return Verdict(RowOutcome.NOT_SENT, entry.note)
    if entry.stage is Stage.DONE_BEFORE:
        return Verdict(RowOutcome.APPLIED, "taken from an earlier apply of this plan; contacts can't be read back")
    if entry.stage is Stage.REFUSED:
        return Verdict(RowOutcome.REJECTED, entry.note)
    if entry.problems:
        outcome = RowOutcome.REJECTED if entry.certain else RowOutcome.UNVERIFIED
        said = entry.certain or entry.problems[:MOST_SAID]
        return Verdict(outcome, _said(said), said[0].field)
    if entry.stage is Stage.ANSWERED:
        return Verdict(RowOutcome.APPLIED, _joined([NOT_READ_BACK, *_sent_again(entry)]))
    return Verdict(RowOutcome.UNVERIFIED, entry.note or "no answer came")


def site_verdict(entry: RowEntry, likely: Callable[[RowEntry], list[RowProblem]], *, verify: bool) -> Verdict:
    """Judge the row of a site by what live shows, and else by the answers.

    `likely` returns the row errors that may be about the row. `verify` is False if nobody looks at live afterwards.
    """
    if entry.stage in (Stage.PLANNED, Stage.HELD):
        return Verdict(RowOutcome.NOT_SENT, entry.note)
    if entry.stage is Stage.DONE_BEFORE:
        return Verdict(RowOutcome.APPLIED, "sent by an earlier apply of this plan, and live shows it")
    if entry.right:
        objected = [f"the API said: {problem.message}; yet live shows it as planned" for problem in entry.certain]
        return Verdict(RowOutcome.APPLIED, _joined([*_messages(entry), *objected, *_sent_again(entry)]))
    said = entry.certain or likely(entry)
    if entry.readings is not None:
        return _seen_wrong(entry, said)
    if entry.stage is Stage.REFUSED:
        return Verdict(RowOutcome.REJECTED, entry.note)
    if said:
        outcome = RowOutcome.REJECTED if entry.certain else RowOutcome.UNVERIFIED
        return Verdict(outcome, _said(said), said[0].field)
    if entry.stage is Stage.ANSWERED:
        return Verdict(RowOutcome.UNVERIFIED, NOT_VERIFIED, expected=not verify)
    return Verdict(RowOutcome.UNVERIFIED, entry.note or "no answer came")


def _seen_wrong(entry: RowEntry, said: list[RowProblem]) -> Verdict:
    """Judge a row that live does not show as planned.

    It is rejected only if the API reported an error for this very row.
    """
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
    return Verdict(RowOutcome.REJECTED if refused else RowOutcome.UNVERIFIED, _joined(messages), field)


def _sent_again(entry: RowEntry) -> list[str]:
    """Return the row errors that may have been about a row before it was sent again."""
    return [f"{_said([problem])}; it was sent again" for problem in entry.earlier]


def _messages(entry: RowEntry) -> list[str]:
    return [reading.message(entry.change) for reading in entry.readings or ()]


def _said(problems: list[RowProblem]) -> str:
    return _joined(
        p.message if p.certain else f"the API reported an error in one of {len(p.changes)} rows: {p.message}"
        for p in problems
    )


def _joined(messages: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(message for message in messages if message))
