"""Finds which minutes two times mean: `9-5` ends in the afternoon, `22:00-02:00` on the next day.

A span without am, pm or a 24-hour clock is read as shops are open: not before six in the morning, not for most of the
night. A note says so if a span could be read in another way.
"""

from __future__ import annotations

from collections.abc import Sequence

from dfsync.model.hours.free_text.tokens import Time
from dfsync.model.hours.free_text.week_text import DayText, SpanText, UnreadableHoursError
from dfsync.model.hours.week import DAY, overlaps
from dfsync.model.hours.write import clock

_LONG = 16 * 60


def day_of(spans: Sequence[tuple[Time, Time]]) -> DayText:
    """Return the spans of a day, each end after its start and each span after the one before it."""
    clock24 = any(not time.plain and not time.half for span in spans for time in span)
    found: list[SpanText] = []
    notes: list[str] = []
    after = 0
    for start, end in spans:
        if start.minute == end.minute == 0 and start.half == end.half == "a":  # as Google and Yext write all day
            span, guess = SpanText(0, DAY), True
        else:
            span, guess = _span_of(start, end, after, clock24=clock24)
        found.append(span)
        after = span.end
        if guess:
            notes.append(f"{_written(start)}-{_written(end)} is read as {span}")
    if overlap(found):
        raise UnreadableHoursError(f"{found[0]} and {found[1]} overlap" if len(found) == 2 else "its spans overlap")
    return DayText(tuple(found), tuple(notes))


def _span_of(start: Time, end: Time, after: int, *, clock24: bool) -> tuple[SpanText, bool]:
    """Return the span that is meant, and whether another one could be meant."""
    first = start.minute
    guess = False
    if start.plain and end.half and end.half != "word":
        first, guess = _start_before(start.minute % (12 * 60), end), True
    elif start.plain and end.plain and not clock24:
        early = start.minute < 6 * 60
        if (early and end.minute > start.minute) or first < after <= first + 12 * 60:
            first, guess = first + 12 * 60, True
        guess = guess or (start.minute < end.minute < 12 * 60 and start.minute < 10 * 60)
    last = end.minute
    if first >= DAY:
        raise UnreadableHoursError(f"a span can't open at {clock(first)} on the next day")
    if end.plain and not (end.through and last == first):
        literal = last if last > first else last + DAY
        afternoon = last + 12 * 60
        while afternoon <= first:
            afternoon += 12 * 60
        if literal != last and (not clock24 or literal - first > _LONG) and afternoon <= literal:
            last, guess = afternoon, True
        elif last <= first:
            last = literal
            guess = guess or literal - first > _LONG
        elif guess or (start.half and last != literal):
            guess = True
    elif last <= first and not (end.through and last == first):
        if last == first:
            raise UnreadableHoursError("it opens and closes at the same time: write 24 hours, or closed")
        last += DAY
    if last - first > DAY or last < first or (last == first and not end.through):
        raise UnreadableHoursError("it is longer than a day")
    return SpanText(first, last, through=end.through), guess


def _start_before(minute: int, end: Time) -> int:
    """Return the start of `9-5pm` and `6-2am`, by what shops do: they open after six in the morning, or after noon."""
    if end.half == "p":
        afternoon = minute + 12 * 60
        return afternoon if minute < 6 * 60 and afternoon < end.minute else minute
    if end.minute > minute:  # 8-11am
        return minute
    return minute + 12 * 60


def overlap(spans: Sequence[SpanText]) -> bool:
    """Whether any two spans of a day share more than one end minute."""
    day = tuple(sorted((span.start, span.end + (1 if span.through else 0)) for span in spans))
    return any(True for _ in overlaps((day, *((),) * 6)))


def _written(time: Time) -> str:
    """Return a time as it may have been written: `9`, `9:30`, `5pm`."""
    hour, minute = divmod(time.minute, 60)
    if time.half in ("a", "p"):
        hour = hour % 12 or 12
    text = str(hour) if time.bare_hour and not minute else f"{hour}:{minute:02d}"
    return text + {"a": "am", "p": "pm"}.get(time.half, "")
