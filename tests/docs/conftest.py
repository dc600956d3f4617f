"""Tests that look at pages have a browser."""

from __future__ import annotations

from tests.support.browser import browser

__all__ = ["browser"]
