"""The coming exceptions as text for a terminal, one line each. Sites that share an exception stand together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dfsync.model.exception_days import ExceptionOrigin
from dfsync.model.hours.week import DAYS
from dfsync.model.hours.write import clock, describe_span
from dfsync.model.text import first_few, shortened
from dfsync.plan.upcoming_exceptions import UpcomingException


def render(days: Iterable[UpcomingException]) -> str:
    """Return the exceptions as text, in the order of their dates."""
    return "".join(f"{_line(day)}\n" for day in days)


def document(days: Iterable[UpcomingException]) -> dict[str, Any]:
    """Return the exceptions as plain values: `hours` as `HH:MM-HH:MM`, none of them where a day is closed.

    `date` and `to` are both included; `shown_from` is the day from which a plan puts it into the week.
    """
    return {
        "format": "dfsync/calendar",
        "format_version": 1,
        "days": [
            {
                "date": day.exception.date.isoformat(),
                "to": day.exception.last.isoformat(),
                "closed": not day.exception.spans,
                "hours": [f"{clock(start)}-{clock(stop - 1)}" for start, stop in day.exception.spans],
                "note": day.exception.note,
                "written_in": day.exception.written_in,
                "shown_from": day.shown_from.isoformat(),
                "sites": list(day.sites),
            }
            for day in days
        ],
    }


def _line(day: UpcomingException) -> str:
    exception = day.exception
    hours = " and ".join(describe_span(span) for span in exception.spans) or "closed"
    note = f"  {shortened(exception.note)}" if exception.note else ""
    days = " to ".join(f"{date} {DAYS[date.weekday()]}" for date in sorted({exception.date, exception.last}))
    where = "" if exception.origin is ExceptionOrigin.SITE else f"  [{shortened(exception.written_in, 60)}]"
    return f"{days}  {hours}{note}{where}  (in the week from {day.shown_from.isoformat()})  {first_few(day.sites)}"
