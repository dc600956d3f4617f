"""A comparison of two revisions for a terminal: `+` added, `-` removed, `~` changed, each field before → after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from dfsync.diff.changes import Action, Change
from dfsync.diff.revisions import ComparedRevision, Comparison
from dfsync.model.kind import Kind
from dfsync.model.text import counted, shortened, visible
from dfsync.report.elements.lines import ReportLine
from dfsync.report.elements.text_lines import EMPTY, quoted
from dfsync.report.revisions.rows import STAYS, alike, headline, rows

_MARKS = {Action.CREATE: ("+", "green"), Action.REMOVE: ("-", "red"), Action.UPDATE: ("~", "yellow")}
_GROUP_FROM = 5
_LISTED = 20


def render(comparison: Comparison, *, color: bool = False) -> str:
    """Return the comparison as text, the headline last."""
    parts = [f"{_revision(comparison.base)} → {_revision(comparison.head)}"]
    groups, rest = alike(comparison.changes, _GROUP_FROM)
    parts.extend("\n".join(_group(group, color=color)) for group in groups)
    parts.extend("\n".join(_change(change, color=color)) for change in rest)
    return "\n\n".join([*parts, headline(comparison)]) + "\n"


def _revision(revision: ComparedRevision) -> str:
    name = visible(revision.name)
    commit = revision.commit
    return f"{name} ({commit[:12]})" if commit and not commit.startswith(revision.name) else name


def _group(changes: Sequence[Change], *, color: bool) -> Iterator[str]:
    mark, pen = _MARKS[Action.UPDATE]
    yield f"  {_colored(mark, pen) if color else mark} the same at {counted(len(changes), 'site')}"
    yield from _fields(changes[0])
    ids = [quoted(change.id) for change in changes[:_LISTED]]
    more = f" and {len(changes) - _LISTED:,} more" if len(changes) > _LISTED else ""
    yield f"      {'  '.join(ids)}{more}"


def _change(change: Change, *, color: bool) -> Iterator[str]:
    mark, pen = _MARKS[change.action]
    kind = "contact " if change.kind is Kind.CONTACT else ""
    name = f'  "{shortened(change.name)}"' if change.name else ""
    source = f"  {visible(change.source.file)}:{change.source.line}"
    yield f"  {_colored(mark, pen) if color else mark} {kind}{quoted(change.id)}{name}{source}"
    if change.action is Action.REMOVE:
        yield f"      {STAYS}"
        return
    yield from _fields(change)


def _fields(change: Change) -> Iterator[str]:
    width = max((len(field.field) for field in change.fields), default=0)
    for field in change.fields:
        shown = [_row(line, change.action) for line in rows(field)]
        for name, row in zip_longest((visible(field.field),), shown, fillvalue=""):
            yield f"      {name:<{width}}  {row}"


def _row(line: ReportLine, action: Action) -> str:
    after = quoted(line.after or EMPTY)
    both = after if action is Action.CREATE else f"{quoted(line.before or EMPTY)} → {after}"
    return f"{line.days} {both}".lstrip()


def _colored(text: str, pen: str) -> str:
    import click

    return click.style(text, fg=pen)
