"""Reads opening hours from files: every written form becomes a `Week`.

This reader is strict and reports each problem at the value that causes it. `dfsync.model.hours.live` reads what the API
holds. Source: the Sites API, "Operational Hours format", and the contract's rules for hours.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from msgspec import Struct

from dfsync.model.hours.clock import TIME, span_of
from dfsync.model.hours.file_form.problem import (
    BAD_FORM,
    BAD_TIME,
    DAY_TWICE,
    EMPTY_SPAN,
    OVERLAP,
    UNKNOWN_DAY,
    UNKNOWN_PROFILE,
    HoursProblem,
    Path,
    advice,
    shown,
)
from dfsync.model.hours.week import DAY_NUMBER, DAYS, Placed, Span, Week, overlaps
from dfsync.model.hours.write import describe_span

_MOST_PROBLEMS = 1_000
_FEW = 3
_KEYS = frozenset({"days", "start", "end"})


class ReadHours(Struct, frozen=True):
    """The result of reading hours. `week` is None if the hours are empty or can't be read."""

    week: Week | None
    problems: tuple[HoursProblem, ...] = ()
    profile: str | None = None


_Written = tuple[list[int], Span, Path]
"""The weekdays of a span, the span, and the path to where it is written."""


def read_hours(value: object, profiles: Mapping[str, ReadHours] | None = None) -> ReadHours:
    """Read hours in any form of the contract: the API's list, the compact mapping, or `{profile: NAME}`.

    `value` is what the YAML says, with all scalars as text. None means empty hours; `[]` and `{}` mean closed all week.
    """
    if value is None:
        return ReadHours(None)
    if isinstance(value, dict) and "profile" in value:
        return _read_profile(value, profiles or {})
    if isinstance(value, list):
        reader = _read_list(value)
    elif isinstance(value, dict):
        reader = _read_compact(value)
    else:
        message = "opening hours are a list, a mapping of days, or {profile: NAME}"
        help = advice().week_meant(value) or "the form is {Mon-Fri: 09:00-17:59, Sat: 10:00-13:59}"
        if value == "closed":
            help = "write [] for closed all week"
        elif profiles and value in profiles and value == shown(value):
            help = f"write {{profile: {shown(value)}}}"
        problem = HoursProblem(BAD_FORM, message, (), help=help)
        return ReadHours(None, (problem,))
    written: list[_Written] = []
    problems: list[HoursProblem] = []
    for item in reader:
        if not isinstance(item, HoursProblem):
            written.append(item)
            continue
        problems.append(item)
        if len(problems) == _MOST_PROBLEMS:
            message = f"more than {_MOST_PROBLEMS:,} problems; the others are not shown"
            return ReadHours(None, (*problems, HoursProblem(BAD_FORM, message, ())))
    days = _days_of(written)
    if not problems:
        problems.extend(_overlaps(days, written))
    return ReadHours(None if problems else Week(days), tuple(problems))


def read_spans(value: object) -> tuple[tuple[Span, ...], tuple[HoursProblem, ...]]:
    """Read one day's spans, as an exception's `hours` has them: `09:00-14:00`, a list of such, or `closed`."""
    read = list(_read_day(value, ()))
    problems = [item for item in read if isinstance(item, HoursProblem)]
    days = (tuple(sorted(item[0] for item in read if not isinstance(item, HoursProblem))), *((),) * 6)
    if not problems:
        problems.extend(_overlap(first, second, ()) for (_, first), (_, second) in islice(overlaps(days), 1))
    return days[0], tuple(problems)


def _read_profile(value: Mapping[Any, object], profiles: Mapping[str, ReadHours]) -> ReadHours:
    name = value["profile"]
    others = [key for key in value if key != "profile"]
    if others:
        message, help = "a profile does not mix with days of its own", "keep either the profile or the days"
        problem = HoursProblem(BAD_FORM, message, (others[0],), on_key=True, help=help)
        return ReadHours(None, (problem,))
    if not isinstance(name, str) or name not in profiles:
        problem = HoursProblem(
            UNKNOWN_PROFILE,
            f"no hours profile is named {shown(name)}",
            ("profile",),
            help=advice().name_meant(shown(name), profiles),
        )
        return ReadHours(None, (problem,))
    return ReadHours(profiles[name].week, (), name)


