"""Removes personal data from a plan, for reports without `--show-contacts`."""

from __future__ import annotations

from msgspec.structs import replace

from dfsync.diff.changes import Change
from dfsync.model.kind import Kind
from dfsync.model.masking import mask_contact, mask_value
from dfsync.plan.values import Plan


def masked(plan: Plan) -> Plan:
    """Return the plan with ids, names and values of contacts masked. It still shows which fields change."""
    return replace(
        plan,
        changes=tuple(map(masked_change, plan.changes)),
        kept=tuple(map(masked_change, plan.kept)),
        normalised=tuple(map(masked_change, plan.normalised)),
    )


def masked_change(change: Change) -> Change:
    """Return the change of a contact masked, and that of a site as it is."""
    if change.kind is Kind.SITE:
        return change
    fields = tuple(
        one if one.field == "site" else replace(one, before=mask_value(one.before), after=mask_value(one.after))
        for one in change.fields
    )
    return replace(change, id=mask_contact(change.id, change.site), name="", fields=fields)
