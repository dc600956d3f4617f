"""`Sandbox`: the API with its data, its log and its faults, as one object for tests and commands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any, Self

from dfsync.errors import DfsyncError, UsageError
from dfsync.sandbox.backend.backend import Backend
from dfsync.sandbox.backend.database import Database
from dfsync.sandbox.backend.log import LoggedRequest
from dfsync.sandbox.backend.sites import Row
from dfsync.sandbox.backend.tokens import TokenKind
from dfsync.sandbox.settings import SandboxSettings

CUSTOMER_ID = 123


class Sandbox:
    """A complete API on 127.0.0.1. A context manager: while it is entered, a thread serves.

    `sites` are rows in the shape of the export; `internal_id` chooses the id of the traffic API. `database` is a file
    that keeps everything; None keeps it in memory. Port 0 is any free port. Raises DfsyncError if the packages of the
    server are not installed.
    """

    def __init__(
        self,
        sites: Iterable[Mapping[str, Any]] = (),
        *,
        settings: SandboxSettings | None = None,
        customer_id: int = CUSTOMER_ID,
        database: Path | str | None = None,
        port: int = 0,
    ) -> None:
        self.settings = settings or SandboxSettings()
        self.customer_id = customer_id
        self._wanted_port = port
        self._port: int | None = None
        self._running = ExitStack()
        self.database = Database(Path(database) if database is not None else None)
        self._backend = Backend.inside(self.database, self.settings, customer_id)
        self.faults = self._backend.faults
        self._backend.sites.put(sites)

    def __enter__(self) -> Self:
        self._port = self._running.enter_context(_serve(self._backend, self._wanted_port))
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()
        self._port = None

    def close(self) -> None:
        """Close the database, so that its file alone holds everything. Nothing can be read after that."""
        self.database.close()

    @property
    def base_url(self) -> str:
        """The address at which it serves."""
        if self._port is None:
            raise UsageError("the sandbox is not running", help="use it in a `with` block")
        return f"http://127.0.0.1:{self._port}"

    @property
    def refresh_token(self) -> str:
        """The refresh token; it does not expire."""
        return self._backend.tokens.refresh_token()

    def token(
        self, kind: TokenKind | None = None, *, lifetime_s: float | None = None, customer_id: int | None = None
    ) -> str:
        """Return a new token, by default one that the API takes; a negative lifetime makes one that has expired."""
        return self._backend.tokens.make(
            kind or self._backend.tokens.taken[0], lifetime_s=lifetime_s, customer_id=customer_id
        )

    def revoke_tokens(self) -> None:
        """Refuse every token made so far, except the refresh token, whatever its expiry says."""
        self._backend.tokens.revoke()

    def environment(self) -> dict[str, str]:
        """Return the environment variables with which dfsync talks to this sandbox."""
        return {
            "DFSYNC_BASE_URL": self.base_url,
            "DFSYNC_AUTH_URL": self.base_url,
            "DFSYNC_TOKEN": self.token(),
            "DFSYNC_REFRESH_TOKEN": self.refresh_token,
        }

    def rows(self) -> dict[str, Row]:
        """Return every site as it is stored, by id: all documented columns, None if empty, hours as a list."""
        return self._backend.sites.rows()

    def contacts(self) -> dict[tuple[str, ...], Row]:
        """Return every contact as it is stored, by its key."""
        return self._backend.sites.contacts()

    def internal_ids(self) -> dict[str, int]:
        """Return the traffic API's id of every site, by Site ID."""
        return self._backend.sites.internal_ids()

    def seed(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Store sites, unless there are some already. A database that was served before is continued."""
        if not self._backend.sites.internal_ids():
            self._backend.sites.put(rows)

    def put(self, row: Mapping[str, Any]) -> None:
        """Store a whole site unchecked, as somebody could do in the web application."""
        self._backend.sites.put([row])

    def edit(self, id: str, column: str, value: Any) -> None:
        """Change a value of a site unchecked, as somebody could do in the web application. Raises KeyError."""
        self._backend.sites.edit(id, column, value)

    def remove(self, id: str) -> None:
        """Delete a site, as somebody could do in the web application. The API can't delete."""
        self._backend.sites.remove(id)

    @property
    def requests(self) -> list[LoggedRequest]:
        """Every request so far, in the order of arrival."""
        return self._backend.log.all()

    def forget_requests(self) -> None:
        """Empty the log."""
        self._backend.log.clear()


def _serve(backend: Backend, port: int) -> AbstractContextManager[int]:
    try:
        from dfsync.sandbox.server.loopback import serve  # needs the optional extra
    except ModuleNotFoundError as error:
        help = "pip install starlette uvicorn python-multipart (dfsync's extra sandbox)"
        raise DfsyncError(f"the sandbox needs the package {error.name}, which is not installed", help=help) from error
    return serve(backend, port)
