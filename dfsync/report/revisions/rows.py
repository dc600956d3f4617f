"""The parts that the formats for people share: the lines of a field, the headline, masked contacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dfsync.diff.changes import ABSENT, Action, Change, FieldChange
from dfsync.diff.revisions import Comparison
from dfsync.model.kind import Kind
from dfsync.model.text import counted
from dfsync.report.plan.lines import ReportLine, Words, lines, whole
from dfsync.report.plan.privacy import masked_change

NOT_MANAGED = Words("(not managed)")
STAYS = "no longer managed; it stays live"


def masked(comparison: Comparison) -> Comparison:
    """Return the comparison without names and values of contacts. It still shows which fields differ."""
    return replace(comparison, changes=tuple(map(masked_change, comparison.changes)))


def rows(change: FieldChange) -> list[ReportLine]:
    """Return the lines of a field. Hours show only the days that differ, or their whole week."""
    if change.before is ABSENT:
        return [ReportLine(days, NOT_MANAGED, text) for days, text in whole(change.after)]
    if change.after is ABSENT:
        return [ReportLine(days, text, NOT_MANAGED) for days, text in whole(change.before)]
    return lines(change)


def headline(comparison: Comparison) -> str:
    """Return the comparison in one line: `2 sites changed, 1 added, 0 removed; 0 contacts changed, 1 added, …`."""
    sites, contacts = ({action: comparison.count(kind, action) for action in Action} for kind in Kind)
    if not any((*sites.values(), *contacts.values())):
        return "No difference in what the files say"
    return "; ".join(
        f"{counted(of[Action.UPDATE], noun)} changed, {of[Action.CREATE]:,} added, {of[Action.REMOVE]:,} removed"
        for of, noun in ((sites, "site"), (contacts, "contact"))
        if any(of.values())
    )


def alike(changes: Sequence[Change], at_least: int) -> tuple[list[list[Change]], list[Change]]:
    """Return the updates of sites that do the same at so many sites or more, and the other changes in their order."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        if change.kind is Kind.SITE and change.action is Action.UPDATE:
            groups.setdefault(repr(change.fields), []).append(change)
    many = [group for group in groups.values() if len(group) >= at_least]
    grouped = {id(change) for group in many for change in group}
    return many, [change for change in changes if id(change) not in grouped]
