"""Writes YAML so that every reader reads the text that was meant.

A text is written plain only if YAML 1.1 and 1.2 both read it as that text. Everything else is quoted: what either of
them reads as a number, a boolean, null or a date, and what begins with an indicator. Invisible characters are written
as escapes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dfsync.files.yaml.ambiguity import other_reading
from dfsync.files.yaml.parse import NULLS
from dfsync.model.text import numeric_escape

WIDTH = 100
"""A list of texts that fits in so many columns is written on one line."""


class QuotedText(str):
    """A text that is written in quotes even if it does not need them."""

    __slots__ = ()


class Literal(str):
    """A number or a boolean, where the schema asks for one. It is written plain."""

    __slots__ = ()


class Inline(dict[str, Any]):
    """A mapping that is written on one line if it fits."""


Node = str | None | Mapping[str, Any] | Sequence[Any]
"""What is written: text, nothing, a mapping or a list of such."""

# The indicators of the YAML specification (5.3) may begin no plain text; "..." ends a document at a line's start.
_PLAIN = re.compile(r"""(?![-?:,\[\]{}\#&*!|>'"%@`]|\.\.\.)(?:[^:#]|:(?!\s|\Z)|(?<!\s)\#)+""")
_FLOW_INDICATOR = re.compile(r"[,\[\]{}]")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
# Not printable to Python, yet part of how words and emoji are spelled: joiners, and the wide space of East Asia.
_KEPT = frozenset("\u200c\u200d\u3000")


def scalar(text: str | None, *, flow: bool = False) -> str:
    """Return the YAML of a text or of null: plain if that is safe, otherwise in quotes.

    `flow` says that it is inside brackets or braces. Raises ValueError for a lone surrogate, since no file can hold
    one.
    """
    if text is None:
        return "null"
    if isinstance(text, Literal):
        return text
    return text if not isinstance(text, QuotedText) and _is_plain(text, flow=flow) else quoted(text)


def quoted(text: str, quote: str | None = None) -> str:
    """Return the text in quotes. `quote` is the preferred quotation mark.

    Without a preference, single quotes are used for a text with double quotes or backslashes.
    """
    visible = _is_visible(text)
    if quote is None:
        quote = "'" if re.search(r'["\\]', text) else '"'
    if quote == "'" and visible:
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, text)) + '"'


def in_flow(node: Node) -> str:
    """Return the YAML of a value on one line."""
    if isinstance(node, Mapping):
        return "{" + ", ".join(f"{scalar(key, flow=True)}: {in_flow(value)}" for key, value in node.items()) + "}"
    if node is None or isinstance(node, str):
        return scalar(node, flow=True)
    return "[" + ", ".join(map(in_flow, node)) + "]"


def in_block(node: Node, indent: int = 0) -> str:
    """Return the YAML of a value over several lines, all but the first indented, without a final line end."""
    return in_one_line(node) if fits_a_line(node, indent) else over_lines(node, indent)


def in_one_line(node: Node) -> str:
    """Return the YAML of a value on one line, for a place outside brackets and braces."""
    return scalar(node) if node is None or isinstance(node, str) else in_flow(node)


def over_lines(node: Node, indent: int = 0) -> str:
    """Return the YAML of a mapping or list in block style, whether or not it would fit on one line."""
    margin = "\n" + " " * indent
    if isinstance(node, Mapping):
        return margin.join(entry(key, value, indent) for key, value in node.items())
    return margin.join("- " + in_block(item, indent + 2) for item in node or ())


def entry(key: str, value: Node, indent: int = 0) -> str:
    """Return the YAML of a key and its value for a mapping in block style. See `in_block`."""
    if fits_a_line(value, indent + len(key) + 2):
        return f"{scalar(key)}: {in_one_line(value)}"
    return f"{scalar(key)}:\n{' ' * (indent + 2)}{over_lines(value, indent + 2)}"


def documents(*nodes: Node) -> str:
    """Return a file with these documents."""
    return "---\n".join(in_block(node) + "\n" for node in nodes)


def listing(key: str, nodes: Sequence[Node]) -> str:
    """Return a file with one list of mappings, a blank line between them."""
    return f"{scalar(key)}:\n" + "\n".join(f"  - {in_block(node, 4)}\n" for node in nodes)


def fits_a_line(node: Node, indent: int) -> bool:
    """Whether a value is written on the line of its key, of which `indent` columns are taken."""
    if node is None or isinstance(node, str) or not node:
        return True
    if isinstance(node, Mapping):
        is_short = isinstance(node, Inline)
    else:
        is_short = all(item is None or isinstance(item, str) for item in node)
    return is_short and indent + len(in_flow(node)) <= WIDTH


def _is_plain(text: str, *, flow: bool) -> bool:
    if text in NULLS or text.strip() != text or not _PLAIN.fullmatch(text) or not _is_visible(text):
        return False
    return other_reading(text) is None and not (flow and _FLOW_INDICATOR.search(text))


def _is_visible(text: str) -> bool:
    return text.isprintable() or all(character.isprintable() or character in _KEPT for character in text)


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable() or character in _KEPT:
        return character
    if "\ud800" <= character <= "\udfff":
        raise ValueError(f"the text has half of a character (U+{ord(character):04X})")
    return numeric_escape(character)
