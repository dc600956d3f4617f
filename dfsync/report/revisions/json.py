"""The difference of two revisions as JSON: a side that does not manage a field lacks `before` or `after`."""

from __future__ import annotations

import json
from typing import Any

from dfsync.diff.revisions import ABSENT, Changed, Comparison, Difference, Fate, Kind
from dfsync.model.text import harmless_json


def render(comparison: Comparison, *, color: bool = False) -> str:
    """Return the comparison as an indented JSON document."""
    del color
    document = {
        "format": "dfsync/diff",
        "format_version": 1,
        "base": {"name": comparison.base.name, "commit": comparison.base.commit},
        "head": {"name": comparison.head.name, "commit": comparison.head.commit},
        "summary": {f"{kind}s_{fate}": comparison.count(kind, fate) for kind in Kind for fate in Fate},
        "changes": [_change(change) for change in comparison.changes],
    }
    return harmless_json(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"


def _change(change: Changed) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "fate": change.fate,
        "id": change.id,
        "name": change.name,
        "source": {"file": change.source.file, "line": change.source.line},
        "fields": [_field(difference) for difference in change.differences],
    }


def _field(difference: Difference) -> dict[str, Any]:
    sides = {"before": difference.before, "after": difference.after}
    return {"field": difference.field} | {side: value for side, value in sides.items() if value is not ABSENT}
