"""The marker in the first line of a comment, a note or an issue.

dfsync finds the text again by this marker and by its author.
"""

from __future__ import annotations


def marker_of(body: str) -> str:
    """Return the part of the first line that stays the same: up to the digest, if there is one."""
    return body.split("\n", 1)[0].split(" digest=", 1)[0]
