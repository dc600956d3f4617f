"""What happens on the wire, told as values: logs, progress and the support bundle listen to the same stream.

Every text in an event is redacted already: a listener can't leak what it never gets.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from dfsync.api.values import Upload


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it.

    `at` is when it was sent, with zone; `status` is None when no answer came, and then `fault` says why; `size` is
    the answer's bytes; `headers` and `body` (its start) are kept where something may be wrong, else empty.
    """

    target: str
    method: str
    url: str
    at: datetime
    attempt: int = 1
    status: int | None = None
    request_id: str | None = None
    elapsed_s: float = 0.0
    size: int = 0
    fault: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    upload: Upload | None = field(default=None, repr=False)

    @property
    def path(self) -> str:
        """The path without the query, which may hold hundreds of site ids."""
        return "/" + self.url.partition("://")[2].partition("/")[2].partition("?")[0]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request will be sent again after `wait_s`; `left_s` of the command's retry budget remain then."""

    method: str
    path: str
    reason: str
    attempt: int
    wait_s: float
    left_s: float


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The token was refreshed, and is used until `until`."""

    target: str
    until: datetime


@dataclass(frozen=True, slots=True)
class ExportRetry:
    """An export was incomplete, and is taken again."""

    target: str
    reason: str
    attempt: int


Event = Exchange | Waiting | Refreshed | ExportRetry
Watch = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Listen to nothing."""
