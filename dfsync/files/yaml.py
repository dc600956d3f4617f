"""YAML whose text stays text.

A plain scalar is never turned into something else: `02134`, `NO` and `18:59` are the strings that were typed, and only
null is None. PyYAML's constructor would read 1116, False and 1139. The values are built from libyaml's events by
`dfsync.files.yaml_build`; this module is the face of it: bytes in, documents and problems out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from dfsync.diagnostics import Span

NULLS = frozenset({"", "~", "null", "Null", "NULL"})

SYNTAX = "DF002"
NOT_TEXT = "DF003"
DUPLICATE_KEY = "DF004"
NOT_PLAIN = "DF005"
TOO_MUCH = "DF006"
AMBIGUOUS = "DF401"
CUT = "DF407"

Pointer = tuple[str | int, ...]


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
    `lines` has the first line of each mapping that is a document, or a member of a list at a document's top.
    `quoted` has the places (a container's identity, then key or index) of quoted scalars whose text, unquoted, would be
    null, a number or a boolean. `dropped` keeps containers that no document has alive, so that no identity is given
    to another.
    """

    documents: list[Any] = field(default_factory=list)
    problems: list[YamlProblem] = field(default_factory=list)
    cuts: list[YamlProblem] = field(default_factory=list)
    ambiguous: list[Ambiguous] = field(default_factory=list)
    lines: dict[Pointer, int] = field(default_factory=dict)
    quoted: set[tuple[int, str | int]] = field(default_factory=set)
    dropped: list[Any] = field(default_factory=list)


class RefusedError(Exception):
    """The file is not read further; caught by `parse`."""

    def __init__(self, problem: YamlProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def parse(data: bytes, marks: Marks | None = None) -> Parsed:
    """Read a YAML file. Problems are returned, not raised; after a syntax error the documents before it remain.

    With `marks` it keeps the place of every key and value; without, only the places of what it finds itself.
    """
    parsed = Parsed()
    text = _decoded(data, parsed)
    if text is None:
        return parsed
    import yaml  # not needed when nothing changed
    from yaml._yaml import CParser

    from dfsync.files.yaml_build import Builder
    from dfsync.files.yaml_words import reader_problem, syntax_problem

    parser = CParser(text)
    try:
        Builder(parser, parsed, marks, text).run()
    except RefusedError as refused:
        parsed.problems.append(refused.problem)
    except yaml.MarkedYAMLError as error:
        parsed.problems.append(syntax_problem(error, text))
    except yaml.reader.ReaderError as error:
        parsed.problems.append(reader_problem(text, error.position))
    finally:
        parser.dispose()
    return parsed


def point(before: str) -> Span:
    """Return the place right after `before`, one column wide."""
    lines = re.split("\r\n|\r|\n", before)
    line, column = len(lines), len(lines[-1]) + 1
    return Span(line, column, line, column + 1)


_LINE_BREAKERS = re.compile("[\x85\u2028\u2029]")


def _decoded(data: bytes, parsed: Parsed) -> str | None:
    """Return the text without a BOM, or None after reporting what can't be text."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        span = point(data[: error.start].decode("utf-8").removeprefix("\ufeff"))
        parsed.problems.append(YamlProblem(NOT_TEXT, "the file is not UTF-8 here", span, (), "save the file as UTF-8"))
        return None
    text = text.removeprefix("\ufeff")
    if not text.isascii() and (found := _LINE_BREAKERS.search(text)):
        name = f"U+{ord(found[0]):04X}"
        message = f"{name} is a line break to some YAML readers and none to others"
        help = f'write "\\u{ord(found[0]):04x}" in double quotes, or take it out'
        parsed.problems.append(YamlProblem(NOT_TEXT, message, point(text[: found.start()]), (), help))
        return None
    return text
