"""Encodes values as JSON and decodes them, by the types of their fields. New fields need no code here.

A struct becomes the list of its fields, and is read back as the class that the reader asks for, so planted data run
no code. A place in the file that the data are about is written without the name of the file.
Values of all types are encoded by `encode`. Structs that are `array_like` have the same form to `msgspec`, which is
several times as fast.
"""

from __future__ import annotations

import datetime
import types
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache, cached_property, lru_cache
from operator import attrgetter
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import orjson
from msgspec import Struct

from dfsync.model.hours.week import Span as Minutes
from dfsync.model.hours.week import Week
from dfsync.model.place import Place

_MOST_SHARED = 50_000
"""Most texts of many sites are there only once: after so many, those that repeat are learnt anew."""
T = TypeVar("T")
Read = Callable[[Any], Any]
SEPARATOR = b"\t"
"""Stands between values that are encoded one by one: JSON escapes it."""


def encode(value: Any, file: str = "") -> bytes:
    """Return a value about a file as JSON without a line break or tab. Raises TypeError for other types."""

    def plain(part: Any) -> Any:
        if type(part) is Place:
            return ["" if part.file == file else part.file, part.pointer]
        return _plain(part)

    return orjson.dumps(value, plain, orjson.OPT_PASSTHROUGH_DATACLASS)  # a week is one, and has a shorter form


class BrokenDataError(Exception):
    """The data do not have the type as which they are read."""


class Decoder(Generic[T]):
    """Decodes values of one type. Equal lists of texts become one object."""

    def __init__(self, kind: type[T]) -> None:
        self._share: dict[Any, Any] = {}
        self._file = ""
        self._readers: dict[Any, Read | None] = {}
        self._kind = kind

    @cached_property
    def _read(self) -> Read:
        """What reads a value; a hook often has none to read."""
        return self._reader(self._kind) or (lambda form: form)

    def decode(self, data: bytes, file: str = "") -> T:
        """Decode what `encode` returned. Raises `BrokenDataError` for anything else."""
        try:
            return self.read(orjson.loads(data), file)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            raise BrokenDataError from error

    def read(self, form: Any, file: str = "") -> T:
        """Read a value from plain JSON. Raises as `decode` does."""
        self._file = file
        if len(self._share) > _MOST_SHARED:
            self._share.clear()
        value: T = self._read(form)
        return value

    def _reader(self, hint: Any) -> Read | None:
        """Return what reads a value of a type, None if the plain value is the value."""
        if hint not in self._readers:
            self._readers[hint] = self._made_reader(hint)
        return self._readers[hint]

    def _made_reader(self, hint: Any) -> Read | None:
        origin: Any = get_origin(hint)
        arguments = get_args(hint)
        if origin in (Union, types.UnionType):
            return self._any_of([argument for argument in arguments if argument is not type(None)])
        if origin in (tuple, frozenset):
            return self._collection(origin, arguments)
        if origin is not None and issubclass(origin, Mapping):
            member = self._reader(arguments[1])
            return dict if member is None else lambda form: {name: member(value) for name, value in form.items()}
        if hint is Place:
            return self._place
        if hint is Week:
            return lambda form: _week(form["week"])
        if hint is datetime.date:
            return datetime.date.fromisoformat
        if issubclass(hint, Struct):
            return self._struct(hint)
        return hint if issubclass(hint, Enum) else None

    def _any_of(self, hints: list[Any]) -> Read | None:
        """Return what reads a value of any of some types, told apart by their JSON; of two alike the first is read."""
        readers = {_json_type(hint): read for hint in reversed(hints) if (read := self._reader(hint))}
        if not readers:
            return None

        def read_any(form: Any) -> Any:
            read = readers.get(type(form))
            return form if read is None else read(form)

        return read_any

    def _collection(self, kind: Read, arguments: tuple[Any, ...]) -> Read:
        once, item = self._once, self._reader(arguments[0])
        if kind is tuple and arguments[1:] != (...,):
            readers = [self._reader(argument) or (lambda part: part) for argument in arguments]
            return lambda form: tuple(read(part) for read, part in zip(readers, form, strict=True))
        return (lambda form: once(kind(form))) if item is None else lambda form: kind(map(item, form))

    def _struct(self, kind: Any) -> Read:
        hints = get_type_hints(kind)
        readers = [self._reader(hints[name]) for name in kind.__struct_fields__]
        parts = [(number, read) for number, read in enumerate(readers) if read is not None]

        def struct(form: list[Any]) -> Any:
            for number, read in parts:
                form[number] = read(form[number])
            return kind(*form)

        return struct

    def _place(self, form: list[Any]) -> Place:
        file, pointer = form
        return Place(file or self._file, self._once(tuple(pointer)))

    def _once(self, value: Any) -> Any:
        return self._share.setdefault(value, value)


def _plain(value: Any) -> Any:
    """Return a value that JSON has no form for as one that it has."""
    if type(value) is Week:
        return {"week": _week_form(value.days)}
    if isinstance(value, frozenset):
        return sorted(value)
    kind: Any = type(value)
    return _fields(kind)(value)


def _json_type(hint: Any) -> type:
    origin = get_origin(hint) or hint
    if origin is Week or issubclass(origin, Mapping):
        return dict
    return list if origin in (tuple, frozenset) or issubclass(origin, Struct) else str


@cache
def _fields(kind: Any) -> Read:
    """Return what gives the fields of a struct. Raises TypeError for another class."""
    if not issubclass(kind, Struct):
        raise TypeError(f"{kind.__name__} has no form in JSON")
    names = kind.__struct_fields__
    get: Read = attrgetter(*names)
    return get if len(names) > 1 else lambda value: [get(value)]


@lru_cache(maxsize=4096)
def _week_form(days: tuple[tuple[Minutes, ...], ...]) -> str:
    """Write a week as it was written, day by day: equal weeks may be written with other days."""
    return "|".join(",".join(f"{start}-{stop}" for start, stop in spans) for spans in days)


@lru_cache(maxsize=4096)
def _week(form: str) -> Week:
    """Read a week; most sites of an organisation share a few, and nearly all weeks are made of the same days."""
    return Week(tuple(map(_day, form.split("|"))))


@lru_cache(maxsize=4096)
def _day(form: str) -> tuple[Minutes, ...]:
    spans = (span.split("-") for span in form.split(",") if span)
    return tuple([(int(start), int(stop)) for start, stop in spans])
