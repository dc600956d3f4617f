"""JSON that may pass through a terminal or a CI log."""

from __future__ import annotations

import json
from typing import Any

from dfsync.model.text import harmless_json


def dumps(value: Any) -> str:
    """Return `value` as indented JSON in ASCII, lone surrogates included, with a line break at the end."""
    return harmless_json(json.dumps(value, indent=2)) + "\n"
