"""Places in files: lines for people, pointers for programs, spans for reports."""

from __future__ import annotations

from msgspec import Struct

CONFIG_FILE = "dfsync.yaml"

Pointer = tuple[str | int, ...]
"""The way to a value inside a file: the number of the document, then keys and indices."""


class Place(Struct, frozen=True, array_like=True):
    """A value inside a file, or the whole file if there is no pointer. Paths are relative to the root, with `/`."""

    file: str
    pointer: Pointer = ()


class Source(Struct, frozen=True):
    """File and first line (counted from 1), where a person finds what was written."""

    file: str
    line: int


class Span(Struct, frozen=True):
    """A part of a file. Lines and columns count from 1, columns count code points, and the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


TOP = Span(1, 1, 1, 2)
"""The first character of a file. A finding about a whole file is shown here."""
NOWHERE = Place("")
CONFIG_PLACE = Place(CONFIG_FILE, (0,))
