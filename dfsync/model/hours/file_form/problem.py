"""A problem in written hours: its rule, its message, its place, and advice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from dfsync.model.text import shortened

Path = tuple[str | int, ...]
"""The way from the hours value to a part of it: keys and indices."""

UNKNOWN_DAY = "DF201"
BAD_TIME = "DF202"
EMPTY_SPAN = "DF203"
DAY_TWICE = "DF204"
OVERLAP = "DF205"
BAD_FORM = "DF206"
UNKNOWN_PROFILE = "DF207"


class HoursProblem(Struct, frozen=True):
    """A problem in written hours: the rule's code, the message, and the path to the value or key.

    `path` leads from the hours value to the part that is wrong. `on_key` says that the key at the end of the path is
    wrong, and not its value. `also` leads to a second part that is involved.
    """

    code: str
    message: str
    path: Path
    on_key: bool = False
    help: str | None = None
    also: Path | None = None


def advice() -> Any:
    """Return the module that words advice. Hooks start faster without it: it is imported only when hours are wrong."""
    from dfsync.model.hours.file_form import suggestion

    return suggestion


def shown(value: object) -> str:
    """Return a value as a message may show it."""
    if isinstance(value, str):
        return shortened(value, 40) or "an empty text"
    return "nothing" if value is None else "a mapping" if isinstance(value, Mapping) else "a list"
