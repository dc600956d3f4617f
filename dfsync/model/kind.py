"""The two kinds of things that dfsync keeps in sync."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """A site or a contact: what an entry is, what a file holds by the patterns that found it, what a change is of."""

    SITE = "site"
    CONTACT = "contact"
