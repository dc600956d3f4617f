"""The difference of two revisions for a terminal: `+` added, `-` removed, `~` changed, per field before → after."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from dfsync.diff.revisions import Changed, Comparison, Fate, Kind, Side
from dfsync.model.text import shortened, visible
from dfsync.report.plan.lines import ReportLine, Words
from dfsync.report.plan.text import quoted
from dfsync.report.revisions.rows import STAYS, headline, rows

_MARKS = {Fate.ADDED: ("+", "green"), Fate.REMOVED: ("-", "red"), Fate.CHANGED: ("~", "yellow")}
_EMPTY = Words("(empty)")


def render(comparison: Comparison, *, color: bool = False) -> str:
    """Return the comparison as text, the headline last."""
    parts = [f"{_side(comparison.base)} → {_side(comparison.head)}"]
    parts.extend("\n".join(_change(change, color=color)) for change in comparison.changes)
    return "\n\n".join([*parts, headline(comparison)]) + "\n"


def _side(side: Side) -> str:
    name = visible(side.name)
    return f"{name} ({side.commit[:12]})" if side.commit and not side.commit.startswith(side.name) else name


def _change(change: Changed, *, color: bool) -> Iterator[str]:
    mark, pen = _MARKS[change.fate]
    kind = "contact " if change.kind is Kind.CONTACT else ""
    name = f'  "{shortened(change.name)}"' if change.name else ""
    source = f"  {visible(change.source.file)}:{change.source.line}"
    yield f"  {_colored(mark, pen) if color else mark} {kind}{quoted(change.id)}{name}{source}"
    if change.fate is Fate.REMOVED:
        yield f"      {STAYS}"
        return
    width = max((len(difference.field) for difference in change.differences), default=0)
    for difference in change.differences:
        shown = [_row(line, change.fate) for line in rows(difference)]
        for field, row in zip_longest((visible(difference.field),), shown, fillvalue=""):
            yield f"      {field:<{width}}  {row}"


def _row(line: ReportLine, fate: Fate) -> str:
    after = quoted(line.after or _EMPTY)
    both = after if fate is Fate.ADDED else f"{quoted(line.before or _EMPTY)} → {after}"
    return f"{line.days} {both}".lstrip()


def _colored(text: str, pen: str) -> str:
    import click

    return click.style(text, fg=pen)
