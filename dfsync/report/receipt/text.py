"""A receipt for a terminal: the rows that are not as planned, then one line with all counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dfsync.apply.receipt.receipt import Receipt
from dfsync.model.kind import Kind
from dfsync.model.text import shortened, visible
from dfsync.report.elements.text_lines import LineBreaker
from dfsync.report.receipt.model import ReceiptLine, ReceiptReport, ReceiptSection, headline, report_of

_LISTED = 50
_WIDTH = 80


def render(receipt: Receipt, *, show_contacts: bool = False, details: bool = False) -> str:
    """Return the whole receipt as text, the counts last; `details` lists every row."""
    report = report_of(receipt, show_contacts=show_contacts)
    parts = [*_facts(report), *(line for section in report.sections for line in _section(section, details=details))]
    return "\n".join([*parts, headline(receipt)]) + "\n"


def render_ended(receipt: Receipt, *, show_contacts: bool = False) -> str:
    """Return what an apply says at its end: rows that are not as planned, notes on rows that are, the counts last."""
    report = report_of(receipt, show_contacts=show_contacts)
    wrong = [line for section in report.sections for line in section.lines if not line.expected]
    applied = (line for section in report.sections if not section.is_harm for line in section.lines)
    noted = [line for line in applied if line.expected and line.message and line.kind is Kind.SITE]
    parts = [*_briefly("Not as planned", wrong), *_briefly("Applied, and worth knowing", noted)]
    return "\n".join([*parts, report.headline]) + "\n"


def _facts(report: ReceiptReport) -> Iterator[str]:
    breaker = LineBreaker(_WIDTH)
    target, commit = report.receipt.target, report.receipt.source.commit
    at = f", commit {visible(commit[:12])}" if commit else ""
    where = f"{visible(target.name)} (customer {target.customer_id} at {visible(target.base_url)}{at})"
    for fact in (where, *report.facts, f"plan {shortened(report.receipt.plan_digest, 80)}"):
        yield from breaker.wrap("", fact, 2)
    yield ""


def _section(section: ReceiptSection, *, details: bool) -> Iterator[str]:
    yield f"{section.title}: {section.counted}"
    shown = section.lines if details else section.lines[:_LISTED]
    for line in shown:
        yield from _row(line)
        yield from LineBreaker(_WIDTH).wrap("      ", line.done, 6)
    if len(section.lines) > len(shown):
        yield f"  and {len(section.lines) - len(shown):,} more; --details shows all of them"
    yield ""


def _briefly(title: str, lines: Sequence[ReceiptLine]) -> Iterator[str]:
    if lines:
        yield f"{title}:"
    for line in lines[:_LISTED]:
        yield from _row(line)
    if len(lines) > _LISTED:
        yield f"  and {len(lines) - _LISTED:,} more; --receipt FILE writes them all"


def _row(line: ReceiptLine) -> Iterator[str]:
    who = f"contact {line.who}" if line.kind is Kind.CONTACT else line.who
    field = f"  {shortened(line.field)}" if line.field else ""
    yield f"  {who}  {line.outcome}{field}  {visible(line.source.file)}:{line.source.line}"
    if line.message:
        yield from LineBreaker(_WIDTH).wrap("      ", shortened(line.message, 400), 6)
