"""Events as lines of a log: text for people, or one JSON object a line for programs.

Whatever makes a command slower than the user expects (waiting, fetching an export again) is shown without being asked
for. Requests are shown with -v, and with -vv also their ids and what is wrong with them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

from dfsync.api.protocol.events import Event, Exchange, ExportRetry, PageRead, Refreshed, SitesWithoutId, Waiting
from dfsync.model.live import without_id
from dfsync.model.text import harmless_json, shortened, visible

_LONGEST = 200


def is_shown(event: Event, verbosity: int) -> bool:
    """Whether an event is shown at a verbosity: the number of -v, or -1 for --quiet."""
    if isinstance(event, PageRead):
        return False
    return verbosity >= (0 if isinstance(event, Waiting | ExportRetry | SitesWithoutId) else 1)


def as_text(event: Event, verbosity: int = 1) -> str:
    """Return an event as a line for people. With -vv, a failed exchange has more than one line."""
    match event:
        case Exchange():
            return "\n".join(_exchange_lines(event, verbosity))
        case Waiting():
            return (
                f"{event.method} {visible(event.path)}: {shortened(event.reason)}, trying again in "
                f"{event.wait_s:.1f} s (attempt {event.attempt + 1}, {event.left_s:.0f} s left for retries)"
            )
        case Refreshed():
            return f"token of target {visible(event.target)} refreshed, used until {event.until:%Y-%m-%d %H:%M:%SZ}"
        case ExportRetry():
            return f"the export is fetched again (attempt {event.attempt}): {shortened(event.reason, _LONGEST)}"
        case SitesWithoutId():
            return without_id(event.count)
        case PageRead():
            return f"{event.sites:,} of {event.total:,} sites read"


def as_json(event: Event, run_id: str) -> str:
    """Return an event as one line of JSON. `run_id` is the same in all lines of a command."""
    fields: dict[str, Any]
    match event:
        case Exchange():
            fields = {"event": "request", "at": event.at, **exchange_fields(event)}
        case Waiting():
            fields = {"event": "waiting", "method": event.method, "path": event.path, "reason": event.reason}
            fields |= {"attempt": event.attempt, "wait_s": round(event.wait_s, 3), "left_s": round(event.left_s, 3)}
        case Refreshed():
            fields = {"event": "token_refreshed", "target": event.target, "until": event.until}
        case ExportRetry():
            fields = {"event": "export_taken_again", "target": event.target, "attempt": event.attempt}
            fields |= {"reason": event.reason}
        case SitesWithoutId():
            fields = {"event": "sites_without_id", "count": event.count}
        case PageRead():
            fields = {"event": "page_read", "sites": event.sites, "total": event.total}
    return harmless_json(orjson.dumps({"run_id": run_id, "at": datetime.now(UTC), **fields}).decode())


def exchange_fields(exchange: Exchange) -> dict[str, Any]:
    """Return the fields of an exchange for logs and the support bundle."""
    return {
        "target": exchange.target,
        "method": exchange.method,
        "url": exchange.url,
        "attempt": exchange.attempt,
        "status": exchange.status,
        "request_id": exchange.request_id,
        "elapsed_ms": round(exchange.elapsed_s * 1000),
        "bytes": exchange.size,
        "fault": exchange.fault,
    }


def _exchange_lines(exchange: Exchange, verbosity: int) -> list[str]:
    path = "/" + exchange.url.partition("://")[2].partition("/")[2]
    outcome = str(exchange.status) if exchange.status is not None else "no answer"
    parts = [exchange.method, shortened(path, _LONGEST), outcome, f"{exchange.elapsed_s * 1000:.0f} ms"]
    parts.append(f"{exchange.size} B")
    if exchange.attempt > 1:
        parts.append(f"attempt {exchange.attempt}")
    if verbosity > 1 and exchange.request_id:
        parts.append(f"request id {shortened(exchange.request_id)}")
    lines = [" ".join(parts)]
    if exchange.fault:
        lines[0] += f": {shortened(exchange.fault, _LONGEST)}"
    if verbosity > 1 and exchange.body:
        lines.append(f"  {shortened(exchange.body, 500)}")
    return lines
