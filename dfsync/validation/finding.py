"""A finding: what a rule says, before its place in the file is looked up.

Most runs find nothing, so places are looked up only for what was found (see `dfsync.files.locate`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dfsync.diagnostics import Severity, Span
from dfsync.files.yaml import Pointer
from dfsync.model.site import Source

CONFIG_SOURCE = Source("dfsync.yaml", 1, (0,))


class On(StrEnum):
    """What is marked: the value at the path, its key, or the place where something is missing from it."""

    VALUE = "value"
    KEY = "key"
    OPENING = "opening"


@dataclass(frozen=True, slots=True)
class Also:
    """Another place that a finding involves."""

    message: str
    source: Source
    path: Pointer = ()
    on: On = On.VALUE
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found at a path below an entry.

    `path` leads from the entry's own pointer to the value; when the entry does not have it, the value came from a
    default, and the place is looked up in dfsync.yaml. `severity` is None for the rule's own level. `span` is set when
    the place is known already.
    """

    code: str
    message: str
    source: Source
    path: Pointer = ()
    on: On = On.VALUE
    id: str | None = None
    help: str | None = None
    severity: Severity | None = None
    also: tuple[Also, ...] = ()
    span: Span | None = None


def field_name(path: Pointer) -> str | None:
    """Return a path as a field: `address.city`, `contacts[0].phone`; None for the entry itself."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or None
