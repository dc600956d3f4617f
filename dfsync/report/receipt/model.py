"""The content of a report on a receipt: first the rows that are not as planned, then those that were applied.

Text, Markdown and HTML are made from this one model, so they all show the same.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from msgspec import Struct

from dfsync.apply.receipt.receipt import Receipt, ReceiptRow, RowOutcome, shown_id
from dfsync.model.kind import Kind
from dfsync.model.place import Source
from dfsync.model.text import counted, shortened

TITLES = {
    RowOutcome.REJECTED: "Rejected by the API",
    RowOutcome.UNVERIFIED: "Unverified: sent, and nothing shows that it is as planned",
    RowOutcome.NOT_SENT: "Not sent",
    RowOutcome.APPLIED: "Applied",
}
"""The outcomes, worst first. Reports have this order."""

OUTCOMES = {
    RowOutcome.APPLIED: "applied",
    RowOutcome.REJECTED: "rejected",
    RowOutcome.UNVERIFIED: "unverified",
    RowOutcome.NOT_SENT: "not sent",
}
"""The words for an outcome in a count."""


class ReceiptLine(Struct, frozen=True):
    """One row: who, where it is written, what the server said, and what was done: the action, and how it was sent.

    `who` is masked for a contact unless contacts are to be shown. `field` is "" if no single field went wrong.
    """

    kind: Kind
    who: str
    outcome: str
    field: str
    source: Source
    message: str
    done: str
    expected: bool


class ReceiptSection(Struct, frozen=True):
    """The rows with one outcome."""

    outcome: RowOutcome
    title: str
    lines: tuple[ReceiptLine, ...]

    @property
    def is_harm(self) -> bool:
        """Whether its rows are not as planned."""
        return self.outcome is not RowOutcome.APPLIED

    @property
    def counted(self) -> str:
        """The count in words."""
        return counted(len(self.lines), "row")


class ReceiptReport(Struct, frozen=True):
    """Everything that a report of a receipt shows."""

    receipt: Receipt
    headline: str
    facts: tuple[str, ...]
    sections: tuple[ReceiptSection, ...]


def report_of(receipt: Receipt, *, show_contacts: bool = False) -> ReceiptReport:
    """Return the report of a receipt."""
    by_outcome: dict[RowOutcome, list[ReceiptLine]] = {outcome: [] for outcome in TITLES}
    for row in receipt.rows:
        by_outcome[row.outcome].append(_line(row, show_contacts=show_contacts))
    return ReceiptReport(
        receipt=receipt,
        headline=headline(receipt),
        facts=tuple(_facts(receipt)),
        sections=tuple(
            ReceiptSection(outcome, TITLES[outcome], tuple(lines)) for outcome, lines in by_outcome.items() if lines
        ),
    )


def headline(receipt: Receipt) -> str:
    """Return the receipt in one line: `production: 3 applied, 1 rejected`."""
    counts = [f"{number:,} {OUTCOMES[RowOutcome(name)]}" for name, number in receipt.summary.items() if number]
    ended = ", interrupted" if receipt.interrupted else ""
    return f"{shortened(receipt.target.name)}: {', '.join(counts) or 'nothing to send'}{ended}"


def _facts(receipt: Receipt) -> Iterator[str]:
    began, ended = (shortened(moment, 40) for moment in (receipt.started_at, receipt.finished_at))
    yield f"From {began} to {ended}{_lasted(receipt)}."
    if receipt.error:
        yield f"It ended early: {shortened(receipt.error, 400)}"
    if receipt.accepted:
        yield f"Accepted: {', '.join(shortened(words, 120) for words in receipt.accepted)}."
    if receipt.source.dirty:
        yield "The work tree had changes that are not committed."


def _lasted(receipt: Receipt) -> str:
    try:
        began, ended = map(datetime.datetime.fromisoformat, (receipt.started_at, receipt.finished_at))
        return f", {(ended - began).total_seconds():,.0f} s"
    except (ValueError, TypeError):  # not a time, or one with and one without its offset
        return ""


def _line(row: ReceiptRow, *, show_contacts: bool) -> ReceiptLine:
    upload = f"{row.action} in upload {row.batch}" if row.batch is not None else str(row.action)
    request = f"request {shortened(row.request_id, 120)}" if row.request_id else ""
    return ReceiptLine(
        kind=row.kind,
        who=shortened(shown_id(row, show_contacts=show_contacts)),
        outcome=OUTCOMES[row.outcome],
        field=row.field or "",
        source=row.source,
        message=row.message,
        done=", ".join(part for part in (upload, shortened(row.sent_at or "", 40), request) if part),
        expected=row.expected,
    )
