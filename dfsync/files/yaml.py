"""YAML whose text stays text: an own builder over libyaml's events.

A plain scalar is never turned into something else: `02134`, `NO` and `18:59` are the strings that were typed, and only
null is None. PyYAML's constructor would read 1116, False and 1139. The builder bounds what the constructor does not
(depth, expansion of aliases) and refuses tags and directives. With `marks` it keeps the place of every key and value;
without, only the places of what it finds itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from dfsync.diagnostics import Span

MAX_DEPTH = 100
MAX_EXPANDED = 1_000_000
NULLS = frozenset({"", "~", "null", "Null", "NULL"})

SYNTAX = "DF002"
NOT_TEXT = "DF003"
DUPLICATE_KEY = "DF004"
NOT_PLAIN = "DF005"
TOO_MUCH = "DF006"
AMBIGUOUS = "DF401"

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

    `lines` has the first line of each mapping that is a document, or a member of a list at a document's top.
    `quoted` has the places (a container's identity, then key or index) of quoted scalars whose text, unquoted, would be
    null, an integer or a boolean.
    """

    documents: list[Any] = field(default_factory=list)
    problems: list[YamlProblem] = field(default_factory=list)
    ambiguous: list[Ambiguous] = field(default_factory=list)
    lines: dict[Pointer, int] = field(default_factory=dict)
    quoted: set[tuple[int, str | int]] = field(default_factory=set)


class _Event(Protocol):
    start_mark: Any
    end_mark: Any


class _RefusedError(Exception):
    def __init__(self, problem: YamlProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def parse(data: bytes, marks: Marks | None = None) -> Parsed:
    """Read a YAML file. Problems are returned, not raised; after a syntax error the documents before it remain."""
    parsed = Parsed()
    text = _decoded(data, parsed)
    if text is None:
        return parsed
    import yaml  # noqa: PLC0415  (not needed when nothing changed)
    from yaml._yaml import CParser  # noqa: PLC0415

    parser = CParser(text)
    try:
        _Builder(parser, parsed, marks).run()
    except _RefusedError as refused:
        parsed.problems.append(refused.problem)
    except yaml.MarkedYAMLError as error:
        parsed.problems.append(_syntax_problem(error))
    except yaml.reader.ReaderError as error:
        parsed.problems.append(_reader_problem(text, error.position))
    finally:
        parser.dispose()
    return parsed


@lru_cache(maxsize=65536)
def other_reading(text: str) -> str | None:
    """Return what another YAML reader (1.1 or 1.2) makes of the plain scalar, None where all read text."""
    if text[0] not in _SUSPECT:
        return None
    return next((name for name, pattern in _READINGS if pattern.fullmatch(text)), None)


_SUSPECT = frozenset("0123456789+-.yYnNtTfFoO=<")
_READINGS = (
    ("a boolean", re.compile(r"y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF")),
    (
        "a number",
        re.compile(
            r"[-+]?0b[01_]+|[-+]?0o?[0-7_]+|[-+]?[0-9][0-9_]*|[-+]?0x[0-9a-fA-F_]+"
            r"|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+"
            r"|[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*(?:[eE][-+]?[0-9]+)?(?<![-+.])|[-+]?[0-9][0-9_]*\.?[eE][-+]?[0-9]+|[-+]?\.[0-9_]+"
            r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*"
            r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
        ),
    ),
    ("a date", re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}.*)?")),
    ("a special key", re.compile(r"=|<<")),
)
_TYPED = re.compile(r"~|null|Null|NULL||[-+]?[0-9]+|true|True|TRUE|false|False|FALSE")


