"""Renders a receipt: one module for each format, all from one model, with `render(receipt, …) -> str`."""

from __future__ import annotations

RECEIPT_REPORTERS: dict[str, str] = {
    "text": "dfsync.report.receipt.text",
    "markdown": "dfsync.report.receipt.markdown",
    "html": "dfsync.report.receipt.html",
}
"""The format's name and its module, which is imported when it is asked for."""
