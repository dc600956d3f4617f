"""Gives spacing and indentation one form: two columns a level, one blank after `:`, `-` and `,`, none inside brackets.

Nothing moves to another line, except the value of an explicit key (`? key`), which becomes a plain one. Scalars and
comments stay as they are. A comment line keeps its place in the nesting. A file with an explicit key whose value takes
several lines is left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate, pairwise

from msgspec import Struct, field

from dfsync.files.edit.nodes import Node, NodeKind, NodeTree, ScalarStyle
from dfsync.files.edit.splice import Splice, spliced

_STEP = 2
_LINES = re.compile("\r\n|\r|\n")
_EXPLICIT = re.compile(r"\?[ \t]+$")
_NEXT_LINE = re.compile(r"[ \t]*(?:\r\n|\r|\n)[ \t]*:[ \t]+")
_COLON = re.compile(r"[ \t]*:[ \t]*")
_BLOCKS = (ScalarStyle.LITERAL, ScalarStyle.FOLDED)


def laid_out(source: NodeTree) -> str | None:
    """Return the text in canonical layout; None if that can't be decided."""
    layout = _Layout(source)
    try:
        for document in source.documents:
            layout.place(document, 0, ())
    except _UnusualError:
        return None
    return spliced(source.text, list(layout.splices()))


class _UnusualError(Exception):
    """The file is written in a way that has no canonical layout here."""


_Level = tuple[int, int]
"""A column of the text, and the column that it gets."""