def _read_list(value: list[object]) -> Iterator[_Written | HoursProblem]:
    for number, entry in enumerate(value):
        if not isinstance(entry, dict):
            yield HoursProblem(BAD_FORM, "an entry has days, start and end", (number,))
            continue
        if entry.keys() != _KEYS:
            for key in (key for key in entry if key not in _KEYS):
                message = f"unknown key {shown(key)}: an entry has days, start and end"
                yield HoursProblem(BAD_FORM, message, (number, key), on_key=True)
            if missing := [key for key in ("days", "start", "end") if key not in entry]:
                message = f"an entry needs days, start and end: {' and '.join(missing)} missing"
                yield HoursProblem(BAD_FORM, message, (number,))
            continue
        days, span = _day_numbers(entry["days"]), _span_between(entry["start"], entry["end"])
        if days and span is not None:
            yield days, span, (number,)
        else:
            yield from _entry_problems(entry, number)


def _day_numbers(days: object) -> list[int]:
    """Return the weekdays of an entry; none if one of them is no day, or there twice."""
    numbers: list[int] = []
    for name in days if isinstance(days, list) else ():
        day = DAY_NUMBER.get(name) if isinstance(name, str) else None
        if day is None or day in numbers:
            return []
        numbers.append(day)
    return numbers


def _entry_problems(entry: Mapping[Any, object], number: int) -> Iterator[HoursProblem]:
    """Yield why an entry says no hours."""
    days = entry["days"]
    if not isinstance(days, list):
        help = advice().each_day_meant(days, in_list=False) or "the form is [Mon, Tue]"
        yield HoursProblem(BAD_FORM, "days is a list", (number, "days"), help=help)
        return
    if not days:
        help = "give its days, or take the entry out; operational_hours: [] is closed all week"
        yield HoursProblem(BAD_FORM, "the entry has no days", (number, "days"), help=help)
    start, end = entry["start"], entry["end"]
    if _span_between(start, end) is None:
        yield from _span_problems(start, end, (number, "start"), (number, "end"))
    numbers: list[int] = []
    for position, name in enumerate(days):
        day = DAY_NUMBER.get(name) if isinstance(name, str) else None
        if day is None:
            offer = advice().each_day_meant(name, in_list=True)
            yield _unknown_day([name], (number, "days", position), offer)
        elif day in numbers:
            yield HoursProblem(DAY_TWICE, f"{name} is listed twice in one entry", (number, "days", position))
        else:
            numbers.append(day)


def _read_compact(value: Mapping[Any, object]) -> Iterator[_Written | HoursProblem]:
    seen: dict[int, str] = {}
    for key, written in value.items():
        path = (str(key),)
        days = yield from _read_days(key, path)
        twice = [day for day in days if day in seen]
        if twice:
            names = " and ".join(DAYS[day] for day in twice)
            message = f"{names} {'is' if len(twice) == 1 else 'are'} already under {shown(seen[twice[0]])}"
            yield HoursProblem(DAY_TWICE, message, path, on_key=True)
        free = [day for day in days if day not in seen]
        seen.update(dict.fromkeys(free, str(key)))
        if written is None and not days:
            continue  # the key is reported already; its missing value is no second problem
        for item in _read_day(written, path):
            if isinstance(item, HoursProblem):
                yield item
            else:
                yield free, *item


def _read_days(key: object, path: Path) -> Generator[HoursProblem, None, list[int]]:
    """Read `Mon`, `Mon-Fri`, `Sat-Mon` or `Mon,Wed`. Yields the problems and returns the days."""
    days: list[int] = []
    parts = [part.strip().split("-") for part in str(key).split(",")[: len(DAYS) + 1]]
    unknown = [name for part in parts for name in map(str.strip, part) if name not in DAY_NUMBER]
    if unknown or any(len(part) > 2 for part in parts):  # the whole key has one problem, and one offer
        yield _unknown_day(unknown or [str(key)], path, advice().key_meant(str(key)), on_key=True)
        return days
    for part in parts:  # among more than seven, one is listed twice
        first, last = DAY_NUMBER[part[0].strip()], DAY_NUMBER[part[-1].strip()]
        stretch = [(first + step) % 7 for step in range((last - first) % 7 + 1)]
        for day in stretch:
            if day in days:
                yield HoursProblem(DAY_TWICE, f"{DAYS[day]} is listed twice in {shown(key)}", path, on_key=True)
            else:
                days.append(day)
    return days


