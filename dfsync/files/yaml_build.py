"""Documents from libyaml's events, with a stack of its own.

Depth is bounded before anything recurses (libyaml itself would overflow at 100,000 levels), and the expansion of
aliases by what the file itself has. Tags, directives and keys that are no text are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from yaml.events import AliasEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent, StreamEndEvent

from dfsync.diagnostics import Span
from dfsync.files.readings import other_reading
from dfsync.files.yaml_values import (
    CUT,
    DUPLICATE_KEY,
    MAX_DEPTH,
    NOT_PLAIN,
    NULLS,
    TOO_DEEP,
    TOO_MUCH,
    Ambiguous,
    Marks,
    Parsed,
    Pointer,
    RefusedError,
    YamlProblem,
)
from dfsync.model.text import shortened

MAX_VALUES = 1_000_000
MAX_PROBLEMS = 10_000
MAX_AMBIGUOUS = 100_000
# Aliases may stand for so many values in all, and for so many more for each value that is written out.
FREE_ALIASED = 10_000
ALIASED_PER_VALUE = 20

_TYPED = re.compile(r"~|null|Null|NULL||[-+]?[0-9]+(?:\.[0-9]+)?|true|True|TRUE|false|False|FALSE")
_CUT_SOMEWHERE = re.compile(r"[^\s#][ \t]+#[0-9A-Za-z]")
_CUT_HERE = re.compile(r"[ \t]+(?=#[0-9A-Za-z])")


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is being built; `key` is where the next value goes."""

    container: Any
    is_mapping: bool
    key: str | int
    wants_key: bool
    anchor: str | None
    size_before: int
    merges: list[Any] | None = None


