"""The fault script: which requests fail, and how."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal, get_args

from msgspec import Struct, field

from dfsync.errors import InputError, UsageError

Action = Literal["status", "delay", "drop", "cut", "html", "call"]


_TYPES: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("action", "method", "path", "query"), str),
    "nth": (int, type(None)),
    "after": bool,
    "status": int,
    "headers": dict,
    "body": object,
    "seconds": (int, float),
}
"""What a fault script may say."""


class Fault(Struct, frozen=True):
    """One fault of the requests that match.

    `method`, `path` and `query` are shell patterns (`*/sites/import`, `*p_number=7*`); `nth` is which of the requests
    that match from now on, counted from 1, or None for each of them. `after` says whether the request takes effect
    first. The actions:

    - `status`: answers `status` with `headers` and `body` (text, or anything that JSON can hold);
    - `delay`: waits `seconds`, then (or after it took effect) answers as usual;
    - `drop`: closes the connection without an answer;
    - `cut`: takes effect, sends half of the body and closes the connection;
    - `html`: answers 200 with a web page;
    - `call`: runs `call()` and answers as usual, as when somebody edits a site meanwhile (Python only, and in
      a thread of its own, so that it may ask the sandbox itself).
    """

    action: Action
    method: str = "*"
    path: str = "*"
    query: str = "*"
    nth: int | None = 1
    after: bool = False
    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    seconds: float = 1.0
    call: Callable[[], object] | None = None

    def __post_init__(self) -> None:
        if self.action not in get_args(Action):
            raise UsageError(f"{self.action!r} is not a fault", help=f"faults: {', '.join(get_args(Action))}")
        if (self.action == "call") != (self.call is not None):
            raise UsageError("the fault `call`, and no other, needs a function to call")
        if not 200 <= self.status <= 599:
            raise UsageError(f"{self.status} is no status of an answer", help="use 200 to 599")

    def matches(self, method: str, path: str, query: str) -> bool:
        """Whether the patterns match a request."""
        return fnmatchcase(method, self.method) and fnmatchcase(path, self.path) and fnmatchcase(query, self.query)


class FaultScript:
    """The faults of a sandbox. Each counts the requests that match it. May be changed while the sandbox serves."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: list[tuple[Fault, list[int]]] = []

    def add(self, *faults: Fault) -> None:
        """Add faults; they count requests from now on."""
        with self._lock:
            self._seen.extend((fault, [0]) for fault in faults)

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._seen.clear()

    def due(self, method: str, path: str, query: str) -> list[Fault]:
        """Count a request, and return the faults that apply to it, in the order in which they were added."""
        due = []
        with self._lock:
            for fault, count in self._seen:
                if fault.matches(method, path, query):
                    count[0] += 1
                    if fault.nth is None or fault.nth == count[0]:
                        due.append(fault)
        return due


def read_faults(path: Path) -> list[Fault]:
    """Read a fault script: a JSON list of objects with the fields of `Fault`; raises InputError."""
    try:
        script = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(f"{path} can't be read as a fault script: {error}") from error
    if not isinstance(script, list):
        raise InputError(f"{path} is no list of faults")
    return [_fault(item, f"{path}, fault {number}") for number, item in enumerate(script, 1)]


def _fault(item: object, where: str) -> Fault:
    if not isinstance(item, dict) or "action" not in item or not item.keys() <= _TYPES.keys():
        raise InputError(f"{where} is none", help=f"a fault is an object with action, and any of {', '.join(_TYPES)}")
    for name, value in item.items():
        if not isinstance(value, _TYPES[name]):
            raise InputError(f"{where}: {name} can't be {value!r}")
    try:
        return Fault(**item)
    except UsageError as error:
        raise InputError(f"{where}: {error.message}", help=error.help) from error
