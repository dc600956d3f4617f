"""The server's own record of every request. It has what was uploaded, but never a header or a token."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import fields

from dfsync.sandbox.backend.database import Database

REPORT_PATH = "/insights/generate_traffic_report"
"""The end of the path of traffic reports. Their requests are logged with the body."""


class LoggedRequest(Struct, frozen=True):
    """One request. `status` is None while it runs, and also later if its connection was dropped without an answer.

    `started` and `finished` are ticks of one clock that counts the starts and ends of all requests. Two requests
    overlapped if each started before the other finished. `sites` and `site_contacts` are the uploaded sheets, and
    `body` is the JSON of a traffic report. `client_port` tells connections apart. `at` is in seconds since 1970.
    """

    number: int
    request_id: str
    method: str
    path: str
    query: str
    client_port: int | None
    at: float
    started: int
    finished: int | None
    status: int | None
    sites: bytes | None
    site_contacts: bytes | None
    body: bytes | None


_COLUMNS = ", ".join(field.name for field in fields(LoggedRequest))


class RequestLog:
    """The table `requests` of the database. Another process may read it there."""

    def __init__(self, database: Database) -> None:
        self._database = database
        last = database.execute("SELECT max(max(started), max(coalesce(finished, 0))) FROM requests")[0][0]
        self._clock = itertools.count((last or 0) + 1)

    def begin(
        self, request_id: str, line: tuple[str, str, str], client_port: int | None, content: Mapping[str, bytes]
    ) -> int:
        """Record a request that has arrived completely, and return its number. `line` is method, path and query."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO requests (request_id, method, path, query, client_port, at, started, sites, site_contacts,"
                " body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                *(request_id, *line, client_port, time.time(), next(self._clock)),
                *(content.get(name) for name in ("sites", "site_contacts", "body")),
            )
            return int(self._database.execute("SELECT last_insert_rowid()")[0][0])

    def finish(self, number: int, status: int | None) -> None:
        """Record that the answer begins to go out, or that the connection is dropped (None)."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE requests SET finished = ?, status = ? WHERE number = ? AND finished IS NULL",
                *(next(self._clock), status, number),
            )

    def all(self) -> list[LoggedRequest]:
        """Return every request in the order of arrival."""
        rows = self._database.execute(f"SELECT {_COLUMNS} FROM requests ORDER BY number")  # noqa: S608  (constants)
        return [LoggedRequest(*row) for row in rows]

    def clear(self) -> None:
        """Forget everything so far."""
        self._database.execute("DELETE FROM requests")
