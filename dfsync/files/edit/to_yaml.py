"""Writes sites and hours as YAML: the order of fields, and the forms of opening hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dfsync.files.edit.write import Inline, Node, QuotedText
from dfsync.model.fields import FIELDS
from dfsync.model.hours.file_form.read import read_hours
from dfsync.model.hours.week import DAY, DAYS, Span, Week, day_ranges
from dfsync.model.hours.write import by_opening_day, clock
from dfsync.model.settings import HoursForm
from dfsync.model.values import Value

Days = Sequence[Sequence[Span]]
"""For each weekday the spans that start on it."""


def site_node(id: str, fields: Mapping[str, Value], hours: Node = None) -> dict[str, Any]:
    """Return the mapping of a site in canonical order. `hours` is written in place of opening hours."""
    node: dict[str, Any] = {"id": id}
    for field in FIELDS:
        if field.name in fields:
            owner, _, part = field.name.partition(".")
            value = hours if field.name == "operational_hours" else value_node(fields[field.name])
            if part:
                node.setdefault(owner, Inline())[part] = value
            else:
                node[owner] = value
    return node


def value_node(value: Value) -> Node:
    """Return a text or groups as they are written. Opening hours have forms of their own (`hours_node`)."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return list(value)
    raise ValueError("opening hours are written by hours_node")


def hours_node(week: Week, form: HoursForm, *, name_closed: bool = False) -> Node:
    """Return a week in a form, with each night on the day on which it starts. Raises ValueError if no form can say it.

    Files can't say a span of one minute, but live can hold one. `name_closed` writes closed days too in the compact
    form.
    """
    for days in (by_opening_day(week), week.by_day()):
        node = days_node(days, form, name_closed=name_closed)
        if read_hours(node).week == week:
            return node
    raise ValueError("a span of one minute can't be written in a file")


def days_node(days: Days, form: HoursForm, *, name_closed: bool = False) -> Node:
    """Return the spans of each day in the form, as they are."""
    return _compact(days, name_closed=name_closed) if form == "compact" else _list(days)


def _compact(days: Days, *, name_closed: bool) -> dict[str, Any]:
    alike: dict[tuple[Span, ...], list[int]] = {}
    for day, spans in enumerate(days):
        if spans or (name_closed and any(days)):
            alike.setdefault(tuple(spans), []).append(day)
    return Inline({",".join(day_ranges(numbers)): _spans(spans) for spans, numbers in alike.items()})


def _spans(spans: tuple[Span, ...]) -> Node:
    texts = [f"{clock(start)}-{_end((start, stop))}" for start, stop in spans]
    return texts[0] if len(texts) == 1 else texts or "closed"


def _list(days: Days) -> list[Any]:
    alike: dict[Span, list[str]] = {}
    for name, spans in zip(DAYS, days, strict=True):
        for span in spans:
            alike.setdefault(span, []).append(name)
    ordered = sorted(alike.items(), key=lambda item: (DAYS.index(item[1][0]), item[0]))
    return [Inline(days=names, start=QuotedText(clock(span[0])), end=QuotedText(_end(span))) for span, names in ordered]


def _end(span: Span) -> str:
    """Return the inclusive end; 24:00 if 23:59 would be the start too."""
    start, stop = span
    return "24:00" if start == DAY - 1 and stop == DAY else clock(stop - 1)
