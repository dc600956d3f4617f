"""Patterns for paths: `*` and `?` stay inside a folder, `**` crosses folders."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the pattern as a regular expression over a root-relative path with `/`."""
    parts: list[str] = []
    position = 0
    while position < len(pattern):
        if pattern.startswith("**/", position):
            parts.append("(?:[^/]+/)*")
            position += 3
        elif pattern.startswith("**", position):
            parts.append(".*")
            position += 2
        elif pattern[position] == "*":
            parts.append("[^/]*")
            position += 1
        elif pattern[position] == "?":
            parts.append("[^/]")
            position += 1
        else:
            parts.append(re.escape(pattern[position]))
            position += 1
    return re.compile("".join(parts) + r"\Z", re.DOTALL)


def matches(path: str, pattern: str) -> bool:
    """Whether a root-relative path matches the pattern."""
    return compiled(pattern).match(path) is not None


def leaves_root(pattern: str) -> bool:
    """Whether a pattern or path is absolute, or climbs out of the root."""
    return pattern.startswith(("/", "\\")) or pattern[1:2] == ":" or ".." in re.split(r"[/\\]", pattern)


def base(pattern: str) -> str:
    """Return the folder that all matches lie below, "" for the root."""
    literal = re.split(r"[*?]", pattern, maxsplit=1)[0]
    return literal.rpartition("/")[0]
