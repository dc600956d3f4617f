"""A receipt as one HTML file without other files and without a script."""

from __future__ import annotations

from dfsync.apply.receipt.receipt import Receipt
from dfsync.report.elements.page import page
from dfsync.report.receipt.model import report_of


def render(receipt: Receipt, *, show_contacts: bool = False, details: bool = False) -> str:
    """Return the page. It always has all rows, so `details` changes nothing."""
    del details
    return page("receipt.html", report=report_of(receipt, show_contacts=show_contacts), receipt=receipt)
