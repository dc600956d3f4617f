"""The shape that the schema gives to a file: the order of keys, and the places of values that are not text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from dfsync.model.place import Pointer
from dfsync.resources import schema

# Days of the week are the user's own order; columns of the contact sheet are in the order of the sheet.
_UNORDERED = frozenset({"operational_hours", "columns"})
_NOT_TEXT = frozenset({"integer", "number", "boolean"})


@dataclass(frozen=True, slots=True)
class Shape:
    """What the schema says about a value: the canonical order of its keys, its items, its other members, its type.

    `is_typed` says that a plain scalar here may stand for a number or a boolean.
    """

    keys: Mapping[str, Shape] = field(default_factory=dict)
    items: Shape | None = None
    others: Shape | None = None
    is_typed: bool = False
    is_ordered: bool = True

    def member(self, step: str | int) -> Shape:
        """Return the shape under a key or index."""
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
    return Shape(
        keys=keys,
        items=_shape(whole, items, "") if isinstance(items, dict) else None,
        others=_shape(whole, others, "") if isinstance(others, dict) else None,
        is_typed=bool(_NOT_TEXT & {*([asked] if isinstance(asked, str) else asked)}),
        is_ordered=name not in _UNORDERED,
    )