class _Builder:
    """Builds documents from events with a stack of its own, so that depth is bounded before anything recurses."""

    def __init__(self, parser: Any, parsed: Parsed, marks: Marks | None) -> None:
        self.parser = parser
        self.parsed = parsed
        self.marks = marks
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.expanded = 0

    def run(self) -> None:
        from yaml import events  # noqa: PLC0415

        get_event = self.parser.get_event
        get_event()  # stream start
        while True:
            event = get_event()
            if type(event) is events.StreamEndEvent:
                return
            if event.version is not None or event.tags:
                raise _RefusedError(_problem(NOT_PLAIN, "a %YAML or %TAG directive is not read", event, ()))
            self.anchors.clear()
            self._document(get_event)
            get_event()  # document end

    def _document(self, get_event: Any) -> None:  # noqa: PLR0912, PLR0915  (one loop, in one place for speed)
        from yaml.events import AliasEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent  # noqa: PLC0415

        parsed, marks, anchors = self.parsed, self.marks, self.anchors
        number = len(parsed.documents)
        stack: list[tuple[Any, str | int, str | None, int, list[Any] | None]] = []
        container: Any = None
        key: str | int = ""
        wants_key = False
        anchor_of_container: str | None = None
        expanded_at_start = 0
        merges: list[Any] | None = None
        while True:
            event = get_event()
            kind = type(event)
            if kind is ScalarEvent:
                value: Any = event.value
                if event.tag is not None:
                    raise self._refused(
                        NOT_PLAIN, f"the tag {event.tag} is not read", event, stack, container, key, number
                    )
                if wants_key:
                    if value in container and not (value == "<<" and event.implicit[0]):
                        self._duplicate(event, value, stack, container, number)
                    if value == "<<" and event.implicit[0]:
                        merges = merges if merges is not None else []
                    key = value
                    wants_key = False
                    if marks is not None:
                        marks.keys[id(container), value] = _span(event)
                    continue
                if event.implicit[0]:
                    if value in NULLS:
                        value = None
                    elif (reading := other_reading(value)) is not None:
                        pointer = _pointer(number, stack, container, key)
                        parsed.ambiguous.append(Ambiguous(value, reading, _span(event), pointer))
                elif _TYPED.fullmatch(value):
                    parsed.quoted.add((id(container), key))
                if event.anchor is not None:
                    anchors[event.anchor] = (value, 1)
                self.expanded += 1
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if event.tag is not None:
                    raise self._refused(
                        NOT_PLAIN, f"the tag {event.tag} is not read", event, stack, container, key, number
                    )
                if wants_key:
                    raise self._refused(NOT_PLAIN, "a key is a text", event, stack, container, key, number)
                if len(stack) >= MAX_DEPTH:
                    raise self._refused(
                        TOO_MUCH, f"nested deeper than {MAX_DEPTH} levels", event, (), None, key, number
                    )
                child: Any = {} if kind is MappingStartEvent else []
                if kind is MappingStartEvent and (container is None or (len(stack) == 2 and type(container) is list)):
                    parsed.lines[_pointer(number, stack, container, key)] = event.start_mark.line + 1
                if marks is not None:
                    marks.own[id(child)] = _span(event)
                stack.append((container, key, anchor_of_container, expanded_at_start, merges))
                container, merges = child, None
                wants_key = kind is MappingStartEvent
                key = "" if wants_key else 0
                anchor_of_container = event.anchor
                if event.anchor is not None:
                    anchors[event.anchor] = (None, -1)
                self.expanded += 1
                expanded_at_start = self.expanded
                continue
            elif kind is AliasEvent:
                if wants_key:
                    raise self._refused(NOT_PLAIN, "a key is a text", event, stack, container, key, number)
                value, size = anchors.get(event.anchor, (None, 0))
                if size <= 0:
                    words = "points to itself" if size else "points to no anchor"
                    raise self._refused(
                        NOT_PLAIN, f"the alias *{event.anchor} {words}", event, stack, container, key, number
                    )
                self.expanded += size
                if self.expanded > MAX_EXPANDED:
                    raise self._refused(TOO_MUCH, "aliases expand to too much", event, stack, container, key, number)
            else:  # the end of a mapping or list
                if merges:
                    self._merge(container, merges)
                if marks is not None:
                    marks.own[id(container)] = _span_to(marks.own[id(container)], event)
                value = container
                size = self.expanded - expanded_at_start + 1
                if anchor_of_container is not None:
                    anchors[anchor_of_container] = (value, size)
                container, key, anchor_of_container, expanded_at_start, merges = stack.pop()
            if container is None:
                parsed.documents.append(value)
                if marks is not None:
                    marks.own.setdefault(id(value), _span(event))
                return
            if type(container) is dict:
                if key == "<<" and merges is not None and (type(value) is dict or type(value) is list):
                    merges.extend([value] if type(value) is dict else value)
                else:
                    container[key] = value
                wants_key = True
            else:
                container.append(value)
                wants_key = False
            if marks is not None:
                own = marks.own.get(id(value)) if type(value) in (dict, list) and kind is not AliasEvent else None
                marks.values[id(container), key] = own or _span(event)
            if type(container) is list:
                key = len(container)

    def _merge(self, container: dict[str, Any], merges: list[Any]) -> None:
        for source in merges:
            if type(source) is not dict:
                continue
            self.expanded += len(source)
            for name, value in source.items():
                if name not in container:
                    container[name] = value
                    if self.marks is not None:
                        for places in (self.marks.keys, self.marks.values):
                            if (id(source), name) in places:
                                places[id(container), name] = places[id(source), name]

    def _duplicate(self, event: _Event, key: str, stack: Any, container: Any, number: int) -> None:
        first = self.marks.keys.get((id(container), key)) if self.marks is not None else None
        pointer = _pointer(number, stack, container, key)
        message = f"{_short(key)} is written twice in one mapping"
        self.parsed.problems.append(
            YamlProblem(DUPLICATE_KEY, message, _span(event), pointer, "keep one of the two", first)
        )

    def _refused(
        self, code: str, message: str, event: Any, stack: Any, container: Any, key: Any, number: int
    ) -> _RefusedError:
        return _RefusedError(_problem(code, message, event, _pointer(number, stack, container, key)))


