"""A receipt for a terminal: what did not go as planned, then one line that says it all."""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.apply.receipt.receipt import Receipt, ReceiptRow, RowOutcome, shown_id
from dfsync.model.kind import Kind
from dfsync.model.text import shortened, visible

_LISTED = 50
_COUNTED = {
    RowOutcome.APPLIED: "applied",
    RowOutcome.REJECTED: "rejected",
    RowOutcome.UNVERIFIED: "unverified",
    RowOutcome.NOT_SENT: "not sent",
}


def render(receipt: Receipt, *, show_contacts: bool = False) -> str:
    """Return the receipt as text: rows that are not as planned, notes on rows that are, the counts last."""
    wrong = [row for row in receipt.rows if not row.expected]
    noted = [row for row in receipt.rows if row.expected and row.message and row.kind is Kind.SITE]
    noted = [row for row in noted if row.outcome is RowOutcome.APPLIED]
    parts = [
        *_section("Not as planned", wrong, show_contacts=show_contacts),
        *_section("Applied, and worth knowing", noted, show_contacts=show_contacts),
        headline(receipt),
    ]
    return "\n".join(parts) + "\n"


def headline(receipt: Receipt) -> str:
    """Return the receipt in one line: `3 applied, 1 rejected`."""
    counts = [f"{number:,} {_COUNTED[RowOutcome(name)]}" for name, number in receipt.summary.items() if number]
    ended = ", interrupted" if receipt.interrupted else ""
    where = visible(receipt.target.name)
    return f"{where}: {', '.join(counts) or 'nothing to send'}{ended}"


def _section(title: str, rows: list[ReceiptRow], *, show_contacts: bool) -> Iterator[str]:
    if not rows:
        return
    yield f"{title}:"
    for row in rows[:_LISTED]:
        kind = "contact " if row.kind is Kind.CONTACT else ""
        id = shortened(shown_id(row, show_contacts=show_contacts))
        field = f"  {shortened(row.field)}" if row.field else ""
        place = f"{visible(row.source.file)}:{row.source.line}"
        yield f"  {kind}{id}  {_COUNTED[row.outcome]}{field}  {place}"
        if row.message:
            yield f"      {shortened(row.message, 400)}"
    if len(rows) > _LISTED:
        yield f"  and {len(rows) - _LISTED:,} more; --receipt FILE writes them all"
