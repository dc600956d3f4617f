"""The two kinds of things that dfsync keeps in sync."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Whether an entry, a file pattern or a change is about sites or about contacts."""

    SITE = "site"
    CONTACT = "contact"
