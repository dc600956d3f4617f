"""Says what was probably meant by hours that can't be read, with the user's own days and times.

Somebody who pastes the advice must get the hours that were meant. So `dfsync.model.hours.free_text` reads what was
written, and if it can't, nothing is offered.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import TypeGuard

from dfsync.model.hours.file_form.offer import offered_day, offered_days, offered_week
from dfsync.model.hours.free_text.read import UnreadableHoursError, read_day_names
from dfsync.model.hours.week import DAYS
from dfsync.model.likeness.characters import in_syntax

SPAN = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)")
"""A span as it is written, `09:00-17:59`."""
_MOST = 100
_DOTS = re.compile(r"\s*\.\.+\s*")
_WORD = re.compile(r"[^\W\d_]{2,}")


def week_meant(written: object) -> str | None:
    """Say how to write the hours of a week that are one text: `24/7`, `Mon-Fri 9-5`."""
    offer = offered_week(written) if _is_short(written) else None
    return f"write {offer}" if offer and offer != "{}" else None


def key_meant(key: str) -> str | None:
    """Say what was meant by a key that is no day: a span, days in other words, or another character than a colon."""
    return spans_as_key(key) or days_meant(key) or in_syntax(key)


def days_meant(key: str) -> str | None:
    """Say how to write the days of a key: `Monday to Friday`, `Mo-Fr`, `Mon & Tue`."""
    offer = offered_days(_DOTS.sub("-", key)) if _is_short(key) and len(key) > 1 else None
    if offer is None:
        return None
    return f'write "{offer}"' if "," in offer else f"write {offer}"


def each_day_meant(written: object, *, in_list: bool) -> str | None:
    """Say how to write as a list the days that are one text."""
    if not _is_short(written) or len(written) == 1:
        return None
    try:
        names = ", ".join(DAYS[number] for number in read_day_names(written))
    except UnreadableHoursError:
        return None
    return f"write {names}" if in_list else f"write [{names}]"


def spans_meant(written: object, *, in_list: bool = False) -> str | None:
    """Say how to write the hours of a day: `9am-5pm`, `9-5`, `22:00-26:00`, `open 24 hours`."""
    offer = offered_day(written) if _is_short(written) else None
    if offer is None:
        return None
    return f"write {offer.strip('[]') if in_list else offer}"


def pair_meant(value: object) -> str | None:
    """Say which span two times make that are a list or a mapping: `[09:00, 17:00]`, `{open: 9am, close: 5pm}`."""
    ends = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(ends, list) or len(ends) != 2:
        return None
    first, last = ends_meant(*ends)
    return f"write {first[7:-1]}-{last[7:-1]}" if first and last else None


def spans_as_key(key: str) -> str | None:
    """Say where a span belongs that stands in the place of a day: the second one of `Mon: 09:00-12:00, 13:00-17:00`."""
    if SPAN.fullmatch(key.strip()):
        return f"put all spans of a day in brackets: [09:00-12:00, {key.strip()}]"
    return None


def ends_meant(start: object, end: object) -> tuple[str | None, str | None]:
    """Say how to write a start and an end that are two values: `start: 9am`, `end: "26:00"`."""
    if not (isinstance(start, str) and isinstance(end, str)):
        return None, None
    offer = offered_day(f"{start[:_MOST]}-{end[:_MOST]}")
    if offer is None or not SPAN.fullmatch(offer):
        return None, None
    first, _, last = offer.partition("-")
    return f'write "{first}"', f'write "{last}"'


def day_meant(name: str) -> str | None:
    """Say which day a single word resembles. Nothing is said of several words, since the rest would be lost."""
    is_one = _WORD.fullmatch(name) and (name[1:].islower() or name.isupper())  # TTh is Tuesday and Thursday
    return name_meant(name, DAYS) if is_one else None


def name_meant(name: str, known: Iterable[str]) -> str | None:
    """Say which known name begins like this one, or is spelled most like it."""
    folded = {entry.casefold(): entry for entry in known}
    start = name.casefold()[:3]
    found = [folded[start]] if start in folded else difflib.get_close_matches(name, folded.values(), 1)
    return f"did you mean {found[0]}?" if found else None


def _is_short(written: object) -> TypeGuard[str]:
    return isinstance(written, str) and 0 < len(written) <= _MOST
