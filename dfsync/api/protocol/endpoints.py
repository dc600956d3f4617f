"""The four endpoints that dfsync knows. The client has no way to call anything else.

Source: the Sites API, the Traffic Analysis Metrics API, and the Common API Guide ("Generate new tokens").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from dfsync.api.protocol.values import Upload


class Endpoint(Struct, frozen=True):
    """A method, and a path below the base URL or the auth URL of the target. `writes` says that it may change live."""

    method: str
    path: str
    at_auth: bool = False
    writes: bool = False


EXPORT = Endpoint("GET", "/customer/{customer_id}/sites/export")
IMPORT = Endpoint("POST", "/customer/{customer_id}/sites/import", writes=True)
REPORT = Endpoint("POST", "/customer/{customer_id}/insights/generate_traffic_report")
REFRESH = Endpoint("POST", "/get_new_tokens", at_auth=True)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an endpoint: its query, and its body as JSON or as sheets."""

    endpoint: Endpoint
    query: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = field(default=None, repr=False)
    upload: Upload | None = None
