"""The effect of a change of opening hours on a site: open longer or less, closing earlier, closed on a day."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from dfsync.diff.changes import Action, Change
from dfsync.model.hours.week import Span, Week
from dfsync.model.hours.write import by_opening_day
from dfsync.report.elements.weeks import SMALLEST, net_minutes

HOURS = "operational_hours"


class Effect(StrEnum):
    """An effect on the opening hours, as a manager would say it. A change may have several."""

    CLOSED = "closed all week"
    LOSES_DAYS = "closed on more days"
    CLOSES_EARLIER = "closes earlier"
    OPENS_LATER = "opens later"
    LONGER = "open longer"
    SHORTER = "open less"
    MINUTES = "a few minutes"


class HoursEffect(Struct, frozen=True):
    """The effects of a change of hours, and how many minutes a week the site is open longer (negative: less)."""

    effects: frozenset[Effect]
    net: int


NO_EFFECT = HoursEffect(frozenset(), 0)


def effect_of(change: Change) -> HoursEffect:
    """Return what an update means for a site's hours; nothing where one side is not known to be hours."""
    hours = next((field for field in change.fields if field.field == HOURS), None)
    if hours is None or change.action is not Action.UPDATE:
        return NO_EFFECT
    if not isinstance(hours.before, Week) or not isinstance(hours.after, Week):
        return NO_EFFECT
    return _effect(hours.before, hours.after, hours.before.days, hours.after.days)


@lru_cache(maxsize=4096)
def _effect(before: Week, after: Week, *_: object) -> HoursEffect:
    net = net_minutes(before, after)
    if after.closed and not before.closed:
        return HoursEffect(frozenset({Effect.CLOSED}), net)
    found: set[Effect] = set()
    moved = 0
    for one, other in zip(by_opening_day(before), by_opening_day(after), strict=True):
        if one and not other:
            found.add(Effect.LOSES_DAYS)
        elif one and other:
            later, earlier = other[0][0] - one[0][0], one[-1][1] - other[-1][1]
            if later >= SMALLEST:
                found.add(Effect.OPENS_LATER)
            if earlier >= SMALLEST:
                found.add(Effect.CLOSES_EARLIER)
        moved = max(moved, _moved(one, other))
    if moved < SMALLEST:
        return HoursEffect(frozenset({Effect.MINUTES}), net)
    if net >= SMALLEST:
        found.add(Effect.LONGER)
    if net <= -SMALLEST:
        found.add(Effect.SHORTER)
    return HoursEffect(frozenset(found), net)


def _moved(one: list[Span], other: list[Span]) -> int:
    """Return by how many minutes the edges of a day move at most; a whole day where their number differs."""
    if len(one) != len(other):
        return 24 * 60
    edges = ((a, b) for first, second in zip(one, other, strict=True) for a, b in zip(first, second, strict=True))
    return max((abs(a - b) for a, b in edges), default=0)


def in_hours(minutes: int) -> str:
    """Return a difference in hours a week: `+41 h`, `−12½ h`, `+1 min`; "" for none."""
    if not minutes:
        return ""
    sign, minutes = "+" if minutes > 0 else "−", abs(minutes)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{sign}{rest} min"
    quarters = {0: "", 15: "¼", 30: "½", 45: "¾"}
    # 09:00–18:59 is ten hours: both ends count, but what people type is often a minute short of that.
    nearest = min(quarters, key=lambda quarter: abs(quarter - rest)) if rest < 53 else 60
    if nearest == 60:
        hours, nearest = hours + 1, 0
    return f"{sign}{hours:,}{quarters[nearest]} h"
