"""Values of fields: when two are equal, and how one is written in plan files and cells.

A value is text, a list of groups, a week, or None for empty. A field that is not managed has no value at all. Equality
is decided by the comparable form of a value: two values of a field are equal if their comparable forms are. Digests are
taken of this form too, so that they do not depend on spelling.
"""

from __future__ import annotations

import hmac
import json
from functools import lru_cache
from typing import Any

from msgspec import Struct

from dfsync.model.fields import Field, FieldKind
from dfsync.model.hours.live import live_hours
from dfsync.model.hours.week import Span, Week
from dfsync.model.hours.write import cell as hours_cell
from dfsync.model.hours.write import entries
from dfsync.model.text import normal
from dfsync.model.zone_names import canonical_zone


class Unreadable(Struct, frozen=True):
    """Opening hours of the export that can't be read as hours. They are equal to nothing that a file can say."""

    raw: str


Groups = tuple[str, ...]
Value = str | Groups | Week | Unreadable | None
Comparable = str | tuple[str, ...] | tuple[Span, ...] | tuple[str, Unreadable]


DIGITS = 16
"""The length of the digest of a field. It only has to tell apart the values of one field of one site."""

written = json.JSONEncoder(ensure_ascii=False, default=repr, separators=(",", ":")).encode
"""Encodes comparable forms for digests. It is made only once, since it is called very often."""


_ZONE = "timezone"


def comparable(field: Field, value: Value) -> Comparable:
    """Return the form that decides equality: trimmed NFC text, the sorted set of groups, the minutes of the week.

    Every kind of emptiness is "" for text and () for groups and hours.
    Hours that are closed all week count as empty too, since live can't tell the two apart.
    """
    if value is None:
        return "" if field.kind is FieldKind.TEXT else ()
    if isinstance(value, str):
        return normal(value)
    if isinstance(value, Week):
        return value.minutes
    if isinstance(value, Unreadable):
        return ("unreadable", value)
    return tuple(sorted({normal(group) for group in value}))


def same(field: Field, one: Value, other: Value) -> bool:
    """Whether two values of a field are equal (the contract's "Equal text", "Operational hours" and "Time zones").

    Two names of a time zone are equal though their comparable forms, and so their digests, are not.
    """
    if one == other or comparable(field, one) == comparable(field, other):
        return True
    zones = field.name == _ZONE and isinstance(one, str) and isinstance(other, str)
    return zones and canonical_zone(normal(str(one))) == canonical_zone(normal(str(other)))


def is_empty(field: Field, value: Value) -> bool:
    """Whether the value leaves the field empty: None, "" or no groups. Closed all week is a value, and not empty."""
    return not isinstance(value, Week) and not comparable(field, value)


def digest(field: Field, value: Value, key: bytes = b"") -> str:
    """Return the digest of the comparable form: 16 hex digits, keyed so that state does not reveal values."""
    return keyed(f"{field.name}\0{written(comparable(field, value))}", key)[:DIGITS]


def keyed(text: str, key: bytes) -> str:
    """Return the keyed digest of a text as 32 hex digits (RFC 2104, HMAC with SHA-256, truncated)."""
    mac = _prepared(key).copy()
    mac.update(text.encode("utf-8", "surrogatepass"))
    return mac.hexdigest()[:32]


@lru_cache(maxsize=8)
def _prepared(key: bytes) -> hmac.HMAC:
    return hmac.new(key, digestmod="sha256")


def to_json(value: Value) -> Any:
    """Return the plan file's form: text, a list of groups, hours in the API's canonical form, or None."""
    if isinstance(value, Week):
        return entries(value)
    if isinstance(value, Unreadable):
        return value.raw
    return list(value) if isinstance(value, tuple) else value


def from_json(field: Field, form: Any) -> Value:
    """Read what `to_json` wrote. Raises ValueError if it does not fit the field."""
    if form is None:
        return None
    if field.kind is FieldKind.HOURS:
        try:
            return live_hours(form)
        except ValueError:
            if isinstance(form, str):
                return Unreadable(form)
            raise
    if field.kind is FieldKind.GROUPS:
        if not (isinstance(form, list) and all(isinstance(group, str) for group in form)):
            raise ValueError(f"{field.name} is not a list of texts")
        return tuple(form)
    if not isinstance(form, str):
        raise ValueError(f"{field.name} is not a text")
    return form


def to_cell(value: Value) -> str:
    """Return the text of the value's CSV cell, "" for empty."""
    if value is None:
        return ""
    if isinstance(value, Week):
        return hours_cell(value)
    if isinstance(value, Unreadable):
        return value.raw
    return value if isinstance(value, str) else ",".join(value)
