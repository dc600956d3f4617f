"""Types from the schema: a plain scalar becomes an integer, a number or a boolean only where the schema asks for one.

Everything else stays the text that was typed. A quoted `"750"` stays text too, and the schema then refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

Types = dict[str, "Types"] | frozenset[str]
"""What must be typed below a value: member names (`[]` for items, `*` for others) to types, or the types themselves."""

# A leading zero is octal to some readers and none to others: not taken for a number, so that the schema refuses it.
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})")
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?")
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def typed_places(schema: Mapping[str, Any], part: Mapping[str, Any] | None = None) -> Types | None:
    """Return where below a value of this schema something other than text is asked for, None if nowhere."""
    part = schema if part is None else part
    if "$ref" in part:
        found: Any = schema
        for step in str(part["$ref"]).removeprefix("#/").split("/"):
            found = found[step]
        return typed_places(schema, found)
    asked = part.get("type", ())
    kinds = frozenset([asked] if isinstance(asked, str) else asked) & {"integer", "number", "boolean"}
    if kinds:
        return kinds
    members: dict[str, Types] = {}
    nested = dict(part.get("properties", {}))
    for keyword, name in (("items", "[]"), ("additionalProperties", "*")):
        if isinstance(part.get(keyword), Mapping):
            nested[name] = part[keyword]
    for name, member in nested.items():
        types = typed_places(schema, member)
        if types:
            members[name] = types
    for branch in ("then", "else"):
        types = typed_places(schema, part[branch]) if branch in part else None
        if isinstance(types, dict):
            members = {**types, **members}
    return members or None


def typed(value: Any, types: Types | None, quoted: AbstractSet[tuple[int, str | int]] = frozenset()) -> Any:
    """Return the value with plain scalars turned into what `types` asks for; mappings and lists change in place.

    `quoted` has the places of scalars that were quoted and stay text (see `dfsync.files.yaml.parse.Parsed`).
    """
    if not isinstance(types, dict):
        return value if types is None else _scalar(value, types)
    if isinstance(value, dict):
        others = types.get("*")
        for name in value if others else types:
            if name in value and (id(value), name) not in quoted and (of_member := types.get(name, others)):
                value[name] = typed(value[name], of_member, quoted)
    elif isinstance(value, list) and "[]" in types:
        for number, item in enumerate(value):
            if (id(value), number) not in quoted:
                value[number] = typed(item, types["[]"], quoted)
    return value


def _scalar(value: Any, kinds: frozenset[str]) -> Any:
    if not isinstance(value, str):
        return value
    if "boolean" in kinds and value in _BOOLEANS:
        return _BOOLEANS[value]
    if kinds & {"integer", "number"} and _INTEGER.fullmatch(value):
        return int(value)
    if "number" in kinds and _NUMBER.fullmatch(value):
        return float(value)
    return value
