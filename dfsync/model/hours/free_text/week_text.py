"""Hours as they were read from a person's text. What an end such as 18:00 means is decided later."""

from __future__ import annotations

import enum

from msgspec import Struct

from dfsync.model.hours.week import DAY, Span, Week, day_ranges, stretches
from dfsync.model.hours.write import clock


class UnreadableHoursError(ValueError):
    """Hours that can't be read; the text is the reason, for a message."""


class Closing(enum.Enum):
    """What an end such as 18:00 says: the first minute closed (sent as 17:59), or the last minute open."""

    EXCLUSIVE = "exclusive"
    INCLUSIVE = "inclusive"


class SpanText(Struct, frozen=True):
    """A span as it was written: minutes from midnight; an `end` beyond 24:00 is on the next day.

    `through` says that the end is the last minute open whatever the setting: 23:59, or an end such as 17:13:59.
    """

    start: int
    end: int
    through: bool = False

    @property
    def ambiguous(self) -> bool:
        """Whether the meaning of the end depends on the setting `closing`."""
        return not self.through and self.end % 15 != 14 and self.end != DAY

    def span(self, closing: Closing) -> Span:
        """Return the half-open span."""
        last_minute = not self.ambiguous or closing is Closing.INCLUSIVE
        return self.start, self.end + (1 if last_minute and self.end != DAY else 0)

    def __str__(self) -> str:
        """Return the span as it was written, in 24 hours: `09:00-17:00`; what ends at midnight ends at 24:00."""
        if (self.start, self.end) in ((0, DAY), (0, DAY - 1)):
            return "00:00-23:59"
        return f"{clock(self.start)}-{'24:00' if self.end == DAY else clock(self.end)}"


class DayText(Struct, frozen=True):
    """The hours of one day as read. No spans is closed. `notes` say how an ambiguous text was read."""

    spans: tuple[SpanText, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ambiguous(self) -> bool:
        """Whether the meaning of an end depends on `Closing`."""
        return any(span.ambiguous for span in self.spans)

    def __str__(self) -> str:
        """Return the day as it was read: `09:00-12:00, 13:00-17:00`, or `closed`."""
        return ", ".join(map(str, self.spans)) or "closed"


class WeekText(Struct, frozen=True):
    """The hours of a week as read, Monday first. `notes` say how an ambiguous text was read."""

    days: tuple[DayText, ...]
    notes: tuple[str, ...] = ()

    @property
    def ambiguous(self) -> bool:
        """Whether the meaning of an end depends on `Closing`."""
        return any(day.ambiguous for day in self.days)

    def week(self, closing: Closing) -> Week:
        """Return the week. Raises `UnreadableHoursError` for a span that opens and closes in the same minute."""
        days = tuple(tuple(sorted(span.span(closing) for span in day.spans)) for day in self.days)
        if any(stop <= start for spans in days for start, stop in spans):
            raise UnreadableHoursError("a span starts and ends at the same time")
        return Week(days)

    def __str__(self) -> str:
        """Return the week as it was read: `Mon-Fri 09:00-17:00, Sat closed`."""
        return "; ".join(f"{day_ranges(days)[0]} {text}" for days, text in stretches(map(str, self.days)))
