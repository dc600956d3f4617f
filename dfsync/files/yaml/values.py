"""What reading YAML brings: documents with what was found on the way, and the codes of what is found."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct, field

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


class YamlProblem(Struct, frozen=True):
    """What is wrong with a file as YAML, where, and at which pointer if that is known."""

    code: str
    message: str
    span: Span
    pointer: Pointer = ()
    help: str | None = None
    first: Span | None = None


class Ambiguous(Struct, frozen=True):
    """A plain scalar that another YAML reader would not read as text."""

    text: str
    reads_as: str
    span: Span
    pointer: Pointer


class Marks(Struct):
    """The places of a mapping or list: its own, and those of its keys and values."""

    own: Span | None = None
    keys: dict[str | int, Span] = field(default_factory=dict)
    values: dict[str | int, Span] = field(default_factory=dict)


class YamlMapping(dict[str, Any]):
    """A mapping as it was read: a dict with its first line (from 1), and what is said of its members.

    `quoted` has the keys of scalars in quotes, None if there is none. `marks` are None unless they were asked for.
    """

    __slots__ = ("line", "marks", "quoted")
    line: int
    marks: Marks | None
    quoted: set[str | int] | None


class YamlList(list[Any]):
    """A list as it was read; `quoted` and `marks` are those of `YamlMapping`, by index."""

    __slots__ = ("marks", "quoted")
    marks: Marks | None
    quoted: set[str | int] | None


class YamlFile(Struct):
    """A file's documents as `YamlMapping`s, `YamlList`s, texts and None, with what was found on the way.

    `problems` leave a file in doubt; `cuts`, where a # may have cut a value short, and `ambiguous` do not.
    """

    documents: list[Any] = field(default_factory=list)
    problems: list[YamlProblem] = field(default_factory=list)
    cuts: list[YamlProblem] = field(default_factory=list)
    ambiguous: list[Ambiguous] = field(default_factory=list)

    @property
    def first(self) -> Any:
        """The first document; None if there is none."""
        return self.documents[0] if self.documents else None


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
