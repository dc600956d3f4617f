"""Dated exceptions, and lists of them: which exception a day has, and which of two exceptions counts.

A list is sorted by date and no day is in two of its exceptions; every function takes and returns such lists.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from dfsync.model.hours.week import Span

_DAY = datetime.timedelta(days=1)
_LAST = attrgetter("last")


class ExceptionOrigin(StrEnum):
    """Where a dated exception is written. The first is nearest to the site, and the nearer one wins for a date."""

    SITE = "site"
    PROFILE = "profile"
    CALENDAR = "calendar"
    DEFAULT = "default"


class DatedException(Struct, frozen=True):
    """Days that differ from the week: from `date` to `until`, both inclusive. Without `until` it is one day.

    `spans` start on each of these days; no spans means closed. The API has no such thing: a plan renders it into the
    week. `pointer` leads to the place where it is written. For `ExceptionOrigin.SITE` it starts at the site's own
    entry, otherwise at the top of dfsync.yaml.
    """

    date: datetime.date
    spans: tuple[Span, ...]
    note: str | None = None
    until: datetime.date | None = None
    origin: ExceptionOrigin = ExceptionOrigin.SITE
    pointer: tuple[str | int, ...] = ()

    @property
    def last(self) -> datetime.date:
        """The last of its days."""
        return self.until or self.date

    @property
    def written_in(self) -> str:
        """Where it is written, in words: `calendar us-holidays`, `profile retail`, `default`, `site`."""
        is_named = self.origin in (ExceptionOrigin.CALENDAR, ExceptionOrigin.PROFILE)
        return f"{self.origin} {self.pointer[2]}" if is_named and len(self.pointer) > 2 else str(self.origin)


def layered(*lists: Sequence[DatedException]) -> tuple[DatedException, ...]:
    """Merge lists, the nearest first. A day of a later list counts only if no earlier list has it."""
    result: Sequence[DatedException] = ()
    for further in lists:
        if further:
            added = [part for exception in further for part in _without(exception, result)] if result else further
            result = sorted((*result, *added), key=lambda exception: exception.date)
    return tuple(result)


def in_days(
    exceptions: Sequence[DatedException], first: datetime.date, last: datetime.date
) -> Iterator[tuple[datetime.date, DatedException]]:
    """Yield each day from `first` to `last` that has an exception, with the exception."""
    for exception in overlapping(exceptions, first, last):
        start, end = max(first, exception.date).toordinal(), min(last, exception.last).toordinal()
        for day in range(start, end + 1):
            yield datetime.date.fromordinal(day), exception


def overlapping(
    exceptions: Sequence[DatedException], first: datetime.date, last: datetime.date
) -> Iterator[DatedException]:
    """Yield the exceptions that have a day from `first` to `last`."""
    for number in range(bisect_left(exceptions, first, key=_LAST), len(exceptions)):
        if exceptions[number].date > last:
            return
        yield exceptions[number]


def clashes(
    one: Sequence[DatedException], other: Sequence[DatedException]
) -> Iterator[tuple[DatedException, DatedException]]:
    """Yield the pairs of both lists that share a day and give it different hours."""
    for exception in other:
        for earlier in overlapping(one, exception.date, exception.last):
            if earlier.spans != exception.spans:
                yield earlier, exception


def _without(exception: DatedException, nearer: Sequence[DatedException]) -> Iterable[DatedException]:
    """Yield the parts of an exception that lie between those of a nearer list."""
    start: datetime.date | None = exception.date
    for taken in overlapping(nearer, exception.date, exception.last):
        if start is not None and start < taken.date:
            yield _part(exception, start, taken.date - _DAY)
        start = taken.last + _DAY if taken.last < exception.last else None
    if start is not None:
        yield _part(exception, start, exception.last)


def _part(exception: DatedException, first: datetime.date, last: datetime.date) -> DatedException:
    if (first, last) == (exception.date, exception.last):
        return exception
    return replace(exception, date=first, until=last if last != first else None)
