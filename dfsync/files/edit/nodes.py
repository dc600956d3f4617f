"""A file as a tree of nodes that know where their text is, for edits that change the text itself.

Offsets count code points of the text without its BOM. A block collection ends where its last member ends; libyaml's own
mark also covers the comments that follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from dfsync.files.schema_shape import Shape
from dfsync.model.place import Pointer

BOM = "\ufeff"
_LINE_END = re.compile("\r\n|\r|\n")
_SPACE = re.compile(r"(?:[ \t\r\n]|(?<![^\s])#[^\r\n]*)*")
_ANCHOR = re.compile(r"&[^\s,\[\]{}]+")
_TRAILING_LINES = re.compile(r"(?:(?:\r\n|\r|\n) *)+\Z")


class NodeKind(StrEnum):
    """What a node is."""

    SCALAR = "scalar"
    ALIAS = "alias"
    MAPPING = "mapping"
    SEQUENCE = "sequence"


class ScalarStyle(StrEnum):
    """How a node is written."""

    PLAIN = ""
    SINGLE = "'"
    DOUBLE = '"'
    LITERAL = "|"
    FOLDED = ">"
    BLOCK = "block"
    FLOW = "flow"


class Node(Struct):
    """A value or key. `start` includes an anchor before it; `content` is where the value itself starts.

    `text` is the value of a scalar, or the name of the anchor of an alias. In a mapping, `keys` and `values` belong
    together. In a list, `values` are the members, and `dashes` is where they begin in block style.
    """

    kind: NodeKind
    style: ScalarStyle
    start: int
    content: int
    end: int
    text: str = ""
    anchor: str | None = None
    keys: list[Node] = field(default_factory=list)
    values: list[Node] = field(default_factory=list)
    dashes: list[int] = field(default_factory=list)

    @property
    def is_block(self) -> bool:
        """Whether it is a mapping or list that is written over several lines."""
        return self.style is ScalarStyle.BLOCK

    def member(self, step: str | int) -> Node | None:
        """Return the value under a key or index as it is written here; None if it is not written here."""
        if isinstance(step, str):
            found = [value for key, value in self.pairs() if key.text == step]
            return found[-1] if found and self.kind is NodeKind.MAPPING else None
        return self.values[step] if self.kind is NodeKind.SEQUENCE and step < len(self.values) else None

    def pairs(self) -> Iterator[tuple[Node, Node]]:
        """Yield the keys of a mapping with their values."""
        return zip(self.keys, self.values, strict=True) if self.kind is NodeKind.MAPPING else iter(())

    def walk(self) -> Iterator[Node]:
        """Yield the node and all below it, keys included, in the order of the text."""
        yield self
        for number, value in enumerate(self.values):
            if self.keys:
                yield self.keys[number]
            yield from value.walk()


def shaped(node: Node, shape: Shape) -> Iterator[tuple[Node, Shape]]:
    """Yield a value and all values below it, each with its shape. What is below the user's own keys is left out."""
    yield node, shape
    if node.kind is NodeKind.MAPPING:
        for key, value in node.pairs():
            if not is_own(key):
                yield from shaped(value, shape.member(key.text))
    elif node.kind is NodeKind.SEQUENCE:
        for value in node.values:
            yield from shaped(value, shape.member(0))


def is_own(key: Node) -> bool:
    """Whether a key is the user's own: what stands below it is not dfsync's."""
    return key.text.startswith("x-")


