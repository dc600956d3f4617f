"""The drift in a plan: what was edited elsewhere since the last apply."""

from __future__ import annotations

from msgspec.structs import replace

from dfsync.diff.changes import Cause, Change
from dfsync.plan.values import Plan


def drift_of(plan: Plan) -> tuple[Change, ...]:
    """Return the changes of a plan, sent or kept, with only those of their fields that were edited elsewhere, by id."""
    found: dict[str, Change] = {}
    for change in (*plan.changes, *plan.kept):
        fields = tuple(field for field in change.fields if field.cause is not Cause.CHANGE)
        if fields:
            before = found[change.id].fields if change.id in found else ()
            found[change.id] = replace(change, fields=(*before, *fields))
    return tuple(found[id] for id in sorted(found))
