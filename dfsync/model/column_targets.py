"""The meanings of a column: the words on the right side of `columns` in dfsync.yaml."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from dfsync.model.fields import FIELD
from dfsync.model.hours.week import DAY_NUMBER

CONTACT_PARTS = ("name", "email", "phone", "role")
Part = Literal["", "open", "close"]
_EXAMPLES = ("hours.Mon", "hours.Mon-Fri", "hours.Mon.open", "hours.Mon.close")
_HOURS = r"hours(?:\.([A-Za-z,\- ]+?))?(?:\.(open|close))?"


class HoursColumn(Struct, frozen=True):
    """A column of hours: its weekdays (none means the whole week), and whether it holds starts, ends or both."""

    days: tuple[int, ...]
    part: Part = ""


@lru_cache(maxsize=1_000)
def hours_column(target: str) -> HoursColumn | None:
    """Return the column of hours that a target such as `hours.Sat.open` means; None if it means none."""
    found = re.fullmatch(_HOURS, target)
    if found is None or (found[2] and not found[1]):
        return None
    days: list[int] = []
    for stretch in found[1].split(",") if found[1] else ():
        ends = [DAY_NUMBER.get(name.strip()) for name in stretch.split("-")]
        first, last = ends[0], ends[-1]
        if first is None or last is None or len(ends) > 2:
            return None
        days += [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    part: Part = "open" if found[2] == "open" else "close" if found[2] else ""
    return HoursColumn(tuple(days), part) if len(set(days)) == len(days) else None


def is_target(target: str) -> bool:
    """Whether this is a target that a column can have."""
    contact = target.startswith("contact.") and target.removeprefix("contact.") in CONTACT_PARTS
    field = target in FIELD and target != "operational_hours"
    return target == "id" or field or contact or hours_column(target) is not None


def may_repeat(target: str) -> bool:
    """Whether several columns may have this target: columns of a day's hours may, one for each span."""
    place = hours_column(target)
    return place is not None and bool(place.days)


def targets() -> list[str]:
    """Return all targets but those of hours with days, for messages."""
    fields = [name for name in FIELD if name != "operational_hours"]
    return ["id", *fields, "hours", *(f"contact.{part}" for part in CONTACT_PARTS)]


def all_targets_text() -> str:
    """Return what a column can be for, as a list for messages."""
    return f"{', '.join(targets())}, {', '.join(_EXAMPLES)}"
