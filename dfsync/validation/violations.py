"""What the schema refuses in a document, by the same shape that gives a document its types and the order of its keys.

The schemas use a small part of JSON Schema, alike in draft-07 and 2020-12. A property test compares what is refused
here with what jsonschema, the reference implementation, refuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dfsync.files.schema_shape import Shape
from dfsync.model.place import Pointer

Part = Mapping[str, Any]
"""A part of a schema: what it says about one value."""

_OWN = "x-"
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
    "array": list,
    "object": dict,
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A value that the schema refuses: where it is, the keyword that refuses it, and the part that has the keyword."""

    keyword: str
    value: Any
    path: Pointer
    part: Part


def violations(value: Any, shape: Shape, path: Pointer = ()) -> Iterator[Violation]:
    """Yield what the schema refuses in a value and below it."""
    part = shape.part
    for keyword in part:
        if keyword in _REFUSES and _REFUSES[keyword](value, part):
            yield Violation(keyword, value, path, part)
    if isinstance(value, dict):
        for key, inner in value.items():
            if member := _member(shape, key):
                yield from violations(inner, member, (*path, key))
    elif isinstance(value, list) and shape.items:
        for number, inner in enumerate(value):
            yield from violations(inner, shape.items, (*path, number))
    if branch := shape.then if _holds(part.get("if", {}), value) else shape.otherwise:
        yield from violations(value, branch, path)


def unknown_keys(value: Mapping[str, Any], part: Part) -> Iterator[str]:
    """Yield the keys of a mapping that the schema does not know, without the user's own."""
    known = part.get("properties", ())
    return (key for key in value if key not in known and not key.startswith(_OWN))


def _member(shape: Shape, key: str) -> Shape | None:
    """Return the shape for a member; None for the keys of a branch, which are checked with the branch."""
    if key in shape.part.get("properties", ()):
        return shape.keys[key]
    return None if key.startswith(_OWN) else shape.others


def _holds(condition: Part, value: Any) -> bool:
    """Whether a condition of the schema holds. Conditions ask for types and for keys."""
    if any(keyword in condition and _REFUSES[keyword](value, condition) for keyword in ("type", "required")):
        return False
    if "not" in condition and _holds(condition["not"], value):
        return False
    return "anyOf" not in condition or any(_holds(option, value) for option in condition["anyOf"])


def _is_of_another_type(value: Any, part: Part) -> bool:
    wanted = part["type"]
    return not any(_is(value, name) for name in ([wanted] if isinstance(wanted, str) else wanted))


def _is(value: Any, name: str) -> bool:
    """Whether a value has a type of JSON Schema, where 7.0 is an integer and true is no number."""
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES[name]) or (name == "integer" and isinstance(value, float) and value.is_integer())


_REFUSES: Mapping[str, Callable[[Any, Part], bool]] = {
    "type": _is_of_another_type,
    "required": lambda value, part: isinstance(value, dict) and any(key not in value for key in part["required"]),
    "additionalProperties": lambda value, part: (
        part["additionalProperties"] is False and isinstance(value, dict) and any(unknown_keys(value, part))
    ),
    "enum": lambda value, part: not any(_is_same(value, option) for option in part["enum"]),
    "pattern": lambda value, part: isinstance(value, str) and not re.search(part["pattern"], value),
    "minLength": lambda value, part: isinstance(value, str) and len(value) < part["minLength"],
    "maxLength": lambda value, part: isinstance(value, str) and len(value) > part["maxLength"],
    "minItems": lambda value, part: isinstance(value, list) and len(value) < part["minItems"],
    "minProperties": lambda value, part: isinstance(value, dict) and len(value) < part["minProperties"],
    "minimum": lambda value, part: _is(value, "number") and value < part["minimum"],
    "exclusiveMinimum": lambda value, part: _is(value, "number") and value <= part["exclusiveMinimum"],
    "maximum": lambda value, part: _is(value, "number") and value > part["maximum"],
}


def _is_same(value: Any, option: Any) -> bool:
    """Whether two values are equal in JSON, where true is not 1."""
    return bool(value == option) and isinstance(value, bool) is isinstance(option, bool)
