"""A comparison of two revisions for a job summary: GitHub-flavoured Markdown in which data stays text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dfsync.diff.changes import Action, Change
from dfsync.diff.revisions import Comparison
from dfsync.model.kind import Kind
from dfsync.model.text import counted, shortened
from dfsync.report.elements import gfm
from dfsync.report.elements.lines import ReportLine
from dfsync.report.plan.markdown import field_value
from dfsync.report.revisions.rows import STAYS, alike, headline, rows

BUDGET = 60_000
"""Bytes of UTF-8, below what a comment may have."""

_GROUP_FROM = 3
_LISTED = 10
_TITLES = {Action.CREATE: "Added", Action.REMOVE: f"Removed: {STAYS}", Action.UPDATE: "Changed"}


def render(comparison: Comparison, *, color: bool = False) -> str:
    """Return the comparison, at most about `BUDGET` bytes. What is left out is counted."""
    del color
    base, head = (gfm.code(shortened(revision.name)) for revision in (comparison.base, comparison.head))
    parts = [f"### {headline(comparison)}", f"What the files say, {base} → {head}; live was not looked at."]
    room = BUDGET
    shown = 0
    for action in (Action.REMOVE, Action.CREATE, Action.UPDATE):
        groups, rest = alike([one for one in comparison.changes if one.action is action], _GROUP_FROM)
        for number, same in enumerate([*groups, *([one] for one in rest)]):
            block = (f"**{_TITLES[action]}**\n\n" if number == 0 else "") + "\n".join(_change(same))
            room -= len(block.encode()) + 2
            if room < 0:
                break
            parts.append(block)
            shown += len(same)
    if left_out := len(comparison.changes) - shown:
        parts.append(f"**{left_out:,} of {len(comparison.changes):,} changes are not shown here.**")
    return "\n\n".join(parts) + "\n"


def _change(same: Sequence[Change]) -> Iterator[str]:
    """Yield the lines of a change, or of one that is the same at many sites."""
    change = same[0]
    kind = "contact " if change.kind is Kind.CONTACT else ""
    name = f" {gfm.text(shortened(change.name))}" if change.name else ""
    where = gfm.code(f"{shortened(change.source.file, 120)}:{change.source.line}")
    if len(same) > 1:
        ids = ", ".join(gfm.code(shortened(one.id)) for one in same[:_LISTED])
        more = f" and {len(same) - _LISTED:,} more" if len(same) > _LISTED else ""
        yield f"- the same at {counted(len(same), 'site')}: {ids}{more}"
    else:
        yield f"- {kind}{gfm.code(shortened(change.id))}{name} in {where}"
    if change.action is not Action.REMOVE:
        for field in change.fields:
            values = "; ".join(_row(line, change.action) for line in rows(field))
            yield f"  - {gfm.text(field.field)}: {values}"


def _row(line: ReportLine, action: Action) -> str:
    both = (
        field_value(line.after)
        if action is Action.CREATE
        else f"{field_value(line.before)} → {field_value(line.after)}"
    )
    return f"{line.days} {both}".lstrip()