class NodeTree(Struct):
    """The text of a file, its documents, and how it is written."""

    text: str
    documents: list[Node]
    has_bom: bool

    @property
    def newline(self) -> str:
        """The line end of the file: that of its first line."""
        found = _LINE_END.search(self.text)
        return found[0] if found else "\n"

    def node(self, pointer: Pointer) -> Node | None:
        """Return the node at a pointer. Aliases and merge keys are not followed."""
        number = pointer[0]
        found = self.documents[number] if isinstance(number, int) and number < len(self.documents) else None
        for step in pointer[1:]:
            found = found.member(step) if found is not None else None
        return found

    def column(self, offset: int) -> int:
        """Return how many characters are before the offset on its line."""
        return offset - self.line_start(offset)

    def line_start(self, offset: int) -> int:
        """Return where the line of an offset starts."""
        return max(self.text.rfind("\n", 0, offset), self.text.rfind("\r", 0, offset)) + 1

    def line_end(self, offset: int) -> int:
        """Return where the line of an offset ends, without its line end."""
        found = _LINE_END.search(self.text, offset)
        return found.start() if found else len(self.text)

    def next_line(self, offset: int) -> int:
        """Return where the line after that of an offset starts, the end of the text if there is none."""
        found = _LINE_END.search(self.text, offset)
        return found.end() if found else len(self.text)

    def past_own_comments(self, end: int, margin: int) -> int:
        """Return the end of the line, or of the comments below it that are indented deeper than the margin."""
        place = position = self.line_end(end)
        while (start := self.next_line(position)) > position:
            position = self.line_end(start)
            line = self.text[start:position]
            stripped = line.lstrip(" \t")
            if stripped.startswith("#") and len(line) - len(stripped) > margin:
                place = position
            elif stripped:
                break
        return place

    def encoded(self, text: str) -> bytes:
        """Return the bytes of the file with another text."""
        return ((BOM if self.has_bom else "") + text).encode()


def read_source(data: bytes) -> NodeTree:
    """Return the tree of a file. Only for files that `parse` reads without a problem, since it bounds the depth."""
    from yaml import events
    from yaml._yaml import CParser

    text = data.decode()
    has_bom = text.startswith(BOM)
    text = text.removeprefix(BOM)
    parser = CParser(text)
    try:
        return NodeTree(text, list(_Composer(parser, text, events).documents()), has_bom)
    finally:
        parser.dispose()


class _Composer:
    """Composes nodes from libyaml's events."""

    def __init__(self, parser: Any, text: str, events: Any) -> None:
        self._parser = parser
        self._text = text
        self._events = events

    def documents(self) -> Iterator[Node]:
        self._parser.get_event()  # stream start
        while type(self._parser.get_event()) is not self._events.StreamEndEvent:
            yield self._node(self._parser.get_event())
            self._parser.get_event()  # document end

    def _node(self, event: Any) -> Node:
        events, kind = self._events, type(event)
        start, end = event.start_mark.index, event.end_mark.index
        if kind is events.AliasEvent:
            return Node(NodeKind.ALIAS, ScalarStyle.PLAIN, start, start, end, event.anchor)
        content = self._content(start, event.anchor)
        if kind is events.ScalarEvent:
            style = ScalarStyle(event.style or "")
            end = self._end(style, start, end)
            return Node(NodeKind.SCALAR, style, start, min(content, end), end, event.value, event.anchor)
        style = ScalarStyle.FLOW if event.flow_style else ScalarStyle.BLOCK
        if kind is events.MappingStartEvent:
            return self._mapping(Node(NodeKind.MAPPING, style, start, content, end, anchor=event.anchor))
        return self._sequence(Node(NodeKind.SEQUENCE, style, start, content, end, anchor=event.anchor))

    def _mapping(self, node: Node) -> Node:
        while type(event := self._parser.get_event()) is not self._events.MappingEndEvent:
            node.keys.append(self._node(event))
            node.values.append(self._node(self._parser.get_event()))
        node.end = max(node.values[-1].end, node.keys[-1].end) if node.is_block else event.end_mark.index
        return node

    def _sequence(self, node: Node) -> Node:
        after = node.content
        while type(event := self._parser.get_event()) is not self._events.SequenceEndEvent:
            if node.is_block:
                after = self._past_space(after)
                node.dashes.append(after)
            node.values.append(self._node(event))
            after = max(after + 1, node.values[-1].end)
        node.end = after if node.is_block else event.end_mark.index
        return node

    def _content(self, start: int, anchor: str | None) -> int:
        found = _ANCHOR.match(self._text, start) if anchor is not None else None
        return self._past_space(found.end()) if found else start

    def _past_space(self, offset: int) -> int:
        found = _SPACE.match(self._text, offset)
        return found.end() if found else offset

    def _end(self, style: ScalarStyle, start: int, end: int) -> int:
        """Return where a scalar ends. Blank lines after a block scalar belong to it only if it keeps them."""
        if style not in (ScalarStyle.LITERAL, ScalarStyle.FOLDED):
            return end
        header, _, _ = self._text[start:end].partition("\n")
        if "+" in header.partition("#")[0]:
            return end
        return start + len(_TRAILING_LINES.sub("", self._text[start:end]))
