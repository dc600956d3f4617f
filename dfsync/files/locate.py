"""Positions on demand: where in a file the value at a pointer stands.

A file is parsed for its values first; only when a finding needs a place is it parsed again, by the same parser, with
marks.
"""

from __future__ import annotations

from typing import Any

from dfsync.diagnostics import Span
from dfsync.files.yaml import Marks, Pointer, parse

_TOP = Span(1, 1, 1, 2)


class Locator:
    """Places in one file, by pointer: the document's number, then keys and indices."""

    def __init__(self, data: bytes) -> None:
        self._marks = Marks()
        self._parsed = parse(data, self._marks)

    def has(self, pointer: Pointer) -> bool:
        """Whether the file has a value at the pointer."""
        container: Any = self._parsed.documents
        for step in pointer:
            try:
                container = container[step]
            except (KeyError, IndexError, TypeError):
                return False
        return True

    def value(self, pointer: Pointer) -> Span:
        """Return the place of the value; of the nearest container that exists when the value is missing."""
        return self._place(pointer, on_key=False)

    def key(self, pointer: Pointer) -> Span:
        """Return the place of the key that the pointer ends with, or of its list item."""
        return self._place(pointer, on_key=True)

    def opening(self, pointer: Pointer) -> Span:
        """Return where something is missing from a mapping: its key's place, else the start of its first line."""
        if len(pointer) > 1 and isinstance(pointer[-1], str):
            return self.key(pointer)
        span = self.value(pointer)
        return Span(span.line, span.column, span.line, span.column + 1) if span.end_line > span.line else span

    def _place(self, pointer: Pointer, *, on_key: bool) -> Span:
        documents = self._parsed.documents
        if not pointer or not isinstance(pointer[0], int) or pointer[0] >= len(documents):
            return _TOP
        container: Any = documents[pointer[0]]
        span = self._marks.own.get(id(container), _TOP)
        for depth, step in enumerate(pointer[1:], 1):
            last = depth == len(pointer) - 1
            place = (id(container), step)
            if on_key and last and place in self._marks.keys:
                return self._marks.keys[place]
            if place not in self._marks.values:
                return span
            span = self._marks.values[place]
            try:
                container = container[step]
            except (KeyError, IndexError, TypeError):
                return span
        return span
