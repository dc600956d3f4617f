"""Finds where in a file the value at a pointer is.

A file is first parsed for its values only. If a finding needs a place, the file is parsed again by the same parser,
with positions.
"""

from __future__ import annotations

from typing import Any

from dfsync.files.yaml.parse import parse, value_at
from dfsync.files.yaml.values import Marks, YamlList, YamlMapping
from dfsync.model.place import TOP, Pointer, Span

_MISSING = object()


class Locator:
    """The places in one file, by pointer: the number of the document, then keys and indices."""

    def __init__(self, data: bytes) -> None:
        self._parsed = parse(data, with_marks=True)

    def has(self, pointer: Pointer) -> bool:
        """Whether the file has a value at the pointer."""
        return value_at(self._parsed.documents, pointer, _MISSING) is not _MISSING

    def raw(self, pointer: Pointer) -> Any:
        """Return what is written at the pointer; None if nothing is."""
        return value_at(self._parsed.documents, pointer, None)

    def value(self, pointer: Pointer) -> Span:
        """Return the place of the value, or of the nearest existing container if the value is missing."""
        return self._place(pointer, on_key=False)

    def key(self, pointer: Pointer) -> Span:
        """Return the place of the key that the pointer ends with, or of its list item."""
        return self._place(pointer, on_key=True)

    def opening(self, pointer: Pointer) -> Span:
        """Return the place for something that a mapping lacks: the mapping if it fits on a line, else its first key."""
        span = self.value(pointer)
        if span.line == span.end_line:
            return span
        container: Any = self._parsed.documents
        for step in pointer:
            container = container[step]
        first = next(iter(container), None) if isinstance(container, YamlMapping) else None
        return _start(span) if first is None else _marks(container).keys.get(first, _start(span))

    def _place(self, pointer: Pointer, *, on_key: bool) -> Span:
        documents = self._parsed.documents
        if not pointer or not isinstance(pointer[0], int) or pointer[0] >= len(documents):
            return TOP
        container: Any = documents[pointer[0]]
        span = _marks(container).own or TOP
        for depth, step in enumerate(pointer[1:], 1):
            last = depth == len(pointer) - 1
            marks = _marks(container)
            if on_key and last and step in marks.keys:
                return marks.keys[step]
            if step not in marks.values:
                return span
            span = marks.values[step]
            if last and _is_empty(span):  # nothing was written: the key says where
                span = marks.keys.get(step, span)
            try:
                container = container[step]
            except (KeyError, IndexError, TypeError):
                return span
        return span


def _marks(value: Any) -> Marks:
    """Return the places of a mapping or list, none for a scalar."""
    return (isinstance(value, (YamlMapping, YamlList)) and value.marks) or Marks()


def _start(span: Span) -> Span:
    return Span(span.line, span.column, span.line, span.column + 1)


def _is_empty(span: Span) -> bool:
    return (span.line, span.column) == (span.end_line, span.end_column)
