"""Documents from libyaml's events.

Depth is bounded before it recurses (libyaml itself would overflow at 100,000 levels), and the expansion of aliases by
what the file itself has. Tags other than `!!str`, directives other than `%YAML` and keys that are no text are refused.
What runs for each event asks for the common case first: it is most of what a check of many files costs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from dfsync.files.yaml.ambiguity import SUSPECT, other_reading
from dfsync.files.yaml.values import (
    CUT,
    DUPLICATE_KEY,
    MAX_DEPTH,
    NOT_PLAIN,
    NULLS,
    TOO_DEEP,
    TOO_MUCH,
    Ambiguous,
    Marks,
    NotReadError,
    YamlFile,
    YamlList,
    YamlMapping,
    YamlProblem,
)
from dfsync.model.place import Pointer, Span
from dfsync.model.text import shortened

MAX_VALUES = 1_000_000
MAX_DOCUMENTS = 100_000
MAX_PROBLEMS = 10_000
MAX_AMBIGUOUS = 100_000
# Aliases may stand for so many values in all, and for so many more for each value that is written out.
FREE_ALIASED = 10_000
ALIASED_PER_VALUE = 20

_ODD = frozenset("~nN") | SUSPECT  # how a plain scalar begins that is null, or no text to some reader
_CUT_SOMEWHERE = re.compile(r"[^\s#][ \t]+#[0-9A-Za-z]")
_CUT_HERE = re.compile(r"[ \t]+(?=#[0-9A-Za-z])")
_VERSIONS = (None, (1, 1), (1, 2))
_NO_TAGS = "put a text that begins with ! in quotes"
_TEXT = "tag:yaml.org,2002:str"
"""The one tag that is read, `!!str`: it says what every text is here anyway."""


class DocumentBuilder:
    """Builds the documents of one file into `parsed`."""

    def __init__(self, parser: Any, parsed: YamlFile, text: str, *, with_marks: bool) -> None:
        self._get_event = parser.get_event
        self._parsed = parsed
        self._with_marks = with_marks
        # Lines with a # by number, counted from 0; None unless one may have cut a value short.
        cut = "#" in text and _CUT_SOMEWHERE.search(text)
        # What else ends a line to `splitlines`, no YAML file may have in it: it is refused before it is of account.
        lines = enumerate(text.splitlines()) if cut else ()
        self._lines = {number: line for number, line in lines if "#" in line} if cut else None
        self._path: list[str | int] = []  # from the document to the mapping or list at hand
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._written = 0
        self._aliased = 0

    def run(self) -> None:
        """Build all documents. Raises `NotReadError` and what libyaml raises."""
        self._get_event()  # stream start
        while True:
            event = self._get_event()
            if type(event) is StreamEndEvent:
                return
            if event.version not in _VERSIONS or event.tags:
                message = "a directive other than %YAML 1.1 or %YAML 1.2 is not read"
                raise NotReadError(YamlProblem(NOT_PLAIN, message, _span(event), ()))
            if len(self._parsed.documents) >= MAX_DOCUMENTS:
                raise NotReadError(YamlProblem(TOO_MUCH, f"more than {MAX_DOCUMENTS:,} documents", _span(event), ()))
            self._anchors.clear()
            self._parsed.documents.append(self._value(self._get_event()))
            self._get_event()  # document end

    def _value(self, event: Any, container: Any = None, key: str | int | None = None) -> Any:
        """Return the value that an event is or begins; it goes into the container, the document where that is None."""
        if type(event) is not ScalarEvent:
            return self._alias(event, key) if type(event) is AliasEvent else self._collection(event, key)
        value: str | None = event.value
        if event.tag is not None and event.tag != _TEXT:
            raise self._refused(NOT_PLAIN, f"the tag {shortened(event.tag, 40)} is not read", event, key, help=_NO_TAGS)
        if event.implicit[0]:
            if not value or value[0] in _ODD:
                value = self._plain(event, key)
            if self._lines is not None and (end := event.end_mark) and end.line in self._lines:
                self._find_cut(event, self._lines, key)
        elif container is not None:
            if container.quoted is None:
                container.quoted = {key}
            else:
                container.quoted.add(key)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, 1)
        self._written += 1
        if self._written > MAX_VALUES:
            raise self._too_many(event, key)
        return value

    def _plain(self, event: Any, key: str | int | None) -> str | None:
        """Return what a plain scalar is: null, or text, noted where other readers may not take it for that."""
        value: str = event.value
        if value in NULLS:
            return None
        reading = other_reading(value)
        if reading is not None and len(self._parsed.ambiguous) < MAX_AMBIGUOUS:
            self._parsed.ambiguous.append(Ambiguous(value, reading, _span(event), self._pointer(key)))
        return value

    def _collection(self, event: Any, key: str | int | None) -> Any:
        """Build the mapping or list that an event begins."""
        path = self._path
        if event.tag is not None:
            raise self._refused(NOT_PLAIN, f"the tag {shortened(event.tag, 40)} is not read", event, key, help=_NO_TAGS)
        if key is not None:
            path.append(key)
        if len(path) >= MAX_DEPTH:
            raise self._refused(TOO_MUCH, TOO_DEEP, event)
        is_mapping = type(event) is MappingStartEvent
        container: Any = YamlMapping() if is_mapping else YamlList()
        container.quoted = None
        container.marks = marks = Marks() if self._with_marks else None
        if is_mapping:
            container.line = event.start_mark.line + 1
        if event.anchor is not None:
            self._anchors[event.anchor] = (None, 0)  # not yet: an alias inside would point to itself
        size_before = self._written + self._aliased
        self._written += 1
        if self._written > MAX_VALUES:
            raise self._too_many(event)
        end, last = self._mapping(container) if is_mapping else self._list(container)
        if key is not None:
            path.pop()
        if marks is not None:
            marks.own = _whole(event, end, marks.values.get(last))
        if event.anchor is not None:
            self._anchors[event.anchor] = (container, self._written + self._aliased - size_before)
        return container

    def _mapping(self, container: YamlMapping) -> tuple[Any, str]:
        """Fill a mapping; return the event that ends it and its last key."""
        get_event, marks, value_of = self._get_event, container.marks, self._value
        merges: list[Any] = []
        key = ""
        while type(event := get_event()) is ScalarEvent:
            key = event.value
            is_merge = key == "<<" and event.implicit[0]
            if event.tag is not None or (key in container and not is_merge):
                self._odd_key(event, container)
            if marks is not None:
                marks.keys[key] = _span(event)
            event = get_event()
            value = value_of(event, container, key)
            if marks is not None:
                marks.values[key] = _place(event, value)
            if is_merge:
                self._collect(event, merges, value, key)
            else:
                container[key] = value
        if type(event) is not MappingEndEvent:
            raise self._refused(NOT_PLAIN, "a key is a text", event)
        if merges:
            self._merge(container, merges)
        return event, key

    def _list(self, container: YamlList) -> tuple[Any, int]:
        """Fill a list; return the event that ends it and its last index."""
        get_event, marks, value_of = self._get_event, container.marks, self._value
        while type(event := get_event()) is not SequenceEndEvent:
            value = value_of(event, container, len(container))
            if marks is not None:
                marks.values[len(container)] = _place(event, value)
            container.append(value)
        return event, len(container) - 1

    def _odd_key(self, event: Any, container: YamlMapping) -> None:
        """Refuse a key with a tag, and report one that stands there already."""
        key = event.value
        if event.tag is not None and event.tag != _TEXT:
            raise self._refused(NOT_PLAIN, f"the tag {shortened(event.tag, 40)} is not read", event, help=_NO_TAGS)
        if key not in container:
            return
        first = container.marks.keys.get(key) if container.marks is not None else None
        message = f"{shortened(key, 60)} is written twice in one mapping"
        problem = YamlProblem(DUPLICATE_KEY, message, _span(event), self._pointer(key), "keep one of the two", first)
        if len(self._parsed.problems) >= MAX_PROBLEMS:
            raise self._refused(TOO_MUCH, f"more than {MAX_PROBLEMS:,} problems", event)
        self._parsed.problems.append(problem)

    def _alias(self, event: Any, key: str | int | None) -> Any:
        name = event.anchor
        if name not in self._anchors:
            message = f"the alias *{shortened(name, 40)} points to no anchor"
            raise self._refused(NOT_PLAIN, message, event, key, help="put a text that begins with * in quotes")
        value, size = self._anchors[name]
        if not size:
            raise self._refused(NOT_PLAIN, f"the alias *{shortened(name, 40)} points to itself", event, key)
        self._written += 1
        if self._written > MAX_VALUES:
            raise self._too_many(event, key)
        self._aliased += size
        if self._aliased > FREE_ALIASED + ALIASED_PER_VALUE * self._written:
            raise self._refused(TOO_MUCH, "aliases expand to too much", event, key)
        return value

    def _collect(self, event: Any, merges: list[Any], value: Any, key: str) -> None:
        """Remember the mappings of a merge key until the mapping ends; a list of them is merged in its order."""
        sources = value if isinstance(value, list) else [value]
        if not all(isinstance(source, dict) for source in sources):
            raise self._refused(NOT_PLAIN, "<< merges a mapping or a list of mappings", event, key)
        merges.extend(sources)

    def _merge(self, container: YamlMapping, merges: list[YamlMapping]) -> None:
        for source in merges:
            for name in source.keys() - container.keys():
                if source.quoted and name in source.quoted:
                    container.quoted = {name, *(container.quoted or ())}
                if container.marks is not None and source.marks is not None:
                    container.marks.keys[name] = source.marks.keys[name]
                    container.marks.values[name] = source.marks.values[name]
            container.update((name, value) for name, value in source.items() if name not in container)

    def _find_cut(self, event: Any, lines: Mapping[int, str], key: str | int | None) -> None:
        end = event.end_mark
        line = lines[end.line]
        found = _CUT_HERE.match(line, end.column)
        if found and len(self._parsed.cuts) < MAX_PROBLEMS:
            comment = line[found.end() :].rstrip()
            span = Span(end.line + 1, found.end() + 1, end.line + 1, found.end() + 1 + len(comment))
            message = f"the value ends before {shortened(comment, 40)}: what follows a space and # is a comment"
            help = "put the value in quotes, or write a space after the #"
            self._parsed.cuts.append(YamlProblem(CUT, message, span, self._pointer(key), help))

    def _too_many(self, event: Any, key: str | int | None = None) -> NotReadError:
        return self._refused(TOO_MUCH, f"more than {MAX_VALUES:,} values", event, key)

    def _refused(
        self, code: str, message: str, event: Any, key: str | int | None = None, *, help: str | None = None
    ) -> NotReadError:
        return NotReadError(YamlProblem(code, message, _span(event), self._pointer(key), help=help))

    def _pointer(self, key: str | int | None = None) -> Pointer:
        """Return the way from the document to the mapping or list at hand, and on to its member under the key."""
        return (len(self._parsed.documents), *self._path, *(() if key is None else (key,)))


def _span(event: Any) -> Span:
    start, end = event.start_mark, event.end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _place(event: Any, value: Any) -> Span:
    """Return where a value is written: a mapping or list as a whole, an alias as itself."""
    own = value.marks.own if isinstance(value, (YamlMapping, YamlList)) and value.marks is not None else None
    return _span(event) if own is None or type(event) is AliasEvent else own


def _whole(opening: Any, closing: Any, last: Span | None) -> Span:
    """Return the place of a mapping or list; a block ends where its last member does, of no width itself."""
    own, end = _span(opening), _span(closing)
    if last is not None and (end.line, end.column) == (end.end_line, end.end_column):
        end = last
    return Span(own.line, own.column, end.end_line, end.end_column)
