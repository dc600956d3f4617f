"""What the formats for people share: the rows of a difference, the headline, contacts masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dfsync.diff.revisions import ABSENT, Changed, Comparison, Difference, Fate, Kind
from dfsync.diff.values import FieldChange
from dfsync.model.masking import mask_contact, mask_value
from dfsync.model.text import counted
from dfsync.report.plan.lines import ReportLine, Words, created, lines

NOT_MANAGED = Words("(not managed)")
STAYS = "no longer managed; it stays live"


def masked(comparison: Comparison) -> Comparison:
    """Return the comparison without contacts' names and values; which fields differ stays to be seen."""
    return replace(comparison, changes=tuple(map(_masked, comparison.changes)))


def rows(difference: Difference) -> list[ReportLine]:
    """Return the lines of a difference; hours show only the days that differ, or their whole week."""
    before, after = _text(difference.before), _text(difference.after)
    field = difference.field
    if before is ABSENT:
        return [line._replace(before=NOT_MANAGED) for line in created(FieldChange(field, "", None, after))]
    if after is ABSENT:
        return [ReportLine(days, one, NOT_MANAGED) for days, _, one in created(FieldChange(field, "", None, before))]
    return lines(FieldChange(field, "", before, after))


def headline(comparison: Comparison) -> str:
    """Return the comparison in one line: `2 sites change, 1 is added, 0 are removed; 1 contact is added`."""
    sites, contacts = (
        {fate: comparison.count(kind, fate) for fate in (Fate.CHANGED, Fate.ADDED, Fate.REMOVED)} for kind in Kind
    )
    if not any((*sites.values(), *contacts.values())):
        return "No difference in what the files say"
    return "; ".join(
        f"{counted(of[Fate.CHANGED], noun)} changed, {of[Fate.ADDED]:,} added, {of[Fate.REMOVED]:,} removed"
        for of, noun in ((sites, "site"), (contacts, "contact"))
        if any(of.values())
    )


def _text(form: Any) -> Any:
    return ", ".join(map(str, form.values())) if isinstance(form, Mapping) else form


def _masked(change: Changed) -> Changed:
    if change.kind is Kind.SITE:
        return change
    differences = tuple(
        one if one.field == "site" else replace(one, before=mask_value(one.before), after=mask_value(one.after))
        for one in change.differences
    )
    return replace(change, id=mask_contact(change.id, change.site), name="", differences=differences)
