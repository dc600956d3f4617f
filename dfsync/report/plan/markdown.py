"""A plan as the comment on a pull request. What can't be undone comes first, and the rest is folded.

The comment is never too long. Its first line is a marker that stays the same for a target, so that the comment is
replaced and not repeated. The digest of the plan is on that line too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from dfsync.diff.changes import Change
from dfsync.model.text import counted, shortened
from dfsync.plan.values import Plan, Refusal
from dfsync.report.changes.exception_days import coming_days
from dfsync.report.changes.groups import ChangeGroup, legend
from dfsync.report.changes.markdown import (
    LINK,
    Block,
    both_sides,
    change_blocks,
    fitting,
    folded,
    row_value,
    said_of,
    size_of,
)
from dfsync.report.changes.options import PLAIN, Options
from dfsync.report.changes.wording import REFUSED, also, kept_said
from dfsync.report.elements import gfm
from dfsync.report.plan.model import PlanReport, report_of

BUDGET = 60_000
"""Bytes of UTF-8: below 65,536 however a forge counts."""

_ASIDE_BUDGET = 12_000
_LISTED = 25
_REFUSALS = 10


def render(plan: Plan, refusals: Sequence[Refusal] = (), options: Options = PLAIN) -> str:
    """Return the comment, at most `BUDGET` bytes. Whole sites are left out from the end, and counted."""
    report = report_of(plan, refusals, options)
    head, foot = _head(report, options), _foot(report.plan, options)
    aside = fitting(list(_aside(report)), _ASIDE_BUDGET)
    room = BUDGET - size_of((head, foot, _left_out(10**9, 10**9, options), *(block.text for block in aside)))
    shown = fitting(change_blocks(report.sections, options), room)
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


def _head(report: PlanReport, options: Options) -> str:
    plan = report.plan
    digest = f"digest={_in_comment(options.digest)} " if options.digest else ""
    parts = [
        f"{marker(plan.target.name)}{digest}-->",
        f"### {report.headline}",
        *(["\n".join(f"- {fact}" for fact in report.facts)] if report.facts else []),
        f"dfsync plan for {gfm.text(shortened(plan.target.name))}. {also(plan)}".rstrip(". ") + ".",
        *report.notes,
        *([said] if (said := legend(report.sections)) else []),
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
        f"{row.label} {row_value(row) if row.added or row.removed else '; '.join(map(both_sides, row.lines))}"
        for row in group.rows
    ]
    said = f". {said_of(kept_said([change]))}" if is_kept else ""
    return f"{gfm.code(shortened(change.id))} {gfm.text(shortened(change.name))}: {'; '.join(fields)}{said}"


def _list(title: str, count: str, items: Sequence[str]) -> Block:
    rows = [f"- {item}" for item in items[:_LISTED]]
    if len(items) > _LISTED:
        rows.append(f"- and {len(items) - _LISTED:,} more")
    return Block(folded(f"{title}: {count}", "\n".join(rows)))


def _left_out(left_out: int, total: int, options: Options) -> str:
    what = f"**{left_out:,} of {total:,} changes are not shown here**; "
    return f"> [!NOTE]\n> {what}the whole plan is in {_full_report(options.full_report)}."


def _full_report(where: str | None) -> str:
    if where is None:
        return "the output of `dfsync plan --format html`"
    return f"[the full report]({where})" if LINK.fullmatch(where) else f"the artifact {gfm.code(shortened(where))}"


def _foot(plan: Plan, options: Options) -> str:
    parts = [f"customer {plan.target.customer_id} at {gfm.code(shortened(plan.target.base_url))}"]
    if plan.source.commit:
        parts.append(f"commit {gfm.code(plan.source.commit[:12])}")
    if options.digest:
        parts.append(f"plan {gfm.code(shortened(options.digest))}")
    if options.full_report:
        parts.append(f"full report: {_full_report(options.full_report)}")
    return f"<sub>{' · '.join(parts)}</sub>"
