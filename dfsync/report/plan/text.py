"""A plan for a terminal: `+` new, `~` changed, per site its file, per field before → after.

Nothing from data is printed raw, and a text that could be taken for our own words stands in quotes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

from dfsync.diff.changes import Action, Change
from dfsync.model.kind import Kind
from dfsync.model.text import counted, shortened, visible
from dfsync.plan.guards import accept_words
from dfsync.plan.values import Plan, Refusal, Unmanaged
from dfsync.report.plan.grouping import alike
from dfsync.report.plan.lines import ReportLine, Words, created, lines
from dfsync.report.plan.options import PLAIN, Options
from dfsync.report.plan.privacy import masked
from dfsync.report.plan.wording import WAS_LIVE, also, cause, headline, notes, special_days

_GROUP_FROM = 21
_LISTED = 50
_WIDTH = 100
_WORD = r"[^\s\"→…\[\]]+"
_PLAIN = re.compile(rf"{_WORD}(?: {_WORD})*")
_EMPTY, _CLEAR = Words("(empty)"), Words("CLEAR")

Pen = Callable[[str, str], str]


def render(plan: Plan, refusals: Sequence[Refusal] = (), options: Options = PLAIN) -> str:
    """Return the plan as text, the headline last, where it is still on the screen."""
    pen = _colour if options.color else _plain
    plan = plan if options.show_contacts else masked(plan)
    parts = [
        _target(plan, pen),
        *_changes(plan, pen),
        *_shown_only(plan, pen),
        *_refused(plan, refusals, pen),
        _summary(plan, options, pen),
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def quoted(text: str) -> str:
    """Return `text` on one line, in quotes where data could be taken for our own words."""
    if isinstance(text, Words):
        return text
    text = visible(text)
    if _PLAIN.fullmatch(text) and text not in (_EMPTY, _CLEAR):
        return text
    return _in_quotes(text)


def _in_quotes(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def _target(plan: Plan, pen: Pen) -> list[str]:
    target = plan.target
    commit = f", commit {visible(plan.source.commit[:12])}" if plan.source.commit else ""
    where = f"customer {target.customer_id} at {visible(target.base_url)}{commit}"
    return [f"{pen(visible(target.name), 'bold')} ({where})", *(f"Note: {note}" for note in notes(plan))]


def _changes(plan: Plan, pen: Pen) -> Iterator[list[str]]:
    groups, rest = alike(plan.changes, _GROUP_FROM)
    for group in groups:
        title = pen(f"the same at {counted(len(group), 'site')}", "bold")
        ids = _rows([quoted(change.id) for change in group])
        yield [f"  {pen('~', 'yellow')} {title}", *_fields(group[0], pen), *(pen(f"      {row}", "dim") for row in ids)]
    for change in rest:
        symbol = pen("+", "green") if change.action is Action.CREATE else pen("~", "yellow")
        yield [f"  {symbol} {_what(change, pen)}", *_fields(change, pen)]


def _what(change: Change, pen: Pen) -> str:
    kind = "" if change.kind is Kind.SITE else "contact "
    name = f"  {_in_quotes(shortened(change.name))}" if change.name else ""
    source = f"  {quoted(f'{change.source.file}:{change.source.line}')}"
    gone = pen(f"  [{WAS_LIVE}]", "magenta") if change.was_live else ""
    return f"{kind}{pen(quoted(change.id), 'bold')}{name}{pen(source, 'dim')}{gone}"


def _fields(change: Change, pen: Pen) -> Iterator[str]:
    width = max((len(field.field) for field in change.fields), default=0)
    for field in change.fields:
        new = change.action is Action.CREATE
        known = change.kind is Kind.SITE
        both = created(field) if new else lines(field, known=known)
        rows = [_new(row) if new else _both(row, pen) for row in both]
        why = cause(field, change)
        rows[0] += pen(f"  [{why}]", "magenta") if why else ""
        rows += (pen(row, "dim") for row in special_days(field, change))
        for name, row in zip_longest((field.field,), rows, fillvalue=""):
            yield f"      {name:<{width}}  {row}"


def _new(row: ReportLine) -> str:
    return f"{row.days} {quoted(row.after or _EMPTY)}".lstrip()


def _both(row: ReportLine, pen: Pen) -> str:
    after = pen(_CLEAR, "red") if row.after is None else quoted(row.after)
    return f"{row.days} {quoted(row.before or _EMPTY)} → {after}".lstrip()


def _shown_only(plan: Plan, pen: Pen) -> Iterator[list[str]]:
    """Show what is seen and not sent."""
    if plan.kept:
        title = f"Drift kept as it is at {counted(len(plan.kept), 'site')}, not sent (live → files)"
        yield from _differing(title, plan.kept, pen)
    if plan.normalised:
        where = counted(len(plan.normalised), "site")
        title = f"Spelled by the server's own rules at {where}, counted as right (live → files)"
        yield from _differing(title, plan.normalised, pen)
    if plan.unmanaged:
        title = f"{counted(len(plan.unmanaged), 'live site')} in no file, never touched"
        yield [pen(title, "bold"), *_listed([_unmanaged(site) for site in plan.unmanaged])]
    if plan.left_behind:
        title = f"{counted(len(plan.left_behind), 'contact')} in no file any more; the API can't delete them"
        sites = Counter(contact.site for contact in plan.left_behind)
        rows = [f"{counted(number, 'contact')} of {quoted(site)}" for site, number in sites.items()]
        yield [pen(title, "bold"), *_listed(rows)]


def _differing(title: str, changes: Sequence[Change], pen: Pen) -> Iterator[list[str]]:
    yield [pen(title, "bold")]
    for change in changes[:_LISTED]:
        yield [f"  = {_what(change, pen)}", *_fields(change, pen)]
    if len(changes) > _LISTED:
        yield [f"  and {len(changes) - _LISTED:,} more"]


def _unmanaged(site: Unmanaged) -> str:
    name = f"  {_in_quotes(shortened(site.name))}" if site.name else ""
    return f"{quoted(site.id)}{name}{'  [was managed before]' if site.was_managed else ''}"


def _listed(items: Sequence[str]) -> Iterator[str]:
    yield from (f"  {item}" for item in items[:_LISTED])
    if len(items) > _LISTED:
        yield f"  and {len(items) - _LISTED:,} more"


def _refused(plan: Plan, refusals: Sequence[Refusal], pen: Pen) -> Iterator[list[str]]:
    if refusals:
        messages = (f"  {pen('!', 'red')} {visible(refusal.message)}" for refusal in refusals)
        words = visible(accept_words(plan, refusals))
        through = [f"  To let exactly this plan through, add: {words}"] if words else []
        yield [pen("apply refuses this plan:", "red"), *messages, *through]


def _summary(plan: Plan, options: Options, pen: Pen) -> list[str]:
    rows = [pen(headline(plan), "bold"), *filter(None, [also(plan)])]
    return [*rows, pen(f"plan {visible(options.digest)}", "dim")] if options.digest else rows


def _rows(items: Sequence[str]) -> list[str]:
    """Return the items in rows of about `_WIDTH` characters, two spaces between them."""
    rows = [""]
    for item in items:
        if rows[-1] and len(rows[-1]) + len(item) > _WIDTH:
            rows.append("")
        rows[-1] += f"  {item}" if rows[-1] else item
    return rows


def _plain(text: str, _: str) -> str:
    return text


def _colour(text: str, style: str) -> str:
    import click

    if style in ("bold", "dim"):
        return click.style(text, bold=style == "bold" or None, dim=style == "dim" or None)
    return click.style(text, fg=style)
