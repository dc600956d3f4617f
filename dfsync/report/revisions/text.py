"""A comparison of two revisions for a terminal: grouped changes, the headline last."""

from __future__ import annotations

from dfsync.diff.revisions import ComparedRevision, Comparison
from dfsync.model.text import visible
from dfsync.report.changes.options import PLAIN, Options
from dfsync.report.changes.text import DETAILS, ChangesPage
from dfsync.report.revisions.model import report_of


def render(comparison: Comparison, options: Options = PLAIN) -> str:
    """Return the comparison as text. If there is a screen and it is too small, return a summary."""
    report = report_of(comparison, options)
    page = ChangesPage(options, details=options.details or options.height is None)
    head = [f"{_revision(comparison.base)} → {_revision(comparison.head)}", *page.legend(report.sections)]
    foot = [*page.heading(report.headline).splitlines(), *(line for fact in report.facts for line in page.words(fact))]
    parts = [head, *(part for section in report.sections for part in page.section(section)), foot]
    text = _joined(parts)
    if options.height is None or options.details or text.count("\n") <= options.height:
        return text
    summed = [part for section in report.sections for part in page.summary(section)]
    return _joined([head, *summed, page.words(f"This is a summary: {DETAILS}."), foot])


def _joined(parts: list[list[str]]) -> str:
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _revision(revision: ComparedRevision) -> str:
    name = visible(revision.name)
    commit = revision.commit
    return f"{name} ({commit[:12]})" if commit and not commit.startswith(revision.name) else name
