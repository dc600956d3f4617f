"""Renders a plan: one module for each format, with `render(plan, refusals, options) -> str`."""

from __future__ import annotations

PLAN_REPORTERS: dict[str, str] = {
    "text": "dfsync.report.plan.text",
    "markdown": "dfsync.report.plan.markdown",
    "html": "dfsync.report.plan.html",
}
"""The format's name and its module, which is imported when it is asked for."""
