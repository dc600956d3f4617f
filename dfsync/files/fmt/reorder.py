"""Puts keys into canonical order by moving the text of whole entries. Comments move with the field below them.

The text of an entry is its own line or lines, the comments indented below it, and the comment and blank lines above it.
Keys that the schema does not know keep their place: first if they are before all others, otherwise last.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from msgspec import Struct

from dfsync.files.edit.nodes import Node, NodeKind, NodeTree, ScalarStyle, shaped
from dfsync.files.schema_shape import Shape

_BLANK_LINES = re.compile(r"(?:[ \t]*(?:\r\n|\r|\n))*")
MODELINE = re.compile(r"#[ \t]*(?:yaml-language-server:|\$schema:)")


def reordered(source: NodeTree, shape: Shape) -> str:
    """Return the text with the keys of every mapping in canonical order, if that can be done by moving text."""
    moves = [
        move
        for document in source.documents
        for node, of_node in shaped(document, shape)
        if node.kind is NodeKind.MAPPING and of_node.is_ordered and of_node.keys
        if (order := _wanted(node, of_node)) and (move := _move(source, node, order))
    ]
    return _with_moves(source.text, sorted(moves, key=lambda move: (move.start, -move.end)))


class _Move(Struct, frozen=True):
    """A mapping to put in order: the texts of its entries as pairs of offsets, what is between them, and the new order.

    `margin` is the text before each entry except the first, if that one begins after a dash.
    """

    entries: Sequence[tuple[int, int]]
    between: Sequence[str]
    order: Sequence[int]
    margin: str = ""

    @property
    def start(self) -> int:
        return self.entries[0][0]

    @property
    def end(self) -> int:
        return self.entries[-1][1]


def _with_moves(source: str, moves: Sequence[_Move]) -> str:
    """Return the text with all moves made, including those inside the entries of others. They are sorted by place."""
    starts = [move.start for move in moves]

    def stretch(start: int, end: int, first: int) -> str:
        """Return the new text of a stretch; `first` is the first move to be looked at."""
        parts = []
        number = max(bisect_left(starts, start), first)
        while number < len(moves) and moves[number].end <= end:
            move = moves[number]
            parts += [source[start : move.start], moved(move, number + 1)]
            start = move.end
            number = bisect_left(starts, start, number + 1)
        return "".join((*parts, source[start:end]))

    def moved(move: _Move, first: int) -> str:
        texts = [stretch(start, end, first) for start, end in move.entries]
        texts = _own_first([texts[number] for number in move.order], move)
        return "".join(between + text for between, text in zip(("", *move.between), texts, strict=True))

    return stretch(0, len(source), 0)


def _own_first(texts: list[str], move: _Move) -> list[str]:
    """Give the blank lines and the margin above the new first entry to the entry that was first."""
    was_first = move.order.index(0)
    if was_first:
        found = _BLANK_LINES.match(texts[0])
        blank = found[0] if found else ""
        texts[0] = texts[0][len(blank) :].removeprefix(move.margin)
        texts[was_first] = blank + move.margin + texts[was_first]
    return texts


def _wanted(node: Node, shape: Shape) -> list[int] | None:
    """Return the canonical order of the entries of a mapping; None if it has that order or must not be changed."""
    ranks = {key: rank for rank, key in enumerate(shape.keys)}
    names = [key.text for key in node.keys]
    first_known = next((number for number, name in enumerate(names) if name in ranks), len(names))

    def rank(number: int) -> int:
        name = names[number]
        if name == "<<":
            return -2
        return ranks.get(name, -1 if number < first_known else len(ranks))

    order = sorted(range(len(names)), key=rank)
    return order if order != sorted(order) and _keeps_anchors(node, order) else None


def _keeps_anchors(node: Node, order: Sequence[int]) -> bool:
    """Whether every alias still follows the same anchor when the entries are in the new order."""
    names = [
        {below.anchor or below.text for below in value.walk() if below.anchor or below.kind is NodeKind.ALIAS}
        for value in node.values
    ]
    anchors = [{below.anchor for below in value.walk() if below.anchor} for value in node.values]
    for position, number in enumerate(order):
        for earlier in order[:position]:
            crossed = earlier > number
            if crossed and (anchors[earlier] & names[number] or anchors[number] & names[earlier]):
                return False
    return True


def _move(source: NodeTree, node: Node, order: Sequence[int]) -> _Move | None:
    return _move_in_flow(source, node, order) if node.style is ScalarStyle.FLOW else _move_lines(source, node, order)


def _move_in_flow(source: NodeTree, node: Node, order: Sequence[int]) -> _Move | None:
    ends = [max(key.end, value.end) for key, value in node.pairs()]
    entries = [(key.start, end) for key, end in zip(node.keys, ends, strict=True)]
    between = [source.text[end : key.start] for end, key in zip(ends, node.keys[1:], strict=False)]
    return None if any("#" in text for text in between) else _Move(entries, between, order)


def _move_lines(source: NodeTree, node: Node, order: Sequence[int]) -> _Move | None:
    margin = source.column(node.keys[0].start)
    start = _first_start(source, node)
    entries: list[tuple[int, int]] = []
    for number, (key, value) in enumerate(node.pairs()):
        end = max(key.end, value.end)
        begins_line = not source.text[source.line_start(key.start) : key.start].strip(" ")
        if source.text[end - 1] in "\r\n" or (number and not begins_line):
            return None  # a block scalar that keeps the blank lines after it, or an explicit key
        end = source.past_own_comments(end, margin)
        entries.append((start, end))
        start = source.next_line(end)
    after_dash = entries[0][0] == node.keys[0].start and margin
    return _Move(entries, [source.newline] * (len(order) - 1), order, " " * margin if after_dash else "")


def _first_start(source: NodeTree, node: Node) -> int:
    """Return where the first entry starts, with the comment lines right above it but without the modeline."""
    key = node.keys[0].start
    start = source.line_start(key)
    if source.text[start:key].strip(" "):
        return key
    while start > 0:
        above = source.line_start(start - 1 - source.text.endswith("\r\n", 0, start))
        line = source.text[above:start].strip()
        if not line.startswith("#") or MODELINE.match(line):
            break
        start = above
    return start
