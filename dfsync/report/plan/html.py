"""A plan as one HTML file without other files, for those who decide and for the record.

Everything can be read without a script; a small script searches and filters.
"""

from __future__ import annotations

from collections.abc import Sequence

from dfsync.plan.values import Plan, Refusal
from dfsync.report.changes.html import Gallery, card, content
from dfsync.report.changes.options import PLAIN, Options
from dfsync.report.changes.wording import REFUSED, also, kept_said
from dfsync.report.elements.page import page
from dfsync.report.plan.model import report_of


def render(plan: Plan, refusals: Sequence[Refusal] = (), options: Options = PLAIN) -> str:
    """Return the whole page."""
    report = report_of(plan, refusals, options)
    gallery = Gallery()
    return page(
        "plan.html",
        script="plan.js",
        report=report,
        plan=report.plan,
        also=also(report.plan),
        refused=REFUSED,
        kept=[card(group, gallery, kept_said(group.changes)) for group in report.kept],
        normalised=[card(group, gallery) for group in report.normalised],
        **content(report.sections, options, gallery),
    )
