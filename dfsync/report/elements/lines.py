"""The change of a field as lines: the value before and after, and for hours on which days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from dfsync.diff.changes import ABSENT, FieldChange
from dfsync.model.hours.week import Week
from dfsync.model.hours.write import describe, described_days
from dfsync.model.text import look, visible
from dfsync.model.values import Unreadable
from dfsync.report.elements.changed_days import changed_days

HOURS = "operational_hours"
_MOST = 120


class Words(str):
    """Text that dfsync wrote, such as hours. It contains no data, so it needs no quotes and no escapes."""

    __slots__ = ()


class ReportLine(NamedTuple):
    """One line of a change. None is an empty field. `days` is "" for everything except hours.

    `net` is by how many minutes hours are longer on each of the days; None if two weeks are not compared.
    """

    days: str
    before: str | None
    after: str | None
    net: int | None = None


NOT_MANAGED = Words("(not managed)")
"""A revision of the files does not have the field."""

NOT_KEPT = Words("(not kept)")
"""What was sent of a contact before: it can't be exported, and state has only digests."""


def lines(change: FieldChange, most: int = _MOST, *, known: bool = True) -> list[ReportLine]:
    """Return the lines of an updated field, at least one. Hours show only the days that differ.

    `known` is False if nobody knows what was there before.

    Each side is one line, safe for a terminal; hours are `Words`. Data is cut to at most `most` characters, so that the
    first difference can be seen.
    """
    if change.before is ABSENT:
        return [ReportLine(days, NOT_MANAGED, text) for days, text in whole(change.after)]
    if change.after is ABSENT:
        return [ReportLine(days, text, NOT_MANAGED) for days, text in whole(change.before)]
    before, after = readable(change.before), readable(change.after)
    if change.before is None and not known:
        return [ReportLine("", NOT_KEPT, _shown(after, most))]
    if isinstance(before, Week) and isinstance(after, Week) and before != after:
        return [
            ReportLine(days, Words(one), Words(other), net) for days, one, other, net in changed_days(before, after)
        ]
    if isinstance(before, str) and isinstance(after, str):
        return [ReportLine("", *_side_by_side(before, after, most))]
    return [ReportLine("", _shown(before, most), _shown(after, most))]


def created(change: FieldChange) -> list[ReportLine]:
    """Return the lines of a field of a new row: hours have one line for each run of days. Only `after` is set."""
    return [ReportLine(days, None, text) for days, text in whole(change.after)]


def whole(value: Any, most: int = 2 * _MOST) -> list[tuple[str, str | None]]:
    """Return a value as lines of days and text, at least one. `days` is "" for everything except hours."""
    value = readable(value)
    if isinstance(value, Week) and not value.closed:
        return [(days, Words(hours)) for days, hours in described_days(value)]
    return [("", _shown(value, most))]


def readable(value: Any) -> str | Week | None:
    """Return one side of a change: a week, or else text, several texts joined; None if it is empty.

    Hours that can't be read as hours are the text that live has there.
    """
    if isinstance(value, Week):
        return value
    if isinstance(value, Unreadable):
        return value.raw
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, tuple):
        value = ", ".join(map(str, value))
    return None if value in (None, "") else str(value)


def _shown(value: str | Week | None, most: int) -> str | None:
    if isinstance(value, Week):
        return Words(describe(value))
    return None if value is None else _cut(value, most)


def _cut(text: str, most: int) -> str:
    return _clipped(visible(text[: most * 2]), most, whole=len(text) <= most * 2)


def _side_by_side(before: str, after: str, most: int) -> tuple[str, str]:
    """Return both texts on one line each: what looks alike is spelled out, what is long is cut to where they differ."""
    if before != after and _look(before) == _look(after):
        before, after = _spelled(before), _spelled(after)
    sides = visible(before), visible(after)
    shorter, longer = sorted(map(len, sides))
    pairs = enumerate(zip(*sides, strict=False))
    common = next((number for number, (one, other) in pairs if one != other), shorter)
    skip = max(0, common - most // 2) if longer > most else 0
    lead = "…" if skip else ""
    one, other = (lead + _clipped(side[skip:], most - len(lead)) for side in sides)
    return one, other


def _clipped(shown: str, most: int, *, whole: bool = True) -> str:
    return shown if whole and len(shown) <= most else shown[: most - 1] + "…"


def _look(text: str) -> str:
    return look(" ".join(visible(text).split()))


def _spelled(text: str) -> str:
    return text.encode("unicode_escape").decode("ascii")
