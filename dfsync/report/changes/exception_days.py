"""The words about dated exceptions in a plan: those that shape a change or the plan, and the days that differ soon."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from dfsync.diff.changes import Change, FieldChange, SpecialDay
from dfsync.model.hours.week import DAYS
from dfsync.model.text import counted, shortened
from dfsync.plan.values import ComingDay

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NAMED_DAYS = 4


def special_days(field: FieldChange, change: Change) -> list[str]:
    """Return a sentence for each dated exception that shapes a change's opening hours: which, why, and until when."""
    if field.field != "operational_hours":
        return []
    if change.turn is not None and not change.special:
        return ["The usual hours return: the dated exceptions of the last days are over."]
    return [_sentence(days) for days in _runs(change.special)]


def _runs(special: Iterable[SpecialDay]) -> list[list[SpecialDay]]:
    """Return neighbouring days that say the same together."""
    runs: list[list[SpecialDay]] = []
    for day in special:
        before = runs[-1][-1] if runs else None
        if before and day.date.toordinal() - before.date.toordinal() == 1 and day == replace(before, date=day.date):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _sentence(days: Sequence[SpecialDay]) -> str:
    """Return the sentence: `Hours of 25 Dec (closed, Christmas Day) are included until the apply on 26 Dec.`."""
    first, last = days[0], days[-1]
    what = f"{first.hours}, {shortened(first.note)}" if first.note else first.hours
    begins = _day_of(first.date)
    if len(days) > 1:
        until = f"{begins} to {_day_of(last.date)} ({what}) are included, each until the apply on the next day."
    elif last.date < datetime.date.max:
        over = _day_of(last.date + datetime.timedelta(days=1))
        until = f"{begins} ({what}) are included until the apply on {over}."
    else:
        until = f"{begins} ({what}) are included."
    origin = f" Written in {shortened(first.written_in)}." if first.written_in else ""
    return f"Hours of {until}{origin}"


def of_dates(changes: Iterable[Change]) -> Iterator[str]:
    """Yield a sentence about hours that hold for single dates, if there are any."""
    days: Counter[str] = Counter()
    for change in changes:
        days.update(_dates(run) for run in _runs(change.special))
        if change.turn is not None and not change.special:
            days["the usual hours again"] += 1
    if days:
        named = [f"{day} at {counted(number, 'site')}" for day, number in days.most_common(_NAMED_DAYS)]
        rest = f"; and {len(days) - _NAMED_DAYS:,} more" if len(days) > _NAMED_DAYS else ""
        yield f"Dated exceptions: {'; '.join(named)}{rest}."


def _dates(days: Sequence[SpecialDay]) -> str:
    """Return neighbouring days that say the same: `closed on 30 Nov (Refurbishment)`."""
    first, last = days[0], days[-1]
    dates = _day_of(first.date) if first == last else f"{_day_of(first.date)} to {_day_of(last.date)}"
    note = f" ({shortened(first.note, 60)})" if first.note else ""
    return f"{first.hours} on {dates}{note}"


def coming_days(coming: Iterable[ComingDay]) -> list[str]:
    """Return the days that differ, a line each: `Fri 2026-12-25 closed, Christmas Day, at 312 sites`.

    Neighbouring days that say the same are one line, at the place of the first.
    """
    runs: list[list[ComingDay]] = []
    open_runs: dict[object, list[ComingDay]] = {}
    for each in coming:
        run = open_runs.get(key := (each.day.hours, each.day.note, each.day.written_in, each.sites))
        if run is None or each.day.date.toordinal() - run[-1].day.date.toordinal() != 1:
            run = open_runs[key] = []
            runs.append(run)
        run.append(each)
    return list(map(_coming_run, runs))


def _coming_run(run: Sequence[ComingDay]) -> str:
    first, last = run[0].day, run[-1].day
    days = " to ".join(f"{DAYS[date.weekday()]} {date}" for date in sorted({first.date, last.date}))
    note = f", {shortened(first.note)}" if first.note else ""
    origin = f" ({shortened(first.written_in, 60)})" if first.written_in else ""
    return f"{days} {first.hours}{note}, at {counted(run[0].sites, 'site')}{origin}"


def _day_of(date: datetime.date) -> str:
    """Return a day as people say it: `25 Dec`."""
    return f"{date.day} {_MONTHS[date.month - 1]}"