def _read_day(value: object, path: Path) -> Iterator[tuple[Span, Path] | HoursProblem]:
    """Read the hours of one day. Yields its spans, each with its path, and the problems."""
    if value == "closed":
        return
    if value is None:
        yield HoursProblem(BAD_FORM, "a day needs hours", path, help="give it closed, or a span like 09:00-17:59")
        return
    if isinstance(value, list) and len(value) == 2 and all(isinstance(end, str) and "-" not in end for end in value):
        pair = advice().pair_meant(value)
        if pair is not None:
            yield HoursProblem(BAD_TIME, f"{shown(value[0])} and {shown(value[1])} are no spans", path, help=pair)
            return
    items = [(item, (*path, n)) for n, item in enumerate(value)] if isinstance(value, list) else [(value, path)]
    for item, place in items:
        ends = [end.strip() for end in item.split("-")] if isinstance(item, str) else []
        if len(ends) == 2 and (span := _span(ends[0], ends[1])) is not None:
            yield span, place
            continue
        if len(ends) == 2 and _is_start(ends[0]) and _is_end(ends[1]):
            yield from _span_problems(ends[0], ends[1], place, place)
            continue
        help = (
            advice().spans_meant(item, in_list=item is not value)
            or advice().pair_meant(item)
            or "the form is 09:00-17:59, or closed"
        )
        wrong = [end for end, good in zip(ends, (_is_start, _is_end), strict=False) if not good(end)]
        if len(ends) == len(wrong) + 1 == 2:
            yield HoursProblem(BAD_TIME, _no_time(wrong[0]), place, help=help)
        else:
            yield HoursProblem(BAD_TIME, f"{shown(item)} is not a span HH:MM-HH:MM", place, help=help)


def _span_between(start: object, end: object) -> Span | None:
    return _span(start, end) if isinstance(start, str) and isinstance(end, str) else None


@lru_cache(maxsize=4096)
def _span(start: str, end: str) -> Span | None:
    """Return the span between two times; None if there is none. Cached, since the same spans occur in many weeks."""
    return span_of(start, end) if _is_start(start) and _is_end(end) and start != end else None


def _span_problems(start: object, end: object, start_path: Path, end_path: Path) -> Iterator[HoursProblem]:
    """Yield why there is no span between a start and an end."""
    if _is_start(start) and _is_end(end):
        help = "all day is 00:00-23:59" if start_path == end_path else "all day is 00:00 to 23:59"
        help = help if start == "00:00" else f"{help}, or closed"
        yield HoursProblem(EMPTY_SPAN, f"start and end are both {start}", end_path, help=help)
        return
    first, last = advice().ends_meant(start, end)
    if not _is_start(start):
        yield HoursProblem(BAD_TIME, _no_time(start), start_path, help=first)
    if not _is_end(end):
        yield HoursProblem(BAD_TIME, _no_time(end), end_path, help=last)


def _days_of(written: list[_Written]) -> tuple[tuple[Span, ...], ...]:
    days: list[list[Span]] = [[] for _ in DAYS]
    for numbers, span, _ in written:
        for day in numbers:
            days[day].append(span)
    return tuple([tuple(spans if len(spans) < 2 else sorted(spans)) for spans in days])


def _overlaps(days: tuple[tuple[Span, ...], ...], written: list[_Written]) -> Iterator[HoursProblem]:
    told: set[Path] = set()
    for earlier, later in overlaps(days):
        path = next(path for numbers, span, path in reversed(written) if later[0] in numbers and span == later[1])
        if path not in told:  # an entry for five days overlaps on each of them: one cause
            told.add(path)
            yield _overlap_problem(earlier, later, path)


def _overlap_problem(earlier: Placed, later: Placed, path: Path) -> HoursProblem:
    (first_day, first), (second_day, second) = earlier, later
    return _overlap(first, second, path, f"{DAYS[first_day]} ", f"{DAYS[second_day]} ")


def _overlap(first: Span, second: Span, path: Path, first_day: str = "", second_day: str = "") -> HoursProblem:
    """Return the problem of two spans; a date's spans have no weekday to name."""
    message = f"{second_day}{describe_span(second)} overlaps {first_day}{describe_span(first)}"
    return HoursProblem(OVERLAP, message, path, help="join the two spans, or end the first before the second starts")


def _unknown_day(names: Sequence[object], path: Path, offer: str | None, *, on_key: bool = False) -> HoursProblem:
    offer = offer or (advice().day_meant(shown(names[0])) if len(names) == 1 else None)
    help = offer or "the days are Mon, Tue, Wed, Thu, Fri, Sat and Sun"
    message = f"{' and '.join(map(shown, names[:_FEW]))} {'is not a day' if len(names) == 1 else 'are not days'}"
    return HoursProblem(UNKNOWN_DAY, message, path, on_key=on_key, help=help)


def _is_start(value: object) -> bool:
    return isinstance(value, str) and TIME.fullmatch(value) is not None


def _is_end(value: object) -> bool:
    return _is_start(value) or value == "24:00"


def _no_time(value: object) -> str:
    return f"{shown(value)} is not a time HH:MM (24 hours, two digits)"
