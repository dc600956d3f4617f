"""Links from a report to the files in a forge."""

from __future__ import annotations

from urllib.parse import quote

from dfsync.model.place import Source


def lines_of(source: Source, lines_at: str | None) -> str | None:
    """Return the address of a line in the forge, None if it is not known."""
    if lines_at is None or not source.file:
        return None
    return lines_at.replace("{file}", quote(source.file)).replace("{line}", str(source.line))