class Builder:
    """Builds the documents of one file into `parsed`."""

    def __init__(self, parser: Any, parsed: Parsed, marks: Marks | None, text: str) -> None:
        self._get_event = parser.get_event
        self._parsed = parsed
        self._marks = marks
        # Lines are needed only where a # may have cut a value short.
        cut = "#" in text and _CUT_SOMEWHERE.search(text)
        self._lines = re.split("\r\n|\r|\n", text) if cut else None
        self._frames: list[_Frame] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._written = 0
        self._aliased = 0

    def run(self) -> None:
        """Build all documents. Raises `RefusedError` and what libyaml raises."""
        self._get_event()  # stream start
        while True:
            event = self._get_event()
            if type(event) is StreamEndEvent:
                return
            if event.version is not None or event.tags:
                raise RefusedError(YamlProblem(NOT_PLAIN, "a %YAML or %TAG directive is not read", _span(event), ()))
            self._anchors.clear()
            self._document()
            self._get_event()  # document end

    def _document(self) -> None:
        frames, get_event = self._frames, self._get_event
        while True:
            event = get_event()
            kind = type(event)
            if kind is ScalarEvent:
                if frames and frames[-1].wants_key:
                    self._key(event, frames[-1])
                    continue
                value = self._scalar(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._open(event, is_mapping=kind is MappingStartEvent)
                continue
            elif kind is AliasEvent:
                value = self._alias(event)
            else:
                value = self._close(event)
            if not frames:
                self._parsed.documents.append(value)
                return
            self._place(event, value)

    def _key(self, event: Any, frame: _Frame) -> None:
        key = event.value
        if event.tag is not None:
            raise self._refused(NOT_PLAIN, f"the tag {shortened(event.tag, 40)} is not read", event)
        merge = key == "<<" and event.implicit[0]
        if merge:
            frame.merges = [] if frame.merges is None else frame.merges
        elif key in frame.container:
            self._duplicate(event, frame)
        frame.key = key
        frame.wants_key = False
        if self._marks is not None:
            self._marks.keys[id(frame.container), key] = _span(event)

    def _scalar(self, event: Any) -> str | None:
        if event.tag is not None:
            raise self._refused(NOT_PLAIN, f"the tag {shortened(event.tag, 40)} is not read", event)
        value: str | None = event.value
        if event.implicit[0]:
            if value in NULLS:
                value = None
            elif value and (reading := other_reading(value)) is not None and self._has_room():
                self._parsed.ambiguous.append(Ambiguous(value, reading, _span(event), self._pointer()))
            if self._lines is not None:
                self._find_cut(event, self._lines)
        elif self._frames and _TYPED.fullmatch(event.value):
            frame = self._frames[-1]
            self._parsed.quoted.add((id(frame.container), frame.key))
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, 1)
        self._written += 1
        if self._written > MAX_VALUES:
            raise self._refused(TOO_MUCH, f"more than {MAX_VALUES:,} values", event)
        return value

    def _open(self, event: Any, *, is_mapping: bool) -> None:
        frames = self._frames
        if event.tag is not None:
            raise self._refused(NOT_PLAIN, f"the tag {shortened(event.tag, 40)} is not read", event)
        if frames and frames[-1].wants_key:
            raise self._refused(NOT_PLAIN, "a key is a text", event)
        if len(frames) >= MAX_DEPTH:
            raise self._refused(TOO_MUCH, TOO_DEEP, event)
        if is_mapping and (not frames or not frames[-1].is_mapping):
            self._parsed.lines[self._pointer()] = event.start_mark.line + 1
        container: Any = {} if is_mapping else []
        if self._marks is not None:
            self._marks.own[id(container)] = _span(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = (None, 0)  # not yet: an alias inside would point to itself
        self._written += 1
        frames.append(
            _Frame(
                container, is_mapping, "" if is_mapping else 0, is_mapping, event.anchor, self._written + self._aliased
            )
        )

    def _alias(self, event: Any) -> Any:
        if self._frames and self._frames[-1].wants_key:
            raise self._refused(NOT_PLAIN, "a key is a text", event)
        name = event.anchor
        if name not in self._anchors:
            raise self._refused(NOT_PLAIN, f"the alias *{shortened(name, 40)} points to no anchor", event)
        value, size = self._anchors[name]
        if not size:
            raise self._refused(NOT_PLAIN, f"the alias *{shortened(name, 40)} points to itself", event)
        self._aliased += size
        if self._aliased > FREE_ALIASED + ALIASED_PER_VALUE * self._written:
            raise self._refused(TOO_MUCH, "aliases expand to too much", event)
        return value

    def _close(self, event: Any) -> Any:
        frame = self._frames.pop()
        container = frame.container
        if frame.merges:
            self._merge(container, frame.merges)
        if self._marks is not None:
            own, end = self._marks.own[id(container)], _span(event)
            if (end.line, end.column) == (end.end_line, end.end_column):  # a block ends where its last member does
                last = frame.key if frame.is_mapping else len(container) - 1
                end = self._marks.values.get((id(container), last), end)
            self._marks.own[id(container)] = Span(own.line, own.column, end.end_line, end.end_column)
        if frame.anchor is not None:
            size = self._written + self._aliased - frame.size_before + 1
            self._anchors[frame.anchor] = (container, size)
        return container

    def _place(self, event: Any, value: Any) -> None:
        """Put a finished value into the mapping or list at hand."""
        frame = self._frames[-1]
        container, key = frame.container, frame.key
        if self._marks is not None:
            own = self._marks.own.get(id(value)) if isinstance(value, (dict, list)) else None
            self._marks.values[id(container), key] = _span(event) if own is None or type(event) is AliasEvent else own
        if not frame.is_mapping:
            container.append(value)
            frame.key = len(container)
            return
        if key == "<<" and frame.merges is not None:
            self._collect(event, frame.merges, value)
        else:
            if key in container:
                self._parsed.dropped.append(container[key])
            container[key] = value
        frame.wants_key = True

    def _collect(self, event: Any, merges: list[Any], value: Any) -> None:
        """Remember the mappings of a merge key until the mapping ends; a list of them is merged in its order."""
        sources = value if isinstance(value, list) else [value]
        if not all(isinstance(source, dict) for source in sources):
            raise self._refused(NOT_PLAIN, "<< merges a mapping or a list of mappings", event)
        self._parsed.dropped.append(value)
        merges.extend(sources)

    def _merge(self, container: dict[str, Any], merges: list[Any]) -> None:
        for source in merges:
            for name, value in source.items():
                if name not in container:
                    container[name] = value
                    if self._marks is not None:
                        for places in (self._marks.keys, self._marks.values):
                            if (id(source), name) in places:
                                places[id(container), name] = places[id(source), name]

    def _duplicate(self, event: Any, frame: _Frame) -> None:
        first = self._marks.keys.get((id(frame.container), event.value)) if self._marks is not None else None
        message = f"{shortened(event.value, 60)} is written twice in one mapping"
        pointer = (*self._pointer(), event.value)
        problem = YamlProblem(DUPLICATE_KEY, message, _span(event), pointer, "keep one of the two", first)
        if len(self._parsed.problems) >= MAX_PROBLEMS:
            raise self._refused(TOO_MUCH, f"more than {MAX_PROBLEMS:,} problems", event)
        self._parsed.problems.append(problem)

    def _find_cut(self, event: Any, lines: list[str]) -> None:
        end = event.end_mark
        line = lines[end.line] if end.line < len(lines) else ""  # libyaml counts one more where the last has no end
        found = _CUT_HERE.match(line, end.column)
        if found and len(self._parsed.cuts) < MAX_PROBLEMS:
            comment = line[found.end() :].rstrip()
            span = Span(end.line + 1, found.end() + 1, end.line + 1, found.end() + 1 + len(comment))
            message = f"the value ends before {shortened(comment, 40)}: what follows a space and # is a comment"
            help = "put the value in quotes, or write a space after the #"
            self._parsed.cuts.append(YamlProblem(CUT, message, span, self._pointer(), help))

    def _has_room(self) -> bool:
        return len(self._parsed.ambiguous) < MAX_AMBIGUOUS

    def _refused(self, code: str, message: str, event: Any) -> RefusedError:
        return RefusedError(YamlProblem(code, message, _span(event), self._pointer()))

    def _pointer(self) -> Pointer:
        """Return the way from the document to the value at hand, to the mapping where a key comes next."""
        return (len(self._parsed.documents), *(frame.key for frame in self._frames if not frame.wants_key))


def _span(event: Any) -> Span:
    start, end = event.start_mark, event.end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)
