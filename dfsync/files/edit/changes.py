"""Changes of a file, as values: what to put, append or remove at which pointer.

`changed` returns what the file must say afterwards; `dfsync.files.edit.edit` changes the text accordingly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from dfsync.files.edit.write import Node
from dfsync.model.place import Pointer


class Put(Struct, frozen=True):
    """Set the value at a pointer. Missing keys on the way are created."""

    pointer: Pointer
    value: Node


class Append(Struct, frozen=True):
    """Add a member at the end of the list at a pointer. A missing list is created."""

    pointer: Pointer
    value: Node


class Remove(Struct, frozen=True):
    """Remove the key or member at a pointer."""

    pointer: Pointer


Change = Put | Append | Remove
"""The pointers of changes that are made together all refer to the file before the changes."""

_GONE = object()


def changed(value: Any, changes: Sequence[Change]) -> Any:
    """Return a value after the changes. The value itself is not modified, whatever aliases share parts of it."""
    return _changed(value, changes, 0, plain)


def rewritten(value: Any, changes: Sequence[Change], depth: int) -> Node:
    """Return a value as it is written after the changes. `depth` is how many steps of their pointers lead to it."""
    node: Node = _changed(value, changes, depth, lambda node: node)
    return node


def _changed(value: Any, changes: Sequence[Change], depth: int, form: Callable[[Node], Any]) -> Any:
    below: dict[str | int, list[Change]] = {}
    appended = []
    for change in changes:
        if len(change.pointer) > depth:
            below.setdefault(change.pointer[depth], []).append(change)
        elif isinstance(change, Put):
            value = form(change.value)
        elif isinstance(change, Append):
            appended.append(form(change.value))
        else:
            return _GONE
    if appended:
        value = [*(value or ()), *appended]
    if not below:
        return value
    if isinstance(value, list):
        items = [_changed(item, below.get(number, ()), depth + 1, form) for number, item in enumerate(value)]
        return [item for item in items if item is not _GONE]
    members = dict(value) if isinstance(value, Mapping) else {}
    for step, of_step in below.items():
        members[str(step)] = _changed(members.get(str(step)), of_step, depth + 1, form)
    return {key: member for key, member in members.items() if member is not _GONE}


def plain(node: Node) -> Any:
    """Return the value that a written value is read as."""
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in node.items()}
    if node is None or isinstance(node, str):
        return node
    return [plain(item) for item in node]
