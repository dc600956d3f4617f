"""A week of opening hours to look at: for each day what stays open, what opens and what closes.

A night belongs to the day that it starts on, so a day may run beyond 24:00. A difference of a few minutes is not drawn:
the words beside the picture say it, and in a picture it would look like a fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from dfsync.model.hours.week import CLOSED, DAY, DAYS, Span, Week
from dfsync.model.hours.write import by_opening_day, days_in_words

SMALLEST = 5
"""A difference of fewer minutes is not drawn."""

_CELL = 30


class Stretch(StrEnum):
    """What a stretch of time is: open before and after, newly open, or no longer open."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


Piece = tuple[int, int, Stretch]
"""From a minute to a minute of the day, the second exclusive, and what the stretch is."""


class DayBar(NamedTuple):
    """A day of the picture: its name, and its stretches in order."""

    day: str
    pieces: tuple[Piece, ...]


@lru_cache(maxsize=4096)
def bars(before: Week | None, after: Week | None) -> tuple[DayBar, ...]:
    """Return the seven days of two weeks laid over each other; None is closed all week."""
    both = zip(DAYS, by_opening_day(before or CLOSED), by_opening_day(after or CLOSED), strict=True)
    return tuple(DayBar(day, tuple(_drawn(_pieces(one, other)))) for day, one, other in both)


def until(days: Iterable[DayBar]) -> int:
    """Return the full hour up to which the days are drawn: 24, or later where a night goes on."""
    last = max((stop for day in days for _, stop, _ in day.pieces), default=DAY)
    return max(24, -(-last // 60))


def block_lines(before: Week | None, after: Week | None) -> list[tuple[str, list[tuple[str, Stretch | None]]]]:
    """Return the picture in block characters, half an hour each: per day its name and runs of one kind.

    The first line is the axis. Without colours the kinds differ too: `█` stays open, `▓` opens, `░` closes.
    """
    days = bars(before, after)
    hours = until(days)
    axis = "".join(f"{hour:02}".ljust(6) for hour in range(0, hours, 3))[: hours * 2]
    return [("", [(axis, None)]), *((day, _runs(pieces, hours)) for day, pieces in days)]


def day_runs(before: Week | None, after: Week | None) -> list[tuple[str, list[tuple[str, Stretch | None]]]]:
    """Return the days on which the picture differs, those that look alike together: `("Mon–Fri", runs)`."""
    days = bars(before, after)
    hours = until(days)
    alike: dict[tuple[Piece, ...], list[int]] = {}
    for number, (_, pieces) in enumerate(days):
        if any(kind is not Stretch.KEPT for _, _, kind in pieces):
            alike.setdefault(pieces, []).append(number)
    return [(days_in_words(numbers), _runs(pieces, hours)) for pieces, numbers in alike.items()]


BLOCKS = {Stretch.KEPT: "█", Stretch.ADDED: "▓", Stretch.REMOVED: "░", None: "·"}
"""The characters of a picture in text, closed time last."""


LAST_MINUTE = "Hours name the last open minute: 09:00–20:59 is open until 21:00."
"""What readers have to know about the end of every stretch of hours. Reports say it once."""

BLOCKS_SAID = "In the bars a block is half an hour: █ stays open, ▓ opens, ░ closes, · is closed."


def _runs(pieces: Iterable[Piece], hours: int) -> list[tuple[str, Stretch | None]]:
    """Return the cells of a day as runs of the same kind; a cell is what most of its half hour is."""
    shares: list[dict[Stretch, int]] = [{} for _ in range(hours * 60 // _CELL)]
    for start, stop, stretch in pieces:
        for cell in range(start // _CELL, min(-(-stop // _CELL), len(shares))):
            minutes = min(stop, (cell + 1) * _CELL) - max(start, cell * _CELL)
            shares[cell][stretch] = shares[cell].get(stretch, 0) + minutes
    found: list[tuple[str, Stretch | None]] = []
    for share in shares:
        most = max(share, key=share.__getitem__, default=None)
        kind = most if sum(share.values()) * 2 >= _CELL else None
        if found and found[-1][1] is kind:
            found[-1] = (found[-1][0] + BLOCKS[kind], kind)
        else:
            found.append((BLOCKS[kind], kind))
    return found


def _pieces(before: Iterable[Span], after: Iterable[Span]) -> Iterator[Piece]:
    """Cut a day at every minute where something opens or closes; yield the pieces that are open in either week."""
    one, other = tuple(before), tuple(after)
    cuts = sorted({minute for span in (*one, *other) for minute in span})
    for start, stop in pairwise(cuts):
        was, becomes = _holds(one, start), _holds(other, start)
        if was or becomes:
            yield start, stop, Stretch.KEPT if was and becomes else Stretch.ADDED if becomes else Stretch.REMOVED


def _drawn(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Join what is too short to be drawn with what stays open beside it."""
    found: list[Piece] = []
    for start, stop, exact in pieces:
        kind = Stretch.KEPT if stop - start < SMALLEST else exact
        if found and found[-1][1] == start and found[-1][2] is kind:
            found[-1] = (found[-1][0], stop, kind)
        else:
            found.append((start, stop, kind))
    yield from found


def _holds(spans: Iterable[Span], minute: int) -> bool:
    return any(start <= minute < stop for start, stop in spans)
