"""How a site is spelled in live: one digest of its cells, character by character.

Two sites with one spelling are equal in every field, and nothing need be parsed to see it. The reverse does not hold:
two that are equal may be spelled differently, and are then compared value by value (`dfsync.diff.compare`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson

from dfsync.model.fields import FIELDS
from dfsync.model.hours.week import Week
from dfsync.model.hours.write import entries
from dfsync.model.values import Value


def managed_bits(fields: Mapping[str, Value]) -> int:
    """Return the fields that files manage as a number: a bit for each, in the order of `FIELDS`."""
    return sum(1 << place for place, field in enumerate(FIELDS) if field.name in fields)


@cache
def managed_names(bits: int) -> tuple[str, ...]:
    """Return the names of the fields of such a number, in the order of `FIELDS`."""
    return tuple(field.name for place, field in enumerate(FIELDS) if bits >> place & 1)


def desired_spelling(fields: Mapping[str, Value]) -> str:
    """Return the spelling of live when it shows the managed fields as dfsync sends them; "" where groups would not.

    Live splits groups at commas, and knows none without a name.
    """
    groups = fields.get("groups")
    if isinstance(groups, tuple) and any("," in group or not group.strip() for group in groups):
        return ""
    return _digest([_cell(fields[field.name]) for field in FIELDS if field.name in fields])


def live_spelling(row: Mapping[str, Any], bits: int) -> str:
    """Return the spelling of the managed fields in a row of the export."""
    get = row.get
    return _digest([get(column) or None for column in _columns(bits)])


@cache
def _columns(bits: int) -> tuple[str, ...]:
    return tuple(field.column for place, field in enumerate(FIELDS) if bits >> place & 1)


def _cell(value: Value) -> object:
    """Return what the export says of a value; None for every kind of emptiness."""
    if isinstance(value, Week):
        return entries(value) or None
    return (",".join(value) if isinstance(value, tuple) else value) or None


def _digest(cells: list[object]) -> str:
    return hashlib.blake2b(orjson.dumps(cells, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()
