"""A plan as the comment on a pull request: what can't be taken back first, the rest folded, never too long.

The first line is a marker that stays the same for a target, so that a comment is replaced and not repeated; the plan's
digest stands on it. Data is written by `dfsync.report.gfm` alone, and never in a table: tables hold hours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from dfsync.diff.changes import Action, Change, FieldChange
from dfsync.model.hours import Week
from dfsync.model.kind import Kind
from dfsync.model.text import counted, shortened
from dfsync.plan.guards import accept_words
from dfsync.plan.values import Plan, Refusal
from dfsync.report import gfm
from dfsync.report.plan.grouping import alike
from dfsync.report.plan.hours import whole_week
from dfsync.report.plan.lines import HOURS, ReportLine, Words, created, lines, readable
from dfsync.report.plan.options import PLAIN, Options
from dfsync.report.plan.privacy import masked
from dfsync.report.plan.wording import WAS_LIVE, also, cause, headline, label, notes, special_days

BUDGET = 60_000
"""Bytes of UTF-8: below 65,536 however a forge counts."""

_ASIDE_BUDGET = 12_000
_OPEN_UP_TO = 10
_IDS = 100
_LISTED = 25
_REFUSALS = 10
_LINK = re.compile(r"https://[A-Za-z0-9./:%?=&~_-]+")


class Block(NamedTuple):
    """A piece that is shown whole or left out, and how many changed sites and contacts it stands for."""

    text: str
    changes: int = 0


def render(plan: Plan, refusals: Sequence[Refusal] = (), options: Options = PLAIN) -> str:
    """Return the comment, at most `BUDGET` bytes: whole sites are left out from the end, and counted."""
    plan = plan if options.show_contacts else masked(plan)
    head, foot = _head(plan, refusals, options), _foot(plan, options)
    aside = _fitting(list(_aside(plan)), _ASIDE_BUDGET)
    blocks = list(_changes(plan))
    room = BUDGET - _size((head, foot, _left_out(10**9, 10**9, options), *(block.text for block in aside)))
    shown = _fitting(blocks, room)
    left_out = sum(block.changes for block in blocks[len(shown) :])
    parts = [head, *(block.text for block in shown)]
    if left_out:
        parts.append(_left_out(left_out, len(plan.changes), options))
    return "\n\n".join([*parts, *(block.text for block in aside), foot]) + "\n"


def marker(target: str) -> str:
    """Return how the comment of a target's plan begins; the plan's digest may follow."""
    return f"<!-- dfsync:plan target={_in_comment(target)} "


def _in_comment(text: str) -> str:
    return quote(text[:200], safe=":", errors="replace").replace("--", "-%2D")


def _fitting(blocks: Sequence[Block], room: int) -> list[Block]:
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


def _head(plan: Plan, refusals: Sequence[Refusal], options: Options) -> str:
    digest = f"digest={_in_comment(options.digest)} " if options.digest else ""
    parts = [
        f"{marker(plan.target.name)}{digest}-->",
        f"### {headline(plan)}",
        f"dfsync plan for {gfm.text(shortened(plan.target.name))}. {also(plan)}".rstrip(". ") + ".",
        *notes(plan),
    ]
    if refusals:
        parts.append("\n".join(_refused(plan, refusals)))
    return "\n\n".join(parts)


def _refused(plan: Plan, refusals: Sequence[Refusal]) -> Iterator[str]:
    yield "> [!CAUTION]"
    yield "> **apply refuses this plan.**"
    yield ">"
    yield from (f"> - {gfm.text(shortened(refusal.message, 200))}" for refusal in refusals[:_REFUSALS])
    if len(refusals) > _REFUSALS:
        yield f"> - and {len(refusals) - _REFUSALS:,} more"
    if words := accept_words(plan, refusals):
        yield ">"
        yield f"> To let exactly this plan through, add {gfm.code(shortened(words, 1000))}"


def _changes(plan: Plan) -> Iterator[Block]:
    creates = plan.of(Kind.SITE, Action.CREATE)
    updates = plan.of(Kind.SITE, Action.UPDATE)
    clears = [change for change in updates if change.clears]
    groups, rest = alike(change for change in updates if not change.clears)
    opened = len(plan.changes) <= _OPEN_UP_TO
    yield from _section("New; a create can't be taken back", [_change(change, opened=opened) for change in creates])
    yield from _section("Values become empty", _grouped(*alike(clears), opened=opened))
    yield from _section("Changes", _grouped(groups, rest, opened=opened))
    contacts = [_change(change, opened=opened) for change in plan.of(Kind.CONTACT)]
    yield from _section("Contacts", contacts)


def _section(title: str, blocks: Sequence[Block]) -> Iterator[Block]:
    """Give the heading to the first block, so that it is never without one, nor a heading without a block."""
    if blocks:
        yield Block(f"#### {title}\n\n{blocks[0].text}", blocks[0].changes)
        yield from blocks[1:]


def _grouped(groups: Sequence[Sequence[Change]], rest: Sequence[Change], *, opened: bool) -> list[Block]:
    return [*map(_group, groups), *(_change(change, opened=opened) for change in rest)]


def _group(changes: Sequence[Change]) -> Block:
    where = counted(len(changes), "site")
    ids = [gfm.code(shortened(change.id, 60)) for change in changes[:_IDS]]
    more = f" and {len(changes) - _IDS:,} more" if len(changes) > _IDS else ""
    fields = changes[0].fields
    if len(fields) == 1 and len(rows := lines(fields[0])) == 1:
        special = "".join(f" ({gfm.text(day)})" for day in special_days(fields[0], changes[0]))
        what = f"**{label(fields[0].field)}** {_both(rows[0])} at **{where}**{_cause(fields[0], changes[0])}{special}"
    else:
        what = "\n".join([f"**The same at {where}**", "", *_fields(changes[0])])
    return Block(f"{what}\n\n{_folded(f'{where}', ', '.join(ids) + more)}", len(changes))


def _change(change: Change, *, opened: bool) -> Block:
    name = f"<b>{gfm.html_text(shortened(change.name))}</b> " if change.name else ""
    if change.action is Action.CREATE:
        what = f" ({WAS_LIVE})" if change.was_live else ""
    else:
        what = ": " + ", ".join(dict.fromkeys(label(field.field) for field in change.fields))
    new = "new " if change.action is Action.CREATE and change.kind is Kind.CONTACT else ""
    summary = f"{new}{name}{gfm.html_code(shortened(change.id))}{what}"
    source = gfm.code(f"{shortened(change.source.file, 120)}:{change.source.line}")
    return Block(_folded(summary, "\n".join([*_fields(change), f"- in {source}"]), opened=opened), 1)


def _folded(summary: str, body: str, *, opened: bool = False) -> str:
    return f"<details{' open' if opened else ''}><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _fields(change: Change) -> Iterator[str]:
    """Write a list of fields; hours whose days change stand in a table behind their item."""
    for field in change.fields:
        before, after = readable(field.before), readable(field.after)
        special = [gfm.text(day) for day in special_days(field, change)]
        if field.field == HOURS and isinstance(before, Week) and isinstance(after, Week):
            days = f" {'; '.join(special)}" if special else ""
            yield from (f"- **{label(field.field)}**{_cause(field, change)}{days}", "", *_week(before, after), "")
        elif change.action is Action.CREATE:
            values = (f"{row.days} {_value(row.after)}".lstrip() for row in created(field))
            yield f"- **{label(field.field)}** {', '.join([*values, *special])}"
        else:
            rows = lines(field, known=change.kind is Kind.SITE)
            yield from (f"- **{label(field.field)}** {_both(row)}{_cause(field, change)}" for row in rows)
            yield from (f"  - {day}" for day in special)


def _week(before: Week, after: Week) -> Iterator[str]:
    yield "  | Days | Before | After |"
    yield "  | --- | --- | --- |"
    for days, one, other in whole_week(before, after):
        yield f"  | {days} | {one} | {other if one == other else f'**{other}**'} |"


def _both(row: ReportLine) -> str:
    after = "**CLEAR**" if row.after is None else _value(row.after)
    return f"{row.days} {_value(row.before)} → {after}".lstrip()


def _value(text: str | None) -> str:
    if text is None:
        return "(empty)"
    return text if isinstance(text, Words) else gfm.code(text)


def _cause(field: FieldChange, change: Change) -> str:
    why = cause(field, change)
    return f" ({why})" if why else ""


def _aside(plan: Plan) -> Iterator[Block]:
    """Show what is seen and not sent."""
    differing = {
        "Drift that is kept and not sent (live → files)": plan.kept,
        "Spelled by the server's own rules, counted as right (live → files)": plan.normalised,
    }
    for title, changes in differing.items():
        if changes:
            yield _list(title, counted(len(changes), "site"), [_in_a_line(change) for change in changes])
    if plan.unmanaged:
        sites = [
            f"{gfm.code(shortened(site.id))} {gfm.text(shortened(site.name))}"
            + (" (was managed before)" if site.was_managed else "")
            for site in plan.unmanaged
        ]
        yield _list("Live, but in no file; never touched", counted(len(sites), "site"), sites)
    if plan.left_behind:
        ids = Counter(contact.site for contact in plan.left_behind)
        sites = [f"{counted(number, 'contact')} of {gfm.code(shortened(id))}" for id, number in ids.items()]
        what = counted(len(plan.left_behind), "contact")
        yield _list("In no file any more; the API can't delete them", what, sites)


def _in_a_line(change: Change) -> str:
    fields = (f"{label(field.field)} {_both(row)}" for field in change.fields for row in lines(field))
    return f"{gfm.code(shortened(change.id))} {gfm.text(shortened(change.name))}: {'; '.join(fields)}"


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
    parts = [f"customer {plan.target.customer_id}"]
    if plan.source.commit:
        parts.append(f"commit {gfm.code(plan.source.commit[:12])}")
    if options.digest:
        parts.append(f"plan {gfm.code(shortened(options.digest))}")
    if options.full_report:
        parts.append(f"full report: {_full_report(options.full_report)}")
    return f"<sub>{' · '.join(parts)}</sub>"
