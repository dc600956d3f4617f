"""A comparison of two revisions as one HTML file without other files, in the look of a plan."""

from __future__ import annotations

from dfsync.diff.revisions import Comparison
from dfsync.report.changes.html import Gallery, content
from dfsync.report.changes.options import PLAIN, Options
from dfsync.report.elements.page import page
from dfsync.report.revisions.model import report_of


def render(comparison: Comparison, options: Options = PLAIN) -> str:
    """Return the whole page."""
    report = report_of(comparison, options)
    return page("revisions.html", script="plan.js", report=report, **content(report.sections, options, Gallery()))
