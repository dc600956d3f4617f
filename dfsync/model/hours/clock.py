"""Times of day as the API and the files write them: `HH:MM`, with an inclusive end.

Source: the Sites API, "Operational Hours format".
"""

from __future__ import annotations

import re

from dfsync.model.hours.week import DAY, Span

TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


def span_of(start: str, end: str) -> Span:
    """Return the half-open span from `start` to the inclusive `end`. An end before the start is on the next day.

    `end` may be 24:00 or 00:00; both mean the end of the day. Raises ValueError if either is not a time.
    """
    first, last = minute(start), DAY - 1 if end in ("24:00", "00:00") else minute(end)
    return first, (last if last >= first else last + DAY) + 1


def minute(text: str) -> int:
    """Return the minutes from midnight to a time. Raises ValueError if it is not a time."""
    match = TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a time HH:MM")
    return int(match[1]) * 60 + int(match[2])
