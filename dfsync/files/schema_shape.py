"""The shape that the schema gives to a file: the order of keys, and the places of values that are not text.

A plain scalar becomes an integer, a number or a boolean only where the schema asks for one. Everything else stays the
text that was typed. A quoted `"750"` stays text too, and the schema then refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from msgspec import Struct, field

from dfsync.files.yaml.values import YamlList, YamlMapping
from dfsync.model.place import Pointer
from dfsync.runtime.resources import schema

# Days of the week are the user's own order; columns of the contact sheet are in the order of the sheet.
_UNORDERED = frozenset({"operational_hours", "columns"})
_NOT_TEXT = frozenset({"integer", "number", "boolean"})
# A leading zero is octal to some readers and none to others: not taken for a number, so that the schema refuses it.
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})")
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?")
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class Shape(Struct, frozen=True):
    """What the schema says about a value: the canonical order of its keys, its items, its other members, its types.

    `types` are the types other than text that a plain scalar here may have. `typed` has the members with such types in
    them, and `is_typed` says whether there are any here or below.
    """

    keys: Mapping[str, Shape] = field(default_factory=dict)
    items: Shape | None = None
    others: Shape | None = None
    types: frozenset[str] = frozenset()
    is_ordered: bool = True
    typed: Mapping[str, Shape] = field(default_factory=dict)
    is_typed: bool = False

    def member(self, step: str | int) -> Shape:
        """Return the shape of the value under a key or index."""
        found = self.items if isinstance(step, int) else self.keys.get(step, self.others)
        return found or _ANYTHING

    def order(self, path: Pointer) -> tuple[str, ...]:
        """Return the canonical order of the keys of the mapping at a path below the document."""
        shape = self
        for step in path:
            shape = shape.member(step)
        return tuple(shape.keys) if shape.is_ordered else ()


_ANYTHING = Shape()


@cache
def shape_of(name: str) -> Shape:
    """Return the shape of a `site`, `contact` or `config` file."""
    whole = schema(name)
    return _shape(whole, whole, "")


def typed(value: Any, shape: Shape) -> Any:
    """Return the value with plain scalars turned into what the shape asks for; mappings and lists change in place."""
    if isinstance(value, YamlMapping):
        others = shape.others if shape.others and shape.others.is_typed else None
        for name in value if others else shape.typed:
            if name in value and not (value.quoted and name in value.quoted):
                member = shape.typed.get(name) or (others if name not in shape.keys else None)
                if member:
                    value[name] = typed(value[name], member)
    elif isinstance(value, YamlList):
        if shape.items and shape.items.is_typed:
            value[:] = [
                item if value.quoted and number in value.quoted else typed(item, shape.items)
                for number, item in enumerate(value)
            ]
    elif isinstance(value, str):
        return _scalar(value, shape.types)
    return value


def _scalar(value: str, types: frozenset[str]) -> Any:
    if "boolean" in types and value in _BOOLEANS:
        return _BOOLEANS[value]
    if types & {"integer", "number"} and _INTEGER.fullmatch(value):
        return int(value)
    if "number" in types and _NUMBER.fullmatch(value):
        return float(value)
    return value


def _shape(whole: Mapping[str, Any], part: Mapping[str, Any], name: str) -> Shape:
    if "$ref" in part:
        found: Any = whole
        for step in str(part["$ref"]).removeprefix("#/").split("/"):
            found = found[step]
        return _shape(whole, found, name)
    branches = [_shape(whole, part[branch], name) for branch in ("then", "else") if branch in part]
    asked = part.get("type", ())
    items, others = part.get("items"), part.get("additionalProperties")
    keys = {key: _shape(whole, member, key) for key, member in part.get("properties", {}).items()}
    for branch in branches:
        keys = {**{key: shape for key, shape in branch.keys.items() if key not in keys}, **keys}
    of_items, of_others = (_shape(whole, each, "") if isinstance(each, dict) else None for each in (items, others))
    types = _NOT_TEXT & {*([asked] if isinstance(asked, str) else asked)}
    typed = {key: shape for key, shape in keys.items() if shape.is_typed}
    is_typed = bool(types or typed) or any(shape and shape.is_typed for shape in (of_items, of_others))
    return Shape(keys, of_items, of_others, types, name not in _UNORDERED, typed, is_typed)
