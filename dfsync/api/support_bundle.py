"""The support bundle: what the Common API Guide asks for when support is contacted, in one file.

Endpoint and method, time with zone, request id, status, response (redacted), and the CSV that was uploaded.
"""

from __future__ import annotations

import platform
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from dfsync import __version__
from dfsync.api.logs import exchange_fields
from dfsync.api.protocol.events import Event, Exchange
from dfsync.errors import InputError
from dfsync.files.storage.atomic_write import replacing
from dfsync.model.text import harmless_json

_MOST_PROBLEMS = 50
_MOST_OTHERS = 20
_NOTE = (
    "Attach this file to a mail to support@dragonfruit.ai. Tokens were taken out. It holds the CSV that was uploaded: "
    "look through it before you send it."
)


class SupportBundle:
    """Listens to the events of a command and keeps the latest problems, with a few requests around them."""

    def __init__(self) -> None:
        self._problems: deque[Exchange] = deque(maxlen=_MOST_PROBLEMS)
        self._others: deque[Exchange] = deque(maxlen=_MOST_OTHERS)

    def __call__(self, event: Event) -> None:
        """Keep an event that matters."""
        if isinstance(event, Exchange):
            (self._problems if is_problem(event) else self._others).append(event)

    def write(self, path: Path, run_id: str) -> None:
        """Write the bundle, readable by the user alone. Raises InputError if it can't be written."""
        exchanges = sorted([*self._problems, *self._others], key=lambda exchange: exchange.at)
        form = {
            "format": "dfsync/support-bundle",
            "format_version": 1,
            "dfsync_version": __version__,
            "note": _NOTE,
            "created_at": datetime.now(UTC).astimezone(),
            "run_id": run_id,
            "platform": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
            "requests": [_entry(exchange) for exchange in exchanges],
        }
        try:
            with replacing(path, 0o600) as file:
                text = orjson.dumps(form, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
                file.write(harmless_json(text).encode())
        except OSError as error:
            raise InputError(f"the support bundle {path} can't be written: {error.strerror}") from error


def is_problem(exchange: Exchange) -> bool:
    """Whether something went wrong: no answer, no success, a wrong shape, or an import with row errors."""
    failed = exchange.status is None or exchange.status >= 300 or exchange.fault is not None
    return failed or (exchange.upload is not None and '"error_msg"' in exchange.body)


def _entry(exchange: Exchange) -> dict[str, Any]:
    sheets = exchange.upload.sheets() if exchange.upload and is_problem(exchange) else {}
    return {
        "time": exchange.at,
        **exchange_fields(exchange),
        "response_headers": dict(exchange.headers),
        "response": exchange.body,
        "uploaded": {name: content.decode("utf-8", "replace") for name, content in sheets.items()},
    }
