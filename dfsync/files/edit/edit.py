"""Edits a file so that every byte outside the changed values stays as it was.

Changes are spliced into the text. Then the file is read again: if it does not say exactly what was asked for, the edit
is refused. Dumpers that read and rewrite the whole file lose and move comments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from msgspec import Struct, field

from dfsync.errors import InputError
from dfsync.files.edit.changes import Append, Change, Put, Remove, changed, rewritten
from dfsync.files.edit.nodes import Node, NodeKind, NodeTree, read_source
from dfsync.files.edit.splice import Splice, Splicer, key_number, spliced
from dfsync.files.edit.write import Node as Written
from dfsync.files.schema_shape import Shape
from dfsync.files.yaml.parse import parse, value_at
from dfsync.model.place import Pointer


class EditError(InputError):
    """The file can't be edited in place. The message says why, without the path."""


class EditResult(Struct, frozen=True):
    """A file after its changes. `separated` are the places that shared their value with others and no longer do."""

    data: bytes
    separated: tuple[Pointer, ...] = ()


def edited(data: bytes, changes: Sequence[Change], shape: Shape) -> EditResult:
    """Return the file with the changes made. Raises `EditError`.

    A value that comes from an alias or a merge key, or that others share through an anchor, becomes a value of its own.
    """
    if not changes:
        return EditResult(data)
    parsed = parse(data)
    if parsed.problems:
        raise EditError(f"is not edited: {parsed.problems[0].message}", help="correct the file first")
    expected = changed(parsed.documents, changes)
    source = read_source(data)
    edit = _Edit(source, parsed.documents, shape)
    text = spliced(source.text, list(edit.splices(changes)))
    result = source.encoded(text) if text is not None else b""
    again = parse(result)
    if text is not None and not again.problems and again.documents == expected:
        return EditResult(result, tuple(dict.fromkeys(edit.separated)))
    additions = [change for change in changes if isinstance(change, Append)]
    if 0 < len(additions) < len(changes):  # a member is added where the end of the last one changes
        first = edited(data, [change for change in changes if not isinstance(change, Append)], shape)
        last = edited(first.data, additions, shape)
        if parse(last.data).documents == expected:
            return EditResult(last.data, (*first.separated, *last.separated))
    raise EditError("can't be edited in place without changing something else", help="make the change by hand")


class _Groups(Struct):
    """Changes grouped by the mapping or list that they change in the text."""

    values: dict[Pointer, list[Change]] = field(default_factory=dict)
    additions: dict[Pointer, list[Change]] = field(default_factory=dict)
    removals: dict[Pointer, list[Change]] = field(default_factory=dict)


