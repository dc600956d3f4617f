"""A comparison of two revisions as JSON. If a revision does not manage a field, `before` or `after` is missing."""

from __future__ import annotations

from typing import Any

from dfsync.diff.changes import ABSENT, Action, Change, FieldChange
from dfsync.diff.revisions import Comparison
from dfsync.model.kind import Kind
from dfsync.model.text import json_document
from dfsync.model.values import to_json
from dfsync.report.changes.options import PLAIN, Options
from dfsync.report.revisions.model import masked

FATES = {Action.CREATE: "added", Action.REMOVE: "removed", Action.UPDATE: "changed"}
"""The outcome for an entry. A removed site stays live: it is no longer managed, and nothing deletes it."""


def render(comparison: Comparison, options: Options = PLAIN) -> str:
    """Return the comparison as an indented JSON document."""
    comparison = comparison if options.show_contacts else masked(comparison)
    document = {
        "format": "dfsync/diff",
        "format_version": 1,
        "base": {"name": comparison.base.name, "commit": comparison.base.commit},
        "head": {"name": comparison.head.name, "commit": comparison.head.commit},
        "summary": {
            f"{kind}s_{fate}": comparison.count(kind, action) for kind in Kind for action, fate in FATES.items()
        },
        "changes": [_change(change) for change in comparison.changes],
    }
    return json_document(document)


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "fate": FATES[change.action],
        "id": change.id,
        "name": change.name,
        "source": {"file": change.source.file, "line": change.source.line},
        "fields": [_field(field) for field in change.fields],
    }


def _field(change: FieldChange) -> dict[str, Any]:
    sides = {"before": change.before, "after": change.after}
    return {"field": change.field} | {side: to_json(value) for side, value in sides.items() if value is not ABSENT}