def _pointer(number: int, stack: Any, container: Any, key: str | int) -> Pointer:
    """Return the way from the document to the value at hand."""
    if container is None:
        return (number,)
    return (number, *(frame[1] for frame in stack[1:]), key)


def _span(event: _Event) -> Span:
    start, end = event.start_mark, event.end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _span_to(start: Span, event: _Event) -> Span:
    return Span(start.line, start.column, event.end_mark.line + 1, event.end_mark.column + 1)


def _problem(code: str, message: str, event: _Event, pointer: Pointer) -> YamlProblem:
    return YamlProblem(code, message, _span(event), pointer)


def _short(text: str) -> str:
    from dfsync.model.text import shortened  # noqa: PLC0415

    return shortened(text, 60)


_LINE_BREAKERS = re.compile("[\x85\u2028\u2029]")


def _decoded(data: bytes, parsed: Parsed) -> str | None:
    """Return the text without a BOM, or None after reporting what can't be text."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        span = _point(before)
        parsed.problems.append(YamlProblem(NOT_TEXT, "the file is not UTF-8 here", span, (), "save the file as UTF-8"))
        return None
    text = text.removeprefix("\ufeff")
    if not text.isascii() and (found := _LINE_BREAKERS.search(text)):
        name = f"U+{ord(found[0]):04X}"
        message = f"{name} is a line break to some YAML readers and none to others"
        help = f'write "\\u{ord(found[0]):04x}" in double quotes, or take it out'
        parsed.problems.append(YamlProblem(NOT_TEXT, message, _point(text[: found.start()]), (), help))
        return None
    return text


def _point(before: str) -> Span:
    """Return the place right after `before`, one column wide."""
    lines = re.split("\r\n|\r|\n", before)
    line, column = len(lines), len(lines[-1]) + 1
    return Span(line, column, line, column + 1)


def _reader_problem(text: str, position: int) -> YamlProblem:
    offset = len(text.encode("utf-8")[:position].decode("utf-8", "ignore")) if not text.isascii() else position
    character = text[offset] if offset < len(text) else "\0"
    message = f"the character U+{ord(character):04X} may not stand in a YAML file"
    return YamlProblem(
        NOT_TEXT, message, _point(text[:offset]), (), "take it out, or write it as an escape in double quotes"
    )


_SYNTAX_WORDS = (
    ("mapping values are not allowed", "a plain value can't contain `: `", "put the value in quotes"),
    (
        "found character that cannot start any token",
        "a plain value can't start with this character",
        "put the value in quotes; indent with spaces, not tabs",
    ),
    (
        "did not find expected alphabetic or numeric character",
        "a plain value can't start with * or &",
        "put the value in quotes",
    ),
    ("could not find expected ':'", "a key here has no `: ` after it", "write key: value"),
    (
        "did not find expected key",
        "the indentation or quoting here does not fit what stands above",
        "line the keys up; put values with quotes or colons in quotes",
    ),
    ("found unexpected end of stream", "a quoted value is not closed", "add the missing quote"),
    ("did not find expected ',' or ']'", "a list in brackets is not closed, or lacks a comma", "write [one, two]"),
    (
        "did not find expected ',' or '}'",
        "a mapping in braces is not closed, or lacks a comma",
        "write {key: value, key: value}",
    ),
    ("found undefined tag handle", "tags are not read", "put the value in quotes"),
    ("found undefined alias", "the alias points to no anchor", "put the value in quotes, or define the anchor above"),
    ("did not find expected '-' indicator", "the list is not continued here", "line the dashes up"),
    (
        "found unknown escape character",
        "an unknown escape in a double-quoted value",
        "double the backslash, or use single quotes",
    ),
    ("directive", "a %YAML or %TAG directive is not read", "put a value that starts with % in quotes"),
)


def _syntax_problem(error: Any) -> YamlProblem:
    mark = error.problem_mark or error.context_mark
    words = str(error.problem or error.context or "not YAML")
    span = Span(mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2) if mark else Span(1, 1, 1, 2)
    for found, message, help in _SYNTAX_WORDS:
        if found in words:
            return YamlProblem(SYNTAX, message, span, (), help)
    return YamlProblem(SYNTAX, f"not YAML: {words}", span)
