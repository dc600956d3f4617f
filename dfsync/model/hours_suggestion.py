"""What was probably meant by hours that can't be read, said with the user's own days and times.

Whoever pastes the advice must not end up with other hours than those that stood there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dfsync.model.hours import DAY_NUMBER, DAYS

SPAN = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)")
"""A span as it is written, `09:00-17:59`."""
_BETWEEN = re.compile(r"\s*(?:[-\u2010-\u2015]|\.\.|\b(?:to|until|till|bis)\b)\s*")
_TIME = re.compile(r"([0-9]{1,2})[:.h]?([0-9]{2})?")


def days_meant(name: object, *, on_key: bool) -> str | None:
    """Say how a range of days is written here, None when it is none under any spelling of the hyphen."""
    first, hyphen, last = _hyphened(name).partition("-")
    if not hyphen or first not in DAY_NUMBER or last not in DAY_NUMBER:
        return None
    if on_key:
        return f"write {first}-{last}, with a plain hyphen"
    start = DAY_NUMBER[first]
    days = [DAYS[(start + step) % 7] for step in range((DAY_NUMBER[last] - start) % 7 + 1)]
    return f"write each day: [{', '.join(days)}]"


def spans_meant(written: object, *, on_key: bool = False) -> str | None:
    """Say how spans are written that are so but for their hyphens, or that stand side by side without brackets."""
    spans = [span.strip() for span in _hyphened(written).split(",")]
    if not all(map(SPAN.fullmatch, spans)):
        return None
    if on_key:
        return f"put all spans of a day in brackets: [09:00-12:00, {spans[0]}]"
    return f"write {spans[0]}, with a plain hyphen" if len(spans) == 1 else f"write [{', '.join(spans)}]"


def _hyphened(written: object) -> str:
    """Return a short text with a plain hyphen for whatever stands between two days or times."""
    return _BETWEEN.sub("-", written[:100]).strip() if isinstance(written, str) else ""


def time_meant(text: str) -> str | None:
    """Say how a time is written that has one digit too few, or something else between hour and minute."""
    found = _TIME.fullmatch(text)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[2] is None and 1 <= hour < 12:  # 9-5 would become a night
        return f'write "{hour:02d}:00", or "{hour + 12}:00" if it is after noon'
    return f'write "{hour:02d}:{minute:02d}"'


def name_meant(name: str, known: Iterable[str]) -> str | None:
    """Say which known name begins the same, or is spelled most like this one."""
    import difflib

    folded = {entry.casefold(): entry for entry in known}
    start = name.casefold()[:3]
    found = [folded[start]] if start in folded else difflib.get_close_matches(name, folded.values(), 1)
    return f"did you mean {found[0]}?" if found else None
