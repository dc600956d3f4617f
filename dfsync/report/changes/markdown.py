"""Changes as GitHub-flavoured Markdown: by harm, the same change at many sites once, each change folded.

Only `dfsync.report.elements.gfm` writes data, and never into a table: tables have only hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from dfsync.diff.changes import Action, Change
from dfsync.model.hours.week import Week
from dfsync.model.kind import Kind
from dfsync.model.place import Source
from dfsync.model.text import counted, shortened
from dfsync.report.changes.effects import Effect
from dfsync.report.changes.groups import NAMED, ChangeGroup, FieldRow, ReportSection
from dfsync.report.changes.options import Options
from dfsync.report.changes.wording import STAYS, WAS_LIVE, Said, drift_said
from dfsync.report.elements import gfm
from dfsync.report.elements.changed_days import whole_week
from dfsync.report.elements.lines import ReportLine, Words
from dfsync.report.elements.links import lines_of
from dfsync.report.elements.weeks import block_lines

_OPEN_UP_TO = 10
_IDS = 100
LINK = re.compile(r"https://[A-Za-z0-9./:%?=&~_-]+")


class Block(NamedTuple):
    """A part that is shown as a whole or left out, and the number of sites and contacts in it."""

    text: str
    changes: int = 0


def change_blocks(sections: Sequence[ReportSection], options: Options) -> Iterator[Block]:
    """Yield the changes, each with the heading of its section where it is the first. A few changes stand open."""
    opened = sum(section.count for section in sections) <= _OPEN_UP_TO
    for section in sections:
        mark = "⚠️ " if section.effect < Effect.NEW else ""
        for number, group in enumerate(section.groups):
            text = _group(group, options) if len(group.changes) > 1 else _change(group, options, opened=opened)
            # The heading goes with the first block, so that it is never without one, nor a block without a heading.
            heading = f"#### {mark}{section.title}: {section.counted}\n\n" if number == 0 else ""
            yield Block(heading + text, len(group.changes))


def _group(group: ChangeGroup, options: Options) -> str:
    changes = group.changes
    where = counted(len(changes), "site")
    row = group.rows[0]
    net = group.net_words and f" {group.net_words}"
    if len(group.rows) == 1 and len(row.lines) == 1 and not row.is_drawn:
        special = "".join(f" ({gfm.text(day)})" for day in row.special)
        what = f"**{row.label}** {row_value(row)} at **{where}**{_cause(row)}{special}"
    else:
        what = "\n".join([f"**The same at {where}**{net}", "", *_fields(group)])
    said = [f"> {said_of(drift_said(changes))}"] if group.first_effect is Effect.EDITED else []
    return "\n\n".join([what, *said, folded(where, _members(changes, options))])


def _members(changes: Sequence[Change], options: Options) -> str:
    """Write the sites of a group: a few with names and places, of many the ids."""
    if len(changes) <= NAMED:
        who = ((gfm.code(shortened(one.id, 60)), gfm.text(shortened(one.name)), one.source) for one in changes)
        return "\n".join(f"- {id} {name} in {_source(source, options)}" for id, name, source in who)
    ids = [gfm.code(shortened(change.id, 60)) for change in changes[:_IDS]]
    return ", ".join(ids) + (f" and {len(changes) - _IDS:,} more" if len(changes) > _IDS else "")


def _change(group: ChangeGroup, options: Options, *, opened: bool) -> str:
    change = group.first
    name = f"<b>{gfm.html_text(shortened(change.name))}</b> " if change.name else ""
    if group.is_new:
        what = f" ({WAS_LIVE})" if change.was_live else ""
    elif change.action is Action.REMOVE:
        what = f": {STAYS}"
    else:
        what = ": " + ", ".join(dict.fromkeys(row.label for row in group.rows))
        what += group.net_words and f" {group.net_words}"
        what += " · <b>edited elsewhere</b>" if group.first_effect is Effect.EDITED else ""
    new = "new " if group.is_new and change.kind is Kind.CONTACT else ""
    summary = f"{new}{name}{gfm.html_code(shortened(change.id))}{what}"
    said = [f"- {said_of(drift_said(group.changes))}"] if group.first_effect is Effect.EDITED else []
    return folded(
        summary, "\n".join([*_fields(group), *said, f"- in {_source(change.source, options)}"]), opened=opened
    )


def said_of(said: Said) -> str:
    """Write a sentence about an edit, with its command as code."""
    return f"{said.words} {gfm.code(shortened(said.command, 200))}" if said.command else said.words


def _source(source: Source, options: Options) -> str:
    """Return the place in the files, a link where the forge is known."""
    place = gfm.code(f"{shortened(source.file, 120)}:{source.line}")
    if (url := lines_of(source, options.lines_at)) is None:
        return place
    return f"[{place}](<{url}>)" if LINK.fullmatch(url.partition("#")[0]) else place


def folded(summary: str, body: str, *, opened: bool = False) -> str:
    """Put a text behind a line to open it."""
    return f"<details{' open' if opened else ''}><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _fields(group: ChangeGroup) -> Iterator[str]:
    """Write a list of fields; hours whose days change stand in a table behind their item, with bars."""
    for row in group.rows:
        special = [gfm.text(day) for day in row.special]
        if row.before is not None and row.after is not None:
            days = f" {'; '.join(special)}" if special else ""
            yield from (f"- **{row.label}**{_cause(row)}{days}", "", *_week(row.before, row.after), "")
        elif group.is_new:
            values = (f"{line.days} {field_value(line.after)}".lstrip() for line in row.lines)
            yield f"- **{row.label}** {', '.join([*values, *special])}"
        elif row.added or row.removed:
            yield f"- **{row.label}** {row_value(row)}{_cause(row)}"
        else:
            yield from (f"- **{row.label}** {both_sides(line)}{_cause(row)}" for line in row.lines)
            yield from (f"  - {day}" for day in special)


def row_value(row: FieldRow) -> str:
    """Write a field of one line: what is added and removed, or both sides."""
    if not (row.added or row.removed):
        return both_sides(row.lines[0])
    added = [f"+ {field_value(name)}" for name in row.added]
    return " ".join([*added, *(f"− {field_value(name)}" for name in row.removed)])


def _week(before: Week, after: Week) -> Iterator[str]:
    """Write the days as a table; the bars are half an hour a block: `█` stays open, `▓` opens, `░` closes."""
    drawn = {day: "".join(text for text, _ in runs) for day, runs in block_lines(before, after)}
    yield "  | Days | Before | After | |"
    yield "  | --- | --- | --- | --- |"
    for days, one, other, _ in whole_week(before, after):
        bar = drawn[days[:3]] if days[:3] in drawn else drawn["Mon"]
        yield f"  | {days} | {one} | {other if one == other else f'**{other}**'} | `{bar}` |"


def both_sides(row: ReportLine) -> str:
    """Write a value before and after."""
    after = "**CLEAR**" if row.after is None else field_value(row.after)
    return f"{row.days} {field_value(row.before)} → {after}".lstrip()


def field_value(text: str | None) -> str:
    """Return one side of a change: as code, or as it is if dfsync wrote it."""
    if text is None:
        return "(empty)"
    return text if isinstance(text, Words) else gfm.code(text)


def _cause(row: FieldRow) -> str:
    return f" ({row.cause})" if row.cause else ""


def fitting(blocks: Iterable[Block], room: int) -> list[Block]:
    """Return the first blocks that fit; those behind them are not even written."""
    fitting = []
    for block in blocks:
        room -= size_of((block.text,))
        if room < 0:
            break
        fitting.append(block)
    return fitting


def size_of(texts: Iterable[str]) -> int:
    """Return the bytes of the texts and of the empty lines that follow them."""
    return sum(len(text.encode()) + 2 for text in texts)
