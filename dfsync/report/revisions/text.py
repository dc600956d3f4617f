"""The difference of two revisions for a terminal: `+` added, `-` removed, `~` changed, per field before → after."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from dfsync.diff.changes import Action, Change
from dfsync.diff.revisions import ComparedRevision, Comparison
from dfsync.model.kind import Kind
from dfsync.model.text import shortened, visible
from dfsync.report.plan.lines import ReportLine, Words
from dfsync.report.plan.text import quoted
from dfsync.report.revisions.rows import STAYS, headline, rows

_MARKS = {Action.CREATE: ("+", "green"), Action.REMOVE: ("-", "red"), Action.UPDATE: ("~", "yellow")}
_EMPTY = Words("(empty)")


def render(comparison: Comparison, *, color: bool = False) -> str:
    """Return the comparison as text, the headline last."""
    parts = [f"{_revision(comparison.base)} → {_revision(comparison.head)}"]
    parts.extend("\n".join(_change(change, color=color)) for change in comparison.changes)
    return "\n\n".join([*parts, headline(comparison)]) + "\n"


def _revision(revision: ComparedRevision) -> str:
    name = visible(revision.name)
    commit = revision.commit
    return f"{name} ({commit[:12]})" if commit and not commit.startswith(revision.name) else name


def _change(change: Change, *, color: bool) -> Iterator[str]:
    mark, pen = _MARKS[change.action]
    kind = "contact " if change.kind is Kind.CONTACT else ""
    name = f'  "{shortened(change.name)}"' if change.name else ""
    source = f"  {visible(change.source.file)}:{change.source.line}"
    yield f"  {_colored(mark, pen) if color else mark} {kind}{quoted(change.id)}{name}{source}"
    if change.action is Action.REMOVE:
        yield f"      {STAYS}"
        return
    width = max((len(field.field) for field in change.fields), default=0)
    for field in change.fields:
        shown = [_row(line, change.action) for line in rows(field)]
        for name, row in zip_longest((visible(field.field),), shown, fillvalue=""):
            yield f"      {name:<{width}}  {row}"


def _row(line: ReportLine, action: Action) -> str:
    after = quoted(line.after or _EMPTY)
    both = after if action is Action.CREATE else f"{quoted(line.before or _EMPTY)} → {after}"
    return f"{line.days} {both}".lstrip()


def _colored(text: str, pen: str) -> str:
    import click

    return click.style(text, fg=pen)
