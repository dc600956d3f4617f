"""A comparison of two revisions for a job summary: GitHub-flavoured Markdown in which data stays text."""

from __future__ import annotations

from dfsync.diff.revisions import Comparison
from dfsync.model.text import shortened
from dfsync.report.changes.groups import legend
from dfsync.report.changes.markdown import change_blocks, fitting
from dfsync.report.changes.options import PLAIN, Options
from dfsync.report.elements import gfm
from dfsync.report.revisions.model import report_of

BUDGET = 60_000
"""Bytes of UTF-8, below what a comment may have."""


def render(comparison: Comparison, options: Options = PLAIN) -> str:
    """Return the comparison, at most about `BUDGET` bytes. What is left out is counted."""
    report = report_of(comparison, options)
    base, head = (gfm.code(shortened(revision.name)) for revision in (comparison.base, comparison.head))
    parts = [f"### {report.headline}", f"What the files say, {base} → {head}; live was not looked at."]
    parts += ["\n".join(f"- {fact}" for fact in report.facts)] if report.facts else []
    parts += [said] if (said := legend(report.sections)) else []
    shown = fitting(change_blocks(report.sections, options), BUDGET)
    parts += [block.text for block in shown]
    total = len(comparison.changes)
    if left_out := total - sum(block.changes for block in shown):
        parts.append(f"**{left_out:,} of {total:,} changes are not shown here.**")
    return "\n\n".join(parts) + "\n"
