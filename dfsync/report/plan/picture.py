"""A week of opening hours as a picture: what stays open, what opens, what closes, as outlines on a grid.

The grid has a row for each weekday and a column for each hour; a plan draws every different week once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from dfsync.model.hours import CLOSED, DAY, Span, Week

LEFT, ROW, BAR = 30, 16, 12
MINUTES_PER_UNIT = 5
WIDTH, HEIGHT = LEFT + DAY // MINUTES_PER_UNIT + 10, 7 * ROW + 14
"""The size of a picture in its own units: a unit is five minutes across."""


class Picture(NamedTuple):
    """SVG path data of what is open before and after, only after, and only before."""

    kept: str
    added: str
    removed: str


@lru_cache(maxsize=4096)
def picture(before: Week | None, after: Week | None) -> Picture:
    """Return the picture of two weeks laid over each other; None is closed all week."""
    kinds: dict[tuple[bool, bool], list[str]] = {(True, True): [], (False, True): [], (True, False): []}
    days = zip((before or CLOSED).by_day(), (after or CLOSED).by_day(), strict=True)
    for row, (one, other) in enumerate(days):
        for start, stop, kind in _pieces(one, other):
            kinds[kind].append(_bar(row, start, stop))
    return Picture(*map("".join, kinds.values()))


def _pieces(before: Iterable[Span], after: Iterable[Span]) -> Iterator[tuple[int, int, tuple[bool, bool]]]:
    """Cut a day at every minute where something opens or closes; yield the pieces that are open in either week."""
    one, other = tuple(before), tuple(after)
    cuts = sorted({minute for span in (*one, *other) for minute in span})
    for start, stop in pairwise(cuts):
        kind = (_holds(one, start), _holds(other, start))
        if any(kind):
            yield start, stop, kind


def _holds(spans: Iterable[Span], minute: int) -> bool:
    return any(start <= minute < stop for start, stop in spans)


def _bar(row: int, start: int, stop: int) -> str:
    left, width = LEFT + start / MINUTES_PER_UNIT, (stop - start) / MINUTES_PER_UNIT
    return f"M{left:g} {row * ROW + 2}h{width:g}v{BAR}h-{width:g}z"
