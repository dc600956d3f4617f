"""Writes dated exceptions, and changes one where it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dfsync.files.edit.changes import Change, Put, Remove
from dfsync.files.edit.write import Inline, Literal, Node
from dfsync.model.exception_days import DatedException
from dfsync.model.hours.week import Span
from dfsync.model.hours.write import clock
from dfsync.model.place import Pointer


def exception_node(exception: DatedException) -> Inline:
    """Return an exception as it is written, on one line."""
    node = Inline()
    if exception.until is None:
        node["date"] = exception.date.isoformat()
    else:
        node["from"], node["to"] = exception.date.isoformat(), exception.until.isoformat()
    if exception.spans:
        node["hours"] = _hours(exception.spans)
    else:
        node["closed"] = Literal("true")
    if exception.note:
        node["note"] = exception.note
    return node


def exception_changes(
    there: DatedException, wanted: DatedException, written: Mapping[str, Any], pointer: Pointer
) -> list[Change]:
    """Return the changes that make an exception another one; `written` is what the file has at the pointer."""
    changes = _other_days(there, wanted, written, pointer)
    if wanted.spans != there.spans:
        changes += other_hours(there, wanted.spans, pointer)
    if (wanted.note or "") != (there.note or ""):
        note = (*pointer, "note")
        changes.append(Put(note, wanted.note) if wanted.note else Remove(note))
    return changes


def other_hours(there: DatedException, spans: Sequence[Span], pointer: Pointer) -> list[Change]:
    """Return the changes that give an exception other hours; no spans is closed."""
    if not spans:
        return [Remove((*pointer, "hours")), Put((*pointer, "closed"), Literal("true"))]
    hours = Put((*pointer, "hours"), _hours(spans))
    return [hours] if there.spans else [Remove((*pointer, "closed")), hours]


def _other_days(
    there: DatedException, wanted: DatedException, written: Mapping[str, Any], pointer: Pointer
) -> list[Change]:
    if (wanted.date, wanted.last) == (there.date, there.last):
        return []
    if "date" in written and wanted.until is None:
        return [Put((*pointer, "date"), wanted.date.isoformat())]
    changes: list[Change] = [Remove((*pointer, "date"))] if "date" in written else []
    for key, before, after in (("from", there.date, wanted.date), ("to", there.last, wanted.last)):
        if "date" in written or before != after:
            changes.append(Put((*pointer, key), after.isoformat()))
    return changes


def _hours(spans: Sequence[Span]) -> Node:
    texts = [f"{clock(start)}-{clock(stop - 1)}" for start, stop in spans]
    return texts[0] if len(texts) == 1 else texts
