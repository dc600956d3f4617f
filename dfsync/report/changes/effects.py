"""The effects of a change: what a manager would say of it, and how many hours a week longer a site is open."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

from msgspec import Struct

from dfsync.diff.changes import Action, Change
from dfsync.model.hours.week import Span, Week
from dfsync.model.hours.write import by_opening_day
from dfsync.model.kind import Kind
from dfsync.report.elements.weeks import SMALLEST

HOURS = "operational_hours"


class Effect(IntEnum):
    """An effect of a change, the most harmful first. Reports have this order, and show a change once, under its first.

    `CLOSED` to `SHORTER` and `LATER` to `MINUTES` are about the usual week. `DATED` is about hours that hold for single
    dates only.
    """

    EDITED = 0
    CLOSED = 1
    MORE_DAYS = 2
    EARLIER = 3
    SHORTER = 4
    CLEARED = 5
    NEW = 6
    DATED = 7
    LATER = 8
    LONGER = 9
    MINUTES = 10
    REMOVED = 11
    OTHER = 12
    CONTACT = 13

    @property
    def is_harm(self) -> bool:
        """Whether a reader has to look at it: something is lost, undone, or can't be taken back."""
        return self < Effect.DATED

    @property
    def tag(self) -> str:
        """The word by which a page finds the changes with this effect."""
        return self.name.lower()


class EffectOnHours(Struct, frozen=True):
    """What a change means for the usual week: its effects, and by how many minutes a week the site is open longer."""

    effects: frozenset[Effect]
    net: int


NO_EFFECT = EffectOnHours(frozenset(), 0)


def effects_of(change: Change) -> frozenset[Effect]:
    """Return all effects of a change, at least one."""
    if change.kind is Kind.CONTACT:
        return frozenset({Effect.CONTACT})
    found = set(on_hours(change).effects)
    found |= {effect for effect, holds in _others(change).items() if holds}
    return frozenset(found or {Effect.OTHER})


def _others(change: Change) -> dict[Effect, bool]:
    """Return the effects that don't come from the usual week."""
    return {
        Effect.EDITED: change.was_live or (change.action is Action.UPDATE and change.drifted),
        Effect.CLEARED: emptied(change) > 0,
        Effect.NEW: change.action is Action.CREATE,
        Effect.DATED: change.turn is not None or bool(change.special) or _has_exceptions(change),
        Effect.REMOVED: change.action is Action.REMOVE,
    }


def _has_exceptions(change: Change) -> bool:
    """Whether two revisions of the files have other dated exceptions."""
    return change.action is Action.UPDATE and any(field.field.startswith("exceptions.") for field in change.fields)


def emptied(change: Change) -> int:
    """Return how many values of an update become empty. A week that becomes closed is a closing, and not counted."""
    if change.action is not Action.UPDATE:
        return 0
    return sum(field.after is None and field.before is not None for field in change.fields)


def on_hours(change: Change) -> EffectOnHours:
    """Return what an update means for a site's usual week; nothing where one side is not known to be hours.

    Weekdays that a dated exception shapes don't count: their hours are back when its date is over.
    """
    hours = next((field for field in change.fields if field.field == HOURS), None)
    if hours is None or change.action is not Action.UPDATE or change.turn is not None:
        return NO_EFFECT
    if not isinstance(hours.before, Week) or not isinstance(hours.after, Week):
        return NO_EFFECT
    dated = frozenset(day.date.weekday() for day in change.special)
    return _on_hours(hours.before, hours.after, dated, hours.before.days, hours.after.days)


@lru_cache(maxsize=4096)
def _on_hours(before: Week, after: Week, dated: frozenset[int], *_: object) -> EffectOnHours:
    both = zip(by_opening_day(before), by_opening_day(after), strict=True)
    days = [pair for number, pair in enumerate(both) if number not in dated]
    net = sum(_minutes(other) - _minutes(one) for one, other in days)
    moved = max((_moved(one, other) for one, other in days), default=0)
    if moved < SMALLEST:
        return EffectOnHours(frozenset({Effect.MINUTES} if moved else ()), net)
    found: set[Effect] = set()
    is_closed = not any(other for _, other in days)
    for one, other in days:
        if one and not other:
            found.add(Effect.CLOSED if is_closed else Effect.MORE_DAYS)
        elif one and other:
            later, earlier = other[0][0] - one[0][0], one[-1][1] - other[-1][1]
            if later >= SMALLEST:
                found.add(Effect.LATER)
            if earlier >= SMALLEST:
                found.add(Effect.EARLIER)
    if net >= SMALLEST:
        found.add(Effect.LONGER)
    if net <= -SMALLEST:
        found.add(Effect.SHORTER)
    return EffectOnHours(frozenset(found), net)


def _minutes(spans: list[Span]) -> int:
    return sum(stop - start for start, stop in spans)


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
