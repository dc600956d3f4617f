"""Writes opening hours: in the API's canonical form, and as a person reads them.

Source of the API's form: the Sites API, "Operational Hours format". Both ends of a span are inclusive.
"""

from __future__ import annotations

import json
from typing import Any

from dfsync.model.hours.week import DAY, DAYS, Span, Week, day_ranges, runs, stretches


def entries(week: Week) -> list[dict[str, Any]]:
    """Return the canonical form of the API: equal spans grouped over days, ordered by first day and then by start."""
    grouped: dict[Span, list[str]] = {}
    for name, spans in zip(DAYS, week.by_day(), strict=True):
        for span in spans:
            grouped.setdefault(span, []).append(name)
    ordered = sorted(grouped.items(), key=lambda item: (DAYS.index(item[1][0]), item[0]))
    return [{"days": days, "start": clock(start), "end": clock(stop - 1)} for (start, stop), days in ordered]


def cell(week: Week) -> str:
    """Return the canonical form as compact JSON, as the "Operational Hours" column takes it."""
    return json.dumps(entries(week), separators=(",", ":"))


def clock(minute: int) -> str:
    """Return a minute, counted from midnight, as HH:MM. Minutes beyond `DAY` wrap around."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def closing_minute(stop: int) -> int:
    """Return the minute at which people say that a span closes; `stop` is its first closed minute.

    The API names the last open minute, so 09:00-17:59 closes at 18:00. Who wrote 10:00-14:00 means 14:00, not 14:01.
    """
    return stop - 1 if (stop - 1) % 15 == 0 else stop


def describe(week: Week | None) -> str:
    """Return the week as a person reads it: `Mon–Fri 09:00–18:59, Sat 10:00–14:00`."""
    if week is None or week.closed:
        return "closed all week" if week is not None else "(none)"
    return ", ".join(f"{days} {text}" for days, text in described_days(week))


def described_days(week: Week) -> list[tuple[str, str]]:
    """Return `(days, spans)` for each stretch of days with the same hours: `("Mon–Fri", "09:00–18:59")`."""
    texts = described_by_day(week)
    if len(set(texts)) == 1:
        return [("daily", texts[0])]
    return [(day_ranges(days, "–")[0], text) for days, text in stretches(texts) if text]


def described_by_day(week: Week) -> tuple[str, ...]:
    """Return the hours of each weekday as a person reads them, "" if the day is closed."""
    return tuple(" and ".join(describe_span(span) for span in spans) for spans in by_opening_day(week))


def by_opening_day(week: Week) -> list[list[Span]]:
    """Return the spans of each weekday, with each night given to the day on which it starts, as people say it.

    A span that starts at midnight is moved to the day before if it continues that day's last span and ends by noon. A
    day never gets more than 24 hours, since `09:00–10:59` would not say that the end is on the next morning.
    """
    days = [list(spans) for spans in week.by_day()]
    for day in range(len(DAYS)):
        following = (day + 1) % len(DAYS)
        if not days[day] or not days[following]:
            continue
        (start, stop), (tail_start, tail) = days[day][-1], days[following][0]
        if stop == DAY and start > 0 and tail_start == 0 and tail <= min(start, DAY // 2):
            days[day][-1] = (start, DAY + tail)
            del days[following][0]
    return days


def describe_span(span: Span) -> str:
    """Return a span as a person reads it, `09:00–18:59` or `all day`."""
    return "all day" if span == (0, DAY) else f"{clock(span[0])}–{clock(span[1] - 1)}"


def days_in_words(numbers: list[int]) -> str:
    """Return ascending weekdays as a person writes them: `daily`, `Mon–Fri, Sun`."""
    if len(numbers) == len(DAYS):
        return "daily"
    return ", ".join(map(_stretch_of_days, runs(numbers)))


def _stretch_of_days(numbers: list[int]) -> str:
    first, last = DAYS[numbers[0]], DAYS[numbers[-1]]
    if len(numbers) == 2:
        return f"{first}, {last}"
    return first if first == last else f"{first}–{last}"
