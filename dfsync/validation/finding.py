"""A finding: what a rule says, before its place in the file is looked up.

Most runs find nothing, so places are looked up only for what was found (see `dfsync.validation.locating`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dfsync.diagnostics import Span
from dfsync.files.storage.root import CONFIG_FILE
from dfsync.files.yaml.parse import Pointer
from dfsync.model.site import Source

CONFIG_SOURCE = Source(CONFIG_FILE, 1, (0,))
TOP = Span(1, 1, 1, 2)
_LONGEST_KEY = 80


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

    `path` leads from the source's pointer to the value; when a site does not have it, the value came from a default,
    and the place is looked up in dfsync.yaml. `span` is set when the place is known already. The id and field of the
    diagnostic follow from the place.
    """

    code: str
    message: str
    source: Source
    path: Pointer = ()
    on: On = On.VALUE
    help: str | None = None
    also: tuple[Also, ...] = ()
    span: Span | None = None


def field_name(path: Pointer) -> str | None:
    """Return a path as a field: `address.city`, `contacts[0].phone`; None for the entry itself. Long keys are cut."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            key = step if len(step) <= _LONGEST_KEY else step[: _LONGEST_KEY - 1] + "…"
            text += f".{key}" if text else key
    return text or None
