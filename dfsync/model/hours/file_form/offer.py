"""Writes hours that a file may not hold in dfsync's own form, for messages: `9am-5pm` is `09:00-17:00`.

Ends stay as they were written, so whoever takes the offer gets the hours that were meant.
"""

from __future__ import annotations

from collections.abc import Sequence

from dfsync.model.hours.free_text.read import DayText, UnreadableHoursError, read_day, read_day_names, read_week
from dfsync.model.hours.week import DAYS, runs


def offered_day(written: str) -> str | None:
    """Return one day's hours as YAML takes them: `09:00-17:00`, `[09:00-12:00, 13:00-17:00]`, `closed`."""
    try:
        return _spans(read_day(written))
    except UnreadableHoursError:
        return None


def offered_days(written: str) -> str | None:
    """Return weekdays as a key of the compact form: `Mon-Fri`, `Mon,Wed`."""
    try:
        return _days(sorted(read_day_names(written)))
    except UnreadableHoursError:
        return None


def offered_week(written: str) -> str | None:
    """Return the hours of a week as YAML takes them: `{Mon-Fri: 09:00-18:00, Sat: 10:00-16:00}`, `{}` for closed."""
    try:
        week = read_week(written)
    except UnreadableHoursError:
        return None
    alike: dict[str, list[int]] = {}
    for number, day in enumerate(week.days):
        if day.spans:
            alike.setdefault(_spans(day), []).append(number)
    keys = {text: _days(numbers) for text, numbers in alike.items()}
    return "{" + ", ".join(f'"{key}": {text}' if "," in key else f"{key}: {text}" for text, key in keys.items()) + "}"


def _spans(day: DayText) -> str:
    spans = [str(span) for span in day.spans]
    return f"[{', '.join(spans)}]" if len(spans) > 1 else spans[0] if spans else "closed"


def _days(numbers: Sequence[int]) -> str:
    return ",".join(_run(run) for run in runs(numbers))


def _run(run: Sequence[int]) -> str:
    return f"{DAYS[run[0]]}-{DAYS[run[-1]]}" if len(run) > 2 else ",".join(DAYS[number] for number in run)
