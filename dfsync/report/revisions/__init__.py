"""Renders a comparison of two revisions: one module for each format, with `render(comparison, …) -> str`."""

from __future__ import annotations

REVISION_REPORTERS: dict[str, str] = {
    "text": "dfsync.report.revisions.text",
    "json": "dfsync.report.revisions.json",
    "markdown": "dfsync.report.revisions.markdown",
    "html": "dfsync.report.revisions.html",
}
"""The format's name and its module, which is imported when it is asked for."""
