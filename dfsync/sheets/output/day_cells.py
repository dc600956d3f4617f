"""Hours of a weekday as a person writes them: `09:00-18:00` closes at 18:00, `closed`, `24 hours`.

`read_day` reads them back exactly, if an end means the first minute closed.
"""

from __future__ import annotations

from collections.abc import Sequence

from dfsync.model.hours.free_text.read import UnreadableHoursError, read_day
from dfsync.model.hours.free_text.week_text import Closing, WeekText
from dfsync.model.hours.week import DAY, Span, Week
from dfsync.model.hours.write import by_opening_day


def day_cells(week: Week) -> list[str]:
    """Return the cells of the seven days, Monday first: a night stands on the day on which it starts."""
    for days in (by_opening_day(week), week.by_day()):
        cells = [day_cell(spans) for spans in days]
        if _read(cells) == week:
            return cells
    raise ValueError("hours that can't be written for people")


def day_cell(spans: Sequence[Span]) -> str:
    """Return the cell of a day."""
    if tuple(spans) == ((0, DAY),):
        return "24 hours"
    return ", ".join(f"{_clock(start)}-{_end(stop)}" for start, stop in spans) or "closed"


def _end(stop: int) -> str:
    """Return an end: the first minute closed, but where that would be taken for the last one open, `17:13:59`."""
    if stop % 15 == 14:
        return f"{_clock(stop - 1)}:59"
    late = stop > DAY and 10 <= (stop - DAY) // 60 <= 12  # 12:00-10:00 would be read as an evening
    return _clock(stop if late or stop <= DAY else stop - DAY)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _read(cells: Sequence[str]) -> Week | None:
    try:
        return WeekText(tuple(map(read_day, cells))).week(Closing.EXCLUSIVE)
    except UnreadableHoursError:
        return None
