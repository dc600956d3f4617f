"""JSON that may pass through a terminal or a CI log."""

from __future__ import annotations

import json
from typing import Any


def dumps(value: Any) -> str:
    """Return `value` as indented JSON in ASCII, lone surrogates included, with a line break at the end.

    A runner obeys `##[x]` wherever it stands in a line, in JSON too, so that the sequence is broken by an escape.
    """
    return json.dumps(value, indent=2).replace("##[", "#\\u0023[") + "\n"
