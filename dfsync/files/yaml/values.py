"""What reading YAML brings: documents with what was found on the way, and the codes of what is found."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from dfsync.model.place import Pointer, Span

NULLS = frozenset({"", "~", "null", "Null", "NULL"})

SYNTAX = "DF002"
NOT_TEXT = "DF003"
DUPLICATE_KEY = "DF004"
NOT_PLAIN = "DF005"
TOO_MUCH = "DF006"
AMBIGUOUS = "DF401"
CUT = "DF407"

MAX_DEPTH = 100
TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"


@dataclass(frozen=True, slots=True)
class YamlProblem:
    """What is wrong with a file as YAML, where, and at which pointer if that is known."""

    code: str
    message: str
    span: Span
    pointer: Pointer = ()
    help: str | None = None
    first: Span | None = None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A plain scalar that another YAML reader would not read as text."""

    text: str
    reads_as: str
    span: Span
    pointer: Pointer


@dataclass(slots=True)
class Marks:
    """Places of keys and values: for each mapping or list, by its identity, its own place and those of its members."""

    own: dict[int, Span] = field(default_factory=dict)
    keys: dict[tuple[int, str | int], Span] = field(default_factory=dict)
    values: dict[tuple[int, str | int], Span] = field(default_factory=dict)


@dataclass(slots=True)
class Parsed:
    """A file's documents as dicts, lists, texts and None, with what was found on the way.

    `problems` leave a file in doubt; `cuts`, where a # may have cut a value short, and `ambiguous` do not.
    `lines` has the first line of each mapping, by its identity.
    `quoted` has the places (a container's identity, then key or index) of quoted scalars whose text, unquoted, would be
    null, a number or a boolean. `dropped` keeps containers that no document has alive, so that no identity is given
    to another.
    """

    documents: list[Any] = field(default_factory=list)
    problems: list[YamlProblem] = field(default_factory=list)
    cuts: list[YamlProblem] = field(default_factory=list)
    ambiguous: list[Ambiguous] = field(default_factory=list)
    lines: dict[int, int] = field(default_factory=dict)
    quoted: set[tuple[int, str | int]] = field(default_factory=set)
    dropped: list[Any] = field(default_factory=list)


class NotReadError(Exception):
    """The file is not read further; caught by `parse`."""

    def __init__(self, problem: YamlProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def point(before: str) -> Span:
    """Return the place right after `before`, one column wide."""
    lines = re.split("\r\n|\r|\n", before)
    line, column = len(lines), len(lines[-1]) + 1
    return Span(line, column, line, column + 1)


def value_at(value: Any, pointer: Pointer, missing: Any = None) -> Any:
    """Return what stands at a pointer below a value, `missing` where nothing does."""
    for step in pointer:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return missing
    return value
