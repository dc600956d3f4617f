"""A receipt as GitHub-flavoured Markdown, at most about `BUDGET` bytes. Only `elements.gfm` writes data."""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.apply.receipt.receipt import Receipt
from dfsync.model.kind import Kind
from dfsync.model.text import shortened
from dfsync.report.elements import gfm
from dfsync.report.receipt.model import ReceiptLine, ReceiptReport, ReceiptSection, report_of

BUDGET = 60_000
"""Bytes of UTF-8, below what a comment may have."""


def render(receipt: Receipt, *, show_contacts: bool = False, details: bool = False) -> str:
    """Return the receipt. What does not fit is counted; a comment has a limit, so `details` changes nothing."""
    del details
    report = report_of(receipt, show_contacts=show_contacts)
    foot = _foot(report)
    parts = [f"### {gfm.text(report.headline)}", "\n".join(f"- {gfm.text(fact)}" for fact in report.facts)]
    room = BUDGET - sum(len(part.encode()) for part in (*parts, foot))
    for section in report.sections:
        text = _section(section, room)
        room -= len(text.encode())
        parts.append(text)
    return "\n\n".join([*parts, foot]) + "\n"


def _section(section: ReceiptSection, room: int) -> str:
    rows: list[str] = []
    for line in section.lines:
        row = "\n".join(_row(line))
        room -= len(row.encode()) + 1
        if room < 0:
            break
        rows.append(row)
    if left := len(section.lines) - len(rows):
        rows.append(f"- and {left:,} more")
    title = f"{'⚠️ ' if section.is_harm else ''}{section.title}: {section.counted}"
    listed = "\n".join(rows)
    if section.is_harm:
        return f"#### {title}\n\n{listed}"
    return f"<details><summary>{title}</summary>\n\n{listed}\n\n</details>"


def _row(line: ReceiptLine) -> Iterator[str]:
    kind = "contact " if line.kind is Kind.CONTACT else ""
    field = f", {gfm.text(shortened(line.field))}" if line.field else ""
    place = gfm.code(f"{shortened(line.source.file, 120)}:{line.source.line}")
    yield f"- {kind}{gfm.code(line.who)} {line.outcome}{field}, {place}"
    yield from (f"  - {gfm.text(shortened(said, 400))}" for said in (line.message, line.done) if said)


def _foot(report: ReceiptReport) -> str:
    target, commit = report.receipt.target, report.receipt.source.commit
    parts = [f"customer {target.customer_id} at {gfm.code(shortened(target.base_url))}"]
    parts += [f"commit {gfm.code(shortened(commit[:12]))}"] if commit else []
    return f"<sub>{' · '.join([*parts, f'plan {gfm.code(shortened(report.receipt.plan_digest))}'])}</sub>"
