"""Rows, settings and clients that the tests of the API share."""

from __future__ import annotations

from typing import Any

from dfsync.api.client import Client, connect
from dfsync.api.protocol.events import Watch, ignore
from dfsync.model.settings import ApiSettings, Target
from dfsync.sandbox.sandbox import Sandbox

SITES = 25
PAGE = 10


def row(number: int, **columns: Any) -> dict[str, Any]:
    """Return a row of the export."""
    return {"Site ID": f"site-{number:03}", "Site Name": f"Store {number}", "Site Groups": "Retail,West", **columns}


def ids(count: int = SITES) -> list[str]:
    """Return the ids of the first sites, in the sandbox's order."""
    return [f"site-{number:03}" for number in range(count)]


def settings(**changes: Any) -> ApiSettings:
    """Return settings of small pages and no pace."""
    return ApiSettings(**{"page_size": PAGE, "requests_per_s": 10_000.0, "timeout_s": 5.0, **changes})


def target(box: Sandbox, **changes: Any) -> Target:
    """Return the sandbox as a target."""
    return Target("production", box.customer_id, box.base_url, box.base_url, **changes)


def open_client(box: Sandbox, *, may_send: bool = False, watch: Watch = ignore, **changes: Any) -> Client:
    """Return a client with both tokens."""
    return connect(target(box), settings(**changes), box.environment(), may_send=may_send, watch=watch)