class _Layout(Struct):
    source: NodeTree
    indents: dict[int, int] = field(default_factory=dict)
    """The new column of what begins a line, by where the line starts."""
    levels: dict[int, tuple[_Level, ...]] = field(default_factory=dict)
    """The levels around a line, the outermost first, by where the line starts."""
    inside: set[int] = field(default_factory=set)
    """Where lines start that lie inside a scalar; they are no comments."""
    quoted: set[int] = field(default_factory=set)
    """The lines of `inside` that lie in quotes: an escaped blank at the end of the line before may count."""
    joined: set[int] = field(default_factory=set)
    """Where lines start that become a part of the line before."""
    gaps: dict[int, Splice] = field(default_factory=dict)

    def place(self, node: Node, indent: int, levels: tuple[_Level, ...]) -> None:
        """Lay out a node whose own entries begin at the column `indent`; `levels` are those around it."""
        if node.is_block:
            self._place_block(node, indent, levels)
        elif node.kind is NodeKind.SCALAR:
            self._place_scalar(node, indent, levels)
        elif node.kind is not NodeKind.ALIAS:
            self._place_flow(node, indent)

    def splices(self) -> Iterator[Splice]:
        """Yield all changes of spacing and indentation."""
        yield from self.gaps.values()
        lines = list(_starts(self.source.text))
        below: tuple[_Level, ...] = ()
        nexts: dict[int, tuple[_Level, ...]] = {}
        for start, _ in reversed(lines):
            below = nexts[start] = self.levels.get(start, below)
        above: tuple[_Level, ...] = ()
        for start, end in lines:
            above = self.levels.get(start, above)
            yield from self._line(start, end, above, nexts[start])

    def _line(self, start: int, end: int, above: tuple[_Level, ...], below: tuple[_Level, ...]) -> Iterator[Splice]:
        line = self.source.text[start:end]
        body = line.lstrip(" \t")
        old = len(line) - len(body)
        if start in self.indents:
            new = self.indents[start]
        elif start in self.inside or not body:
            new = old if body else 0
        elif body.startswith("#"):
            new = _column(old, above, below)
        else:
            new = old  # a marker of documents, or a directive
        if start in self.inside and start not in self.indents:
            return
        if new != old and start not in self.joined:
            yield Splice(start, start + old, " " * new)
        kept = len(line.rstrip(" \t"))
        goes_on = self.source.next_line(start) in self.quoted
        if body and kept < len(line) and not goes_on:
            yield Splice(start + kept, end, "")

    def _place_block(self, node: Node, indent: int, levels: tuple[_Level, ...]) -> None:
        starts = node.dashes if node.kind is NodeKind.SEQUENCE else [self._key_start(key) for key in node.keys]
        column = self.source.column(starts[0])
        levels = (*levels, (column, indent))
        for number, value in enumerate(node.values):
            self._begin(starts[number], indent, levels, first=not number)
            if node.kind is NodeKind.SEQUENCE:
                self._gap(starts[number] + 1, value.start, " ")
            else:
                self._colon(starts[number], node.keys[number], value)
            if value.start != value.end:
                self.place(value, indent + _STEP, levels)

    def _begin(self, start: int, indent: int, levels: tuple[_Level, ...], *, first: bool) -> None:
        """Note the column of an entry that begins its line; the first one may follow dashes."""
        line = self.source.line_start(start)
        before = self.source.text[line:start]
        if not before.strip(" "):
            self.indents[line] = indent
            self.levels[line] = levels
        elif first and not before.strip(" -"):
            self.levels[line] = levels
        elif not first or not before.startswith("---"):
            raise _UnusualError

    def _key_start(self, key: Node) -> int:
        """Return where a key starts, with the `?` of an explicit one."""
        mark = _EXPLICIT.search(self.source.text[self.source.line_start(key.start) : key.start])
        return key.start - len(mark[0]) if mark else key.start

    def _colon(self, start: int, key: Node, value: Node) -> None:
        """Note the spacing around the colon behind a key. Raises `_UnusualError` for a key of several lines."""
        if "\n" in self.source.text[key.start : key.end]:
            raise _UnusualError
        if start != key.start:
            self._plain_key(start, key, value)
            return
        found = _COLON.match(self.source.text, key.end)
        if found is None:
            raise _UnusualError
        is_here = value.start != value.end and value.start <= self.source.line_end(key.end)
        if is_here and found.end() == value.start:
            self._set(key.end, value.start, ": ")
        else:
            colon = found[0].index(":") + key.end
            self._set(key.end, colon, "")

    def _plain_key(self, start: int, key: Node, value: Node) -> None:
        """Write `? key` with a value in the next line as `key: value`. Raises `_UnusualError` for any other form."""
        between = _NEXT_LINE.fullmatch(self.source.text, key.end, value.start)
        if between is None or value.is_block or value.style in _BLOCKS:
            raise _UnusualError
        self._set(start, key.start, "")
        self._set(key.end, value.start, ": ")
        self.joined.add(self.source.next_line(key.end))

    def _place_scalar(self, node: Node, indent: int, levels: tuple[_Level, ...] = ()) -> None:
        """Lay out the lines of a scalar after its first."""
        lines = [start for start, _ in _starts(self.source.text, node.start, node.end)][1:]
        if not lines:
            return
        if node.style in _BLOCKS:
            self._place_block_scalar(node, indent, lines, levels[-1][0] if levels else 0)
            return
        self.quoted.update(lines)
        for start in lines:
            self.inside.add(start)
            if self.source.text[start : self.source.line_end(start)].strip(" \t"):
                self.indents[start] = indent

    def _place_block_scalar(self, node: Node, indent: int, lines: list[int], above: int) -> None:
        """Lay out a text in lines. A digit in its header counts from `above`, the column of what it belongs to."""
        header = self.source.text[node.content : self.source.line_end(node.content)].partition("#")[0]
        texts = [self.source.text[start : self.source.line_end(start)] for start in lines]
        self.inside.update(lines)
        written = [text for text in texts if text.strip(" ")]
        if not written:
            return
        column = len(written[0]) - len(written[0].lstrip(" "))
        digit = next((int(character) for character in header if character.isdigit()), None)
        if digit is not None:
            column, indent = above + digit, indent - _STEP + digit
        for start, text in zip(lines, texts, strict=True):
            if len(text) > column:
                # Only the indentation of the scalar changes: further blanks are a part of it.
                self.gaps[start] = Splice(start, start + column, " " * indent)
            elif text:
                self.gaps[start] = Splice(start, start + len(text), "")

    def _place_flow(self, node: Node, indent: int) -> None:
        """Lay out brackets or braces: spacing on a line, and the indentation of further lines by depth."""
        self._flow_gaps(node)
        text = self.source.text
        brackets: list[tuple[int, int]] = []
        for below in node.walk():
            if below.kind in (NodeKind.MAPPING, NodeKind.SEQUENCE) and text[below.content] in "[{":
                brackets += [(below.content, 1), (below.end - 1, -1)]
            elif below.kind is NodeKind.SCALAR:
                self._place_scalar(below, indent)
        brackets.sort()
        changes, places = dict(brackets), [place for place, _ in brackets]
        depths = [0, *accumulate(change for _, change in brackets)]
        for start, end in list(_starts(text, node.start, node.end))[1:]:
            body = start + len(text[start:end]) - len(text[start:end].lstrip(" \t"))
            if start in self.inside or body >= end:
                continue
            level = depths[bisect_left(places, body)]
            while body in changes and changes[body] < 0:
                level, body = level - 1, body + 1
            self.indents[start] = indent - _STEP + _STEP * level

    def _flow_gaps(self, node: Node) -> None:
        text = self.source.text
        is_bracketed = text[node.content] in "[{"
        members = (
            [(key.start, max(key.end, value.end)) for key, value in node.pairs()]
            if node.keys
            else [(value.start, value.end) for value in node.values]
        )
        for key, value in node.pairs():
            if value.start != value.end and (found := _COLON.match(text, key.end)) and found.end() == value.start:
                self._set(key.end, value.start, ": ")
        if is_bracketed and any(start == end for start, end in members):
            pass  # an empty member has no place of its own
        elif is_bracketed and members:
            self._gap(node.content + 1, members[0][0], "")
            for (_, end), (start, _) in pairwise(members):
                if text[end:start].strip(" \t") == ",":
                    self._set(end, start, ", ")
            self._gap(members[-1][1], node.end - 1, "", comma=True)
        elif is_bracketed:
            self._gap(node.content + 1, node.end - 1, "")
        for below in (*node.keys, *node.values):
            if below.kind in (NodeKind.MAPPING, NodeKind.SEQUENCE):
                self._flow_gaps(below)

    def _gap(self, start: int, end: int, wanted: str, *, comma: bool = False) -> None:
        """Note what is wanted between two places of one line that have nothing but blanks between them."""
        between = self.source.text[start:end]
        if not between.strip(" \t," if comma else " \t"):
            self._set(start, end, wanted)

    def _set(self, start: int, end: int, wanted: str) -> None:
        if self.source.text[start:end] != wanted:
            self.gaps[start] = Splice(start, end, wanted)


def _column(old: int, above: tuple[_Level, ...], below: tuple[_Level, ...]) -> int:
    """Return the new column of a comment line between two entries: that of its level, or one step deeper."""
    if below and old == below[-1][0]:
        return below[-1][1]
    for column, new in (*above, *below):
        if column == old:
            return new
    for column, new in reversed(above or below):
        if column < old:
            return new + _STEP
    return old if not (above or below) else 0


def _starts(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield where the lines from one place to another start and end, line ends excluded."""
    end = len(text) if end is None else end
    for found in _LINES.finditer(text, start, end):
        yield start, found.start()
        start = found.end()
    yield start, end
