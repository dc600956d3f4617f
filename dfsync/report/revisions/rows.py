"""The parts that the formats for people share: the lines of a field, the headline, masked contacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dfsync.diff.changes import ABSENT, Action, Change, FieldChange
from dfsync.diff.revisions import Comparison
from dfsync.model.kind import Kind
from dfsync.model.text import counted
from dfsync.report.elements.lines import ReportLine, Words, lines, whole
from dfsync.report.plan.privacy import masked_change
from dfsync.report.plan.wording import changes_and_news

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
    """Return the comparison in one line, without zeros: `2 sites change, 1 is new; 1 contact is no longer managed`."""
    parts = (_counts(comparison, kind) for kind in Kind)
    return "; ".join(part for part in parts if part) or "No difference in what the files say"


def _counts(comparison: Comparison, kind: Kind) -> str:
    """Return what becomes of sites or contacts, in the words of a plan's headline."""
    changed, new, removed = (comparison.count(kind, one) for one in (Action.UPDATE, Action.CREATE, Action.REMOVE))
    parts = changes_and_news(changed, new, kind)
    if removed:
        who = f"{removed:,}" if parts else counted(removed, kind)
        parts.append(f"{who} {'is' if removed == 1 else 'are'} no longer managed")
    return ", ".join(parts)


def alike(changes: Sequence[Change], at_least: int) -> tuple[list[list[Change]], list[Change]]:
    """Return the updates of sites that do the same at so many sites or more, and the other changes in their order."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        if change.kind is Kind.SITE and change.action is Action.UPDATE:
            groups.setdefault(repr(change.fields), []).append(change)
    many = [group for group in groups.values() if len(group) >= at_least]
    grouped = {id(change) for group in many for change in group}
    return many, [change for change in changes if id(change) not in grouped]
