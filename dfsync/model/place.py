"""Places in files: for a person a line, for a program a pointer, for a report a span."""

from __future__ import annotations

from dataclasses import dataclass

CONFIG_FILE = "dfsync.yaml"

Pointer = tuple[str | int, ...]
"""The way to a value inside a file: the document's number, then keys and indices."""


@dataclass(frozen=True, slots=True)
class Place:
    """A value inside a file, whose path is relative to the root with `/`; the file as a whole without a pointer."""

    file: str
    pointer: Pointer = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a person finds what was written: the file, and the first line, from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a file: lines and columns count from 1, columns count code points, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


TOP = Span(1, 1, 1, 2)
"""The first character: where a finding about a whole file is shown."""
NOWHERE = Place("")
CONFIG_PLACE = Place(CONFIG_FILE, (0,))
