"""Decides where a change goes into the text of a file and in what form. Every other byte stays.

A new value takes the style of the old one: block or flow, the same quotes, the same indentation and line ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from msgspec import Struct

from dfsync.files.edit.nodes import Node, NodeKind, NodeTree, ScalarStyle
from dfsync.files.edit.write import (
    Literal,
    entry,
    fits_a_line,
    in_block,
    in_flow,
    in_one_line,
    over_lines,
    quoted,
    scalar,
)
from dfsync.files.edit.write import Node as Written


class Splice(NamedTuple):
    """Text that replaces the text from `start` to `end`. Of two splices at one place, the deeper one comes first."""

    start: int
    end: int
    text: str
    depth: int = 0


def spliced(text: str, splices: Sequence[Splice]) -> str | None:
    """Return the text with all splices made; None if two change the same text and are not both removals."""
    parts: list[str] = []
    position, removing = 0, False
    for splice in sorted(splices, key=lambda splice: (splice.start, splice.end, -splice.depth)):
        if splice.start < position and not (removing and not splice.text):
            return None
        parts += (text[position : splice.start], splice.text)
        position, removing = max(position, splice.end), not splice.text
    return "".join((*parts, text[position:]))


class Splicer(Struct, frozen=True):
    """Makes splices for one file."""

    source: NodeTree

    def replacement(self, parent: Node | None, node: Node, value: Written) -> Splice:
        """Return the splice that gives a node another value."""
        if parent is not None and parent.style is ScalarStyle.FLOW:
            return self._replaced(node, self._styled(node, value, flow=True))
        if node.is_block:
            return self._replaced_block(parent, node, value)
        keeps_line = node.style is ScalarStyle.FLOW or fits_a_line(value, 0) or self._comment_follows(node)
        if keeps_line or parent is None:
            return self._replaced(node, self._styled(node, value, flow=False))
        indent = self._margin(parent) + 2
        if parent.kind is NodeKind.SEQUENCE:
            return self._replaced(node, self._lines(over_lines(value, indent)))
        start = len(self.source.text[: node.content].rstrip(" \t"))
        return Splice(start, node.end, self._lines("\n" + " " * indent + over_lines(value, indent)))

    def insertions(
        self, mapping: Node, entries: Mapping[str, Written], order: Sequence[str], gone: AbstractSet[int]
    ) -> Iterator[Splice]:
        """Yield the splices that add keys to a mapping, each after the key before it in canonical order.

        `gone` has the members that are removed at the same time.
        """
        places: dict[int | None, list[str]] = {}
        for key in sorted(entries, key=lambda key: order.index(key) if key in order else len(order)):
            places.setdefault(self._sibling(mapping, key, order, gone), []).append(key)
        for sibling, keys in places.items():
            if mapping.style is ScalarStyle.FLOW:
                yield self._inserted_in_flow(mapping, sibling, [f"{key}: {in_flow(entries[key])}" for key in keys])
            else:
                margin = self._margin(mapping)
                lines = [self._lines(entry(key, entries[key], margin)) for key in keys]
                yield self._inserted_lines(mapping, sibling, lines)

    def additions(self, sequence: Node, values: Sequence[Written], gone: AbstractSet[int]) -> Splice:
        """Return the splice that adds members at the end of a list. `gone` are those removed at the same time."""
        last = max((number for number in range(len(sequence.values)) if number not in gone), default=None)
        if sequence.style is ScalarStyle.FLOW:
            return self._inserted_in_flow(sequence, last, list(map(in_flow, values)))
        margin = self._margin(sequence)
        lines = [self._lines("- " + in_block(value, margin + 2)) for value in values]
        return self._inserted_lines(sequence, last, lines, blank=self._has_gaps(sequence))

    def removals(self, node: Node, numbers: AbstractSet[int]) -> Iterator[Splice]:
        """Yield the splices that remove some members, but not all of them, from a mapping or list."""
        if node.style is ScalarStyle.FLOW:
            yield from self._removed_from_flow(node, numbers)
        else:
            yield from (self._removed_lines(node, number) for number in sorted(numbers))

    def copied(self, node: Node) -> str:
        """Return a value as flow text that reads the same, with its scalars quoted or plain as they are."""
        if node.kind is NodeKind.ALIAS:
            return f"*{node.text}"
        if node.kind is NodeKind.MAPPING:
            return "{" + ", ".join(f"{self.copied(key)}: {self.copied(value)}" for key, value in node.pairs()) + "}"
        if node.kind is NodeKind.SEQUENCE:
            return "[" + ", ".join(map(self.copied, node.values)) + "]"
        if node.style is not ScalarStyle.PLAIN:
            return quoted(node.text)
        if not node.text:
            return "null"
        return node.text if not re.search(r"[,\[\]{}]", node.text) else scalar(node.text, flow=True)

    def _styled(self, node: Node, value: Written, *, flow: bool) -> str:
        is_text = isinstance(value, str) and not isinstance(value, Literal)
        if is_text and node.kind is NodeKind.SCALAR and node.style in (ScalarStyle.SINGLE, ScalarStyle.DOUBLE):
            return quoted(str(value), node.style)
        return in_flow(value) if flow else in_one_line(value)

    def _replaced(self, node: Node, text: str) -> Splice:
        """Return the splice for a node; what was empty may need a space, or the colon too, before its first text."""
        if node.end > node.content and self.source.text[node.end - 1] in "\r\n":  # a block scalar that keeps its end
            text += self.source.newline
        before = self.source.text[: node.content]
        if node.content == node.end and before and before[-1] not in " \t\r\n":
            starts = self.source.text[: node.start].rstrip()[-1:] in (":", "-")
            text = f" {text}" if starts else f": {text}"
        return Splice(node.content, node.end, text)

    def _replaced_block(self, parent: Node | None, node: Node, value: Written) -> Splice:
        column = self.source.column(node.content)
        # A list may stand right below its key, at the key's own margin; nothing else may.
        needed = 2 if parent and parent.kind is NodeKind.MAPPING and column <= self._margin(parent) else 0
        becomes_line = node.kind is NodeKind.SEQUENCE and isinstance(value, Mapping) and fits_a_line(value, column)
        if value and not isinstance(value, str) and not becomes_line:
            needed = needed if isinstance(value, Mapping) else 0
            return Splice(node.content, node.end, " " * needed + self._lines(over_lines(value, column + needed)))
        text = in_one_line(value)
        if parent is None or parent.kind is NodeKind.SEQUENCE:
            return Splice(node.content, node.end, text)
        key = next(key for key, member in parent.pairs() if member is node)
        colon = self.source.text.index(":", key.end) + 1
        if self.source.text[colon : node.content].strip():
            return Splice(node.content, node.end, " " * needed + text)
        return Splice(colon, node.end, " " + text)

    def _comment_follows(self, node: Node) -> bool:
        rest = self.source.text[node.end : self.source.line_end(node.end)]
        return rest.lstrip().startswith("#")

    def _sibling(self, mapping: Node, key: str, order: Sequence[str], gone: AbstractSet[int]) -> int | None:
        """Return the number of the member after which a key goes; None for before all others."""
        ranks = {name: rank for rank, name in enumerate(order)}
        known = {
            number: ranks[member.text]
            for number, member in enumerate(mapping.keys)
            if member.text in ranks and number not in gone
        }
        before = [number for number, rank in known.items() if rank < ranks.get(key, len(ranks))]
        if before:
            return max(before, key=lambda number: (known[number], number))
        staying = [number for number in range(len(mapping.keys)) if number not in gone]
        return None if known or not staying else staying[-1]

    def _inserted_lines(self, node: Node, sibling: int | None, lines: Sequence[str], *, blank: bool = False) -> Splice:
        newline = self.source.newline
        margin = " " * self._margin(node)
        if sibling is None:
            start = self.source.line_start(node.content)
            if self.source.text[start : node.content].strip(" "):  # the first key after a dash
                return Splice(node.content, node.content, "".join(line + newline + margin for line in lines))
            return Splice(start, start, "".join(margin + line + newline for line in lines))
        end = max(node.values[sibling].end, node.dashes[sibling] + 1 if node.dashes else node.keys[sibling].end)
        if self.source.text[end - 1] in "\r\n":
            return Splice(end, end, "".join(margin + line + newline for line in lines))
        place = self.source.past_own_comments(end, len(margin))
        return Splice(place, place, "".join(newline * (1 + blank) + margin + line for line in lines))

    def _inserted_in_flow(self, node: Node, sibling: int | None, texts: Sequence[str]) -> Splice:
        if not node.values:
            return Splice(node.content + 1, node.content + 1, ", ".join(texts))
        if sibling is None:
            return Splice(node.content + 1, node.content + 1, "".join(text + ", " for text in texts))
        end = max(node.values[sibling].end, node.keys[sibling].end if node.keys else 0)
        return Splice(end, end, "".join(", " + text for text in texts))

    def _removed_from_flow(self, node: Node, numbers: AbstractSet[int]) -> Iterator[Splice]:
        starts = [key.start for key in node.keys] or [value.start for value in node.values]
        kept = False
        for number, value in enumerate(node.values):
            if number not in numbers:
                kept = True
            elif kept:
                yield Splice(node.values[number - 1].end, value.end, "")
            else:
                yield Splice(starts[number], starts[number + 1], "")

    def _removed_lines(self, node: Node, number: int) -> Splice:
        source, text = self.source, self.source.text
        start = node.dashes[number] if node.dashes else node.keys[number].start
        end = max(node.values[number].end, start + 1)
        after = end if text[end - 1] in "\r\n" else source.next_line(end)
        line = source.line_start(start)
        if text[line:start].strip(" \t"):  # the first key after a dash: what follows moves up to it
            return Splice(start, after + len(text[after:]) - len(text[after:].lstrip(" \t")), "")
        if after == len(text) and text[-1] not in "\r\n":
            return Splice(len(text[:line].rstrip("\r\n")), after, "")
        return Splice(line, after, "")

    def _has_gaps(self, sequence: Node) -> bool:
        """Whether there are blank lines between the members."""
        between = self.source.text[sequence.values[-2].end : sequence.dashes[-1]] if len(sequence.values) > 1 else ""
        return re.search(r"\n[ \t]*\r?\n", between) is not None

    def _margin(self, node: Node) -> int:
        """Return the column of the keys or dashes of a block collection."""
        return self.source.column(node.content)  # where its dashes, its keys or their `?` stand

    def _lines(self, text: str) -> str:
        return text.replace("\n", self.source.newline)


def key_number(mapping: Node, step: Any) -> int | None:
    """Return the number of the member under a key or index; None if it is not written in this collection."""
    if mapping.kind is NodeKind.SEQUENCE:
        return step if isinstance(step, int) and step < len(mapping.values) else None
    found = [number for number, key in enumerate(mapping.keys) if key.text == step]
    return found[-1] if found else None
