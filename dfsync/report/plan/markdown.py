"""A plan as the comment on a pull request. What can't be undone comes first, and the rest is folded.

The comment is never too long. Its first line is a marker that stays the same for a target, so that the comment is
replaced and not repeated. The digest of the plan is on that line too. Only `dfsync.report.elements.gfm` writes data,
and never into a table: tables have only hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from dfsync.diff.changes import Change
from dfsync.model.hours.week import Week
from dfsync.model.kind import Kind
from dfsync.model.place import Source
from dfsync.model.text import counted, shortened
from dfsync.plan.values import Plan, Refusal
from dfsync.report.elements import gfm
from dfsync.report.elements.hours import whole_week
from dfsync.report.elements.lines import ReportLine, Words
from dfsync.report.elements.weeks import block_lines
from dfsync.report.plan.effects import in_hours
from dfsync.report.plan.model import NAMED, ChangeGroup, FieldRow, Harm, PlanReport, report_of
from dfsync.report.plan.options import PLAIN, Options
from dfsync.report.plan.wording import REFUSED, WAS_LIVE, Said, also, coming_days, drift_said, kept_said

BUDGET = 60_000
"""Bytes of UTF-8: below 65,536 however a forge counts."""

_ASIDE_BUDGET = 12_000
_OPEN_UP_TO = 10
_IDS = 100
_LISTED = 25
_REFUSALS = 10
_LINK = re.compile(r"https://[A-Za-z0-9./:%?=&~_-]+")


class Block(NamedTuple):
    """A part that is shown as a whole or left out, and the number of sites and contacts in it."""

    text: str
    changes: int = 0


def render(plan: Plan, refusals: Sequence[Refusal] = (), options: Options = PLAIN) -> str:
    """Return the comment, at most `BUDGET` bytes. Whole sites are left out from the end, and counted."""
    report = report_of(plan, refusals, options)
    head, foot = _head(report, options), _foot(report.plan, options)
    aside = _fitting(list(_aside(report)), _ASIDE_BUDGET)
    room = BUDGET - _size((head, foot, _left_out(10**9, 10**9, options), *(block.text for block in aside)))
    shown = _fitting(_changes(report, options), room)
    left_out = len(plan.changes) - sum(block.changes for block in shown)
    parts = [head, *(block.text for block in shown)]
    if left_out:
        parts.append(_left_out(left_out, len(plan.changes), options))
    return "\n\n".join([*parts, *(block.text for block in aside), foot]) + "\n"


def marker(target: str) -> str:
    """Return the beginning of the comment for the plan of a target. The digest of the plan may follow."""
    return f"<!-- dfsync:plan target={_in_comment(target)} "


def _in_comment(text: str) -> str:
    return quote(text[:200], safe=":", errors="replace").replace("--", "-%2D")


def _fitting(blocks: Iterable[Block], room: int) -> list[Block]:
    """Return the first blocks that fit; those behind them are not even written."""
    fitting = []
    for block in blocks:
        room -= _size((block.text,))
        if room < 0:
            break
        fitting.append(block)
    return fitting


def _size(texts: Iterable[str]) -> int:
    """Return the bytes of the texts and of the empty lines that follow them."""
    return sum(len(text.encode()) + 2 for text in texts)


def _head(report: PlanReport, options: Options) -> str:
    plan = report.plan
    digest = f"digest={_in_comment(options.digest)} " if options.digest else ""
    parts = [
        f"{marker(plan.target.name)}{digest}-->",
        f"### {report.headline}",
        *(["\n".join(f"- {fact}" for fact in report.facts)] if report.facts else []),
        f"dfsync plan for {gfm.text(shortened(plan.target.name))}. {also(plan)}".rstrip(". ") + ".",
        *report.notes,
    ]
    if report.refusals:
        parts.append("\n".join(_refused(report)))
    return "\n\n".join(parts)


def _refused(report: PlanReport) -> Iterator[str]:
    yield "> [!CAUTION]"
    yield f"> **{REFUSED}.**"
    yield ">"
    yield from (f"> - {gfm.text(shortened(refusal.message, 200))}" for refusal in report.refusals[:_REFUSALS])
    if len(report.refusals) > _REFUSALS:
        yield f"> - and {len(report.refusals) - _REFUSALS:,} more"
    if report.accept:
        yield ">"
        yield f"> To let exactly this plan through, add {gfm.code(shortened(report.accept, 1000))}"


def _changes(report: PlanReport, options: Options) -> Iterator[Block]:
    opened = len(report.plan.changes) <= _OPEN_UP_TO
    for section in report.sections:
        mark = "⚠️ " if section.harm < Harm.CREATING else ""
        for number, group in enumerate(section.groups):
            text = _group(group, options) if len(group.changes) > 1 else _change(group, options, opened=opened)
            # The heading goes with the first block, so that it is never without one, nor a block without a heading.
            heading = f"#### {mark}{section.title}: {section.counted}\n\n" if number == 0 else ""
            yield Block(heading + text, len(group.changes))


def _group(group: ChangeGroup, options: Options) -> str:
    changes = group.changes
    where = counted(len(changes), "site")
    row = group.rows[0]
    net = _net(group)
    if len(group.rows) == 1 and len(row.lines) == 1 and not row.is_drawn:
        special = "".join(f" ({gfm.text(day)})" for day in row.special)
        what = f"**{row.label}** {_row_value(row)} at **{where}**{_cause(row)}{special}"
    else:
        what = "\n".join([f"**The same at {where}**{net}", "", *_fields(group)])
    said = [f"> {_said(drift_said(changes))}"] if group.harm is Harm.DRIFT else []
    return "\n\n".join([what, *said, _folded(where, _members(changes, options))])


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
    else:
        what = ": " + ", ".join(dict.fromkeys(row.label for row in group.rows)) + _net(group)
        what += " · <b>edited elsewhere</b>" if group.harm is Harm.DRIFT else ""
    new = "new " if group.is_new and change.kind is Kind.CONTACT else ""
    summary = f"{new}{name}{gfm.html_code(shortened(change.id))}{what}"
    said = [f"- {_said(drift_said(group.changes))}"] if group.harm is Harm.DRIFT else []
    return _folded(
        summary, "\n".join([*_fields(group), *said, f"- in {_source(change.source, options)}"]), opened=opened
    )


def _said(said: Said) -> str:
    return f"{said.words} {gfm.code(shortened(said.command, 200))}" if said.command else said.words


def _net(group: ChangeGroup) -> str:
    if not group.effect.net:
        return ""
    each = f" ({in_hours(group.effect.net)} each)" if len(group.changes) > 1 else ""
    return f" {in_hours(group.net)} a week{each}"


def _source(source: Source, options: Options) -> str:
    """Return the place in the files, a link where the forge is known."""
    place = gfm.code(f"{shortened(source.file, 120)}:{source.line}")
    if options.lines_at is None or not source.file:
        return place
    url = options.lines_at.replace("{file}", quote(source.file)).replace("{line}", str(source.line))
    return f"[{place}](<{url}>)" if _LINK.fullmatch(url.partition("#")[0]) else place


def _folded(summary: str, body: str, *, opened: bool = False) -> str:
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
            yield f"- **{row.label}** {_row_value(row)}{_cause(row)}"
        else:
            yield from (f"- **{row.label}** {_both(line)}{_cause(row)}" for line in row.lines)
            yield from (f"  - {day}" for day in special)


def _row_value(row: FieldRow) -> str:
    if not (row.added or row.removed):
        return _both(row.lines[0])
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


def _both(row: ReportLine) -> str:
    after = "**CLEAR**" if row.after is None else field_value(row.after)
    return f"{row.days} {field_value(row.before)} → {after}".lstrip()


def field_value(text: str | None) -> str:
    """Return one side of a change: as code, or as it is if dfsync wrote it."""
    if text is None:
        return "(empty)"
    return text if isinstance(text, Words) else gfm.code(text)


def _cause(row: FieldRow) -> str:
    return f" ({row.cause})" if row.cause else ""


def _aside(report: PlanReport) -> Iterator[Block]:
    """Show what is to come, and what is seen and not sent."""
    if report.plan.coming:
        days = list(map(gfm.text, coming_days(report.plan.coming)))
        yield _list("Days that differ in the next weeks", counted(len(report.plan.coming), "day"), days)
    differing = {
        "Drift that is kept and not sent (live → files)": report.kept,
        "Spelled by the server's own rules, counted as right (live → files)": report.normalised,
    }
    for title, groups in differing.items():
        lines = [
            _in_a_line(change, group, is_kept=groups is report.kept) for group in groups for change in group.changes
        ]
        if lines:
            yield _list(title, counted(len(lines), "site"), lines)
    if report.unmanaged:
        sites = [
            f"{gfm.code(shortened(site.id))} {gfm.text(shortened(site.name))}"
            + (" (was managed before)" if site.was_managed else "")
            for site in report.unmanaged
        ]
        yield _list("Live, but in no file; never touched", counted(len(sites), "site"), sites)
    if report.left_behind:
        sites = [
            f"{counted(number, 'contact')} of {gfm.code(shortened(id))}" for id, number in report.left_behind.items()
        ]
        what = counted(len(report.plan.left_behind), "contact")
        yield _list("In no file any more; the API can't delete them", what, sites)


def _in_a_line(change: Change, group: ChangeGroup, *, is_kept: bool) -> str:
    fields = [
        f"{row.label} {_row_value(row) if row.added or row.removed else '; '.join(map(_both, row.lines))}"
        for row in group.rows
    ]
    said = f". {_said(kept_said([change]))}" if is_kept else ""
    return f"{gfm.code(shortened(change.id))} {gfm.text(shortened(change.name))}: {'; '.join(fields)}{said}"


def _list(title: str, count: str, items: Sequence[str]) -> Block:
    rows = [f"- {item}" for item in items[:_LISTED]]
    if len(items) > _LISTED:
        rows.append(f"- and {len(items) - _LISTED:,} more")
    return Block(_folded(f"{title}: {count}", "\n".join(rows)))


def _left_out(left_out: int, total: int, options: Options) -> str:
    what = f"**{left_out:,} of {total:,} changes are not shown here**; "
    return f"> [!NOTE]\n> {what}the whole plan is in {_full_report(options.full_report)}."


def _full_report(where: str | None) -> str:
    if where is None:
        return "the output of `dfsync plan --format html`"
    return f"[the full report]({where})" if _LINK.fullmatch(where) else f"the artifact {gfm.code(shortened(where))}"


def _foot(plan: Plan, options: Options) -> str:
    parts = [f"customer {plan.target.customer_id} at {gfm.code(shortened(plan.target.base_url))}"]
    if plan.source.commit:
        parts.append(f"commit {gfm.code(plan.source.commit[:12])}")
    if options.digest:
        parts.append(f"plan {gfm.code(shortened(options.digest))}")
    if options.full_report:
        parts.append(f"full report: {_full_report(options.full_report)}")
    return f"<sub>{' · '.join(parts)}</sub>"
