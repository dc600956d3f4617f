"""Times of day as the API and the files write them, `HH:MM`, and the half-open span from a start to an inclusive end.

Source: the Sites API, "Operational Hours format".
"""

from __future__ import annotations

import re

from dfsync.model.hours import DAY, Span

TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


def span_of(start: str, end: str) -> Span:
    """Return the span from `start` to the inclusive `end`; an end before the start is on the next day.

    `end` may be 24:00; 00:00 says the same. Raises ValueError when one of them is no time.
    """
    first, last = minute(start), DAY - 1 if end in ("24:00", "00:00") else minute(end)
    return first, (last if last >= first else last + DAY) + 1


def minute(text: str) -> int:
    """Return the minutes from midnight to a time. Raises ValueError when it is none."""
    match = TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a time HH:MM")
    return int(match[1]) * 60 + int(match[2])