class _Edit:
    def __init__(self, source: NodeTree, documents: list[Any], shape: Shape) -> None:
        self._source = source
        self._documents = documents
        self._shape = shape
        self._splicer = Splicer(source)
        self.separated: list[Pointer] = []

    def splices(self, changes: Sequence[Change]) -> Iterator[Splice]:
        """Yield the splices that make all changes."""
        groups = self._grouped(changes)
        gone: dict[Pointer, set[int]] = {}
        for pointer in groups.removals:
            number = key_number(self._written(pointer[:-1]), pointer[-1])
            if number is not None:
                gone.setdefault(pointer[:-1], set()).add(number)
        yield from self._unshared(groups)
        yield from self._values(groups, gone)
        for pointer, additions in groups.additions.items():
            written = [change.value for change in additions if isinstance(change, Append)]
            splice = self._splicer.additions(self._written(pointer), written, gone.get(pointer, set()))
            yield splice._replace(depth=len(pointer))
        for pointer, numbers in gone.items():
            yield from self._splicer.removals(self._written(pointer), numbers)

    def _values(self, groups: _Groups, gone: Mapping[Pointer, AbstractSet[int]]) -> Iterator[Splice]:
        """Yield the splices that set values, in place or as new keys."""
        insertions: dict[Pointer, dict[str, Written]] = {}
        for pointer, changes in groups.values.items():
            node, parent = self._source.node(pointer), self._node(pointer[:-1])
            value = self._value(pointer, changes)
            if node is not None:
                yield self._splicer.replacement(parent, node, value)
            elif parent is not None and parent.kind is NodeKind.MAPPING:
                insertions.setdefault(pointer[:-1], {})[str(pointer[-1])] = value
        for pointer, values in insertions.items():
            order, leaving = self._shape.order(pointer[1:]), gone.get(pointer, set())
            for splice in self._splicer.insertions(self._written(pointer), values, order, leaving):
                yield splice._replace(depth=len(pointer))

    def _grouped(self, changes: Sequence[Change]) -> _Groups:
        groups = _Groups()
        for change in changes:
            place = self._place(change)
            node = self._source.node(place)
            if place == change.pointer and isinstance(change, Append) and node and node.kind is NodeKind.SEQUENCE:
                groups.additions.setdefault(place, []).append(change)
            elif place == change.pointer and isinstance(change, Remove):
                groups.removals.setdefault(place, []).append(change)
            else:
                groups.values.setdefault(place, []).append(change)
        groups.values.update({pointer: [] for pointer in self._emptied(groups)})
        for of_kind in (groups.values, groups.additions, groups.removals):
            for pointer in list(of_kind):
                deep = len(pointer) + (of_kind is not groups.values)
                whole = next((pointer[:n] for n in range(1, deep) if pointer[:n] in groups.values), None)
                if whole is not None:
                    groups.values[whole].extend(of_kind.pop(pointer))
        return groups

    def _emptied(self, groups: _Groups) -> list[Pointer]:
        """Return the mappings and lists that lose all their members; they are written anew."""
        left = Counter(pointer[:-1] for pointer in groups.removals if self._source.node(pointer) is not None)
        return [pointer for pointer, count in left.items() if count == len(self._written(pointer).values)]

    def _place(self, change: Change) -> Pointer:
        """Return the pointer of the value that is written anew for a change: its own, or that of a value in its way."""
        pointer = change.pointer
        for depth in range(1, len(pointer)):
            node = self._source.node(pointer[:depth])
            if node is None or node.kind in (NodeKind.SCALAR, NodeKind.ALIAS):
                if node is not None and node.kind is NodeKind.ALIAS:
                    self.separated.append(pointer[:depth])
                return pointer[:depth]
        return pointer

    def _value(self, pointer: Pointer, changes: Sequence[Change]) -> Written:
        only = changes[0]
        if len(changes) == 1 and isinstance(only, Put) and only.pointer == pointer:
            return only.value
        return rewritten(value_at(self._documents, pointer), changes, len(pointer))

    def _unshared(self, groups: _Groups) -> Iterator[Splice]:
        """Yield the splices that give a copy to those who share a value that is about to change."""
        touched, lost = self._touched(groups)
        for anchored, aliases in self._shared():
            pointer = touched.get(anchored.start)
            apart = (
                [a for a in aliases if not any(node.start <= a.start < node.end for node in lost)] if pointer else []
            )
            if pointer and apart:
                self.separated.append(pointer)
                copy = f"&{anchored.anchor} {self._splicer.copied(anchored)}"
                yield Splice(apart[0].start, apart[0].end, copy)

    def _touched(self, groups: _Groups) -> tuple[dict[int, Pointer], list[Node]]:
        """Return where anchored values are about to change, and what is written anew."""
        touched: dict[int, Pointer] = {}
        lost: list[Node] = []
        for pointer in (*groups.values, *groups.additions, *groups.removals):
            node = self._source.node(pointer)
            changing = [self._source.node(pointer[:depth]) for depth in range(1, len(pointer) + 1)]
            if pointer not in groups.additions and node is not None:
                lost.append(node)
                changing.extend(node.walk())
            shared = node is not None and node.kind is NodeKind.ALIAS
            if shared or (node is None and value_at(self._documents, pointer) is not None):
                self.separated.append(pointer)
            touched.update({at.start: pointer for at in changing if at is not None and at.anchor is not None})
        return touched, lost

    def _shared(self) -> Iterator[tuple[Node, list[Node]]]:
        """Yield each anchored node with its aliases."""
        for document in self._source.documents:
            current: dict[str, tuple[Node, list[Node]]] = {}
            for node in document.walk():
                if node.kind is NodeKind.ALIAS:
                    current[node.text][1].append(node)
                elif node.anchor is not None:
                    if node.anchor in current:
                        yield current[node.anchor]
                    current[node.anchor] = (node, [])
            yield from current.values()

    def _node(self, pointer: Pointer) -> Node | None:
        return self._source.node(pointer) if pointer else None

    def _written(self, pointer: Pointer) -> Node:
        node = self._source.node(pointer)
        if node is None or node.kind not in (NodeKind.MAPPING, NodeKind.SEQUENCE):
            raise EditError("can't be edited in place", help="make the change by hand")
        return node
