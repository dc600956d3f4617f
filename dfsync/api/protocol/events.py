"""Events of HTTP requests, as values. Logs, progress and the support bundle all listen to the same stream.

Every text in an event is already redacted, so that no listener can leak a token.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct

from dfsync.api.protocol.values import Upload


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer.

    `at` is when it was sent, with time zone. `status` is None if no answer came; `fault` then says why. `size` is the
    number of bytes of the answer. `headers` and the start of the `body` are kept only if something may be wrong.
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


class Waiting(Struct, frozen=True):
    """The request is sent again after `wait_s`. The command may then still spend `left_s` on retries."""

    method: str
    path: str
    reason: str
    attempt: int
    wait_s: float
    left_s: float


class Refreshed(Struct, frozen=True):
    """The token was refreshed, and is used until `until`."""

    target: str
    until: datetime


class ExportRetry(Struct, frozen=True):
    """An export was incomplete and is fetched again."""

    target: str
    reason: str
    attempt: int


class SitesWithoutId(Struct, frozen=True):
    """An export left out live sites without a Site ID: their number."""

    count: int


class PageRead(Struct, frozen=True):
    """Sites of an export were read: how many, of how many. Progress shows it, and no log."""

    sites: int
    total: int


Event = Exchange | Waiting | Refreshed | ExportRetry | SitesWithoutId | PageRead
Watch = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Listen to nothing."""
