"""The backend of one sandbox: all that stands behind its API."""

from __future__ import annotations

from typing import Self

from msgspec import Struct

from dfsync.sandbox.backend.database import Database
from dfsync.sandbox.backend.log import RequestLog
from dfsync.sandbox.backend.sites import Sites
from dfsync.sandbox.backend.tokens import IssuedTokens
from dfsync.sandbox.faults import FaultScript
from dfsync.sandbox.settings import SandboxSettings


class Backend(Struct, frozen=True):
    """Everything behind the API; what serves it over HTTP is in `sandbox.server`."""

    database: Database
    sites: Sites
    log: RequestLog
    tokens: IssuedTokens
    faults: FaultScript
    settings: SandboxSettings
    customer_id: int

    @classmethod
    def inside(cls, database: Database, settings: SandboxSettings, customer_id: int) -> Self:
        """Return a backend that keeps its data in a database."""
        return cls(
            database,
            Sites(database, settings),
            RequestLog(database),
            IssuedTokens(database, settings, customer_id),
            FaultScript(),
            settings,
            customer_id,
        )
