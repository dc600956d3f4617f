"""A week of opening hours as a picture: outlines of what stays open, opens and closes, on a grid.

The grid has a row for each weekday and a column for each hour. A plan draws each different week once. A night is drawn
on the day on which it starts, so all pictures of a plan are as wide as the latest night.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from dfsync.model.hours.week import Week
from dfsync.report.elements.weeks import Stretch, bars, until

LEFT, ROW, BAR = 30, 16, 12
MINUTES_PER_UNIT = 5
HEIGHT = 7 * ROW + 14
"""The height of a picture in its own units: a unit is five minutes across."""


class Picture(NamedTuple):
    """SVG path data of what is open before and after, only after, and only before; `hours` is how far it reaches."""

    kept: str
    added: str
    removed: str
    hours: int


def width(hours: int) -> int:
    """Return the width of a picture that reaches to an hour."""
    return LEFT + hours * 60 // MINUTES_PER_UNIT + 10


@lru_cache(maxsize=4096)
def picture(before: Week | None, after: Week | None) -> Picture:
    """Return the picture of two weeks over each other. None is closed all week."""
    days = bars(before, after)
    paths: dict[Stretch, list[str]] = {kind: [] for kind in Stretch}
    for row, (_, pieces) in enumerate(days):
        for start, stop, kind in pieces:
            paths[kind].append(_bar(row, start, stop))
    kept, added, removed = ("".join(paths[kind]) for kind in (Stretch.KEPT, Stretch.ADDED, Stretch.REMOVED))
    return Picture(kept, added, removed, until(days))


def _bar(row: int, start: int, stop: int) -> str:
    left, wide = LEFT + start / MINUTES_PER_UNIT, (stop - start) / MINUTES_PER_UNIT
    return f"M{left:g} {row * ROW + 2}h{wide:g}v{BAR}h-{wide:g}z"
