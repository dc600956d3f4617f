"""Describes a stale plan: for each site what has changed, what the plan saw, and what is there now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dfsync.apply.preparation.freshness import StaleCause, StaleRow
from dfsync.diff.changes import Action, Change
from dfsync.model.fields import FIELD, FIELD_OF_COLUMN
from dfsync.model.hours.week import Week
from dfsync.model.hours.write import describe
from dfsync.model.kind import Kind
from dfsync.model.live import LiveSite
from dfsync.model.masking import mask_contact
from dfsync.model.text import shortened
from dfsync.model.values import Value, same, to_cell
from dfsync.plan.build import Planner

_TOLD = 10
_MOST = 60


def stale_message(moved: Sequence[StaleRow], live: Mapping[str, LiveSite], planner: Planner) -> str:
    """Return why the plan can't be applied, with the fields that moved; `planner` knows the files of now."""
    rows = "1 row has" if len(moved) == 1 else f"{len(moved):,} rows have"
    lines = [f"nothing was sent: the plan is stale, since {rows} changed:"]
    for item in moved[:_TOLD]:
        lines.append(f"  {_named(item.change)}: {item.cause} moved")
        lines += [f"    {line}" for line in _differences(item, live.get(item.change.id), planner)]
    if len(moved) > _TOLD:
        lines.append(f"  and {len(moved) - _TOLD:,} more")
    return "\n".join(lines)


def _differences(item: StaleRow, live: LiveSite | None, planner: Planner) -> Iterator[str]:
    """Yield a line for each field that is not as the plan has it."""
    change = item.change
    if item.cause is StaleCause.DAY:
        yield f"its dated exceptions were put into the week of {change.day}, and another day has begun"
    if item.cause is StaleCause.STATE:
        yield "an apply has sent it in the meantime, or other values of it"
    if change.kind is Kind.CONTACT:
        return
    if item.cause in (StaleCause.LIVE, StaleCause.BOTH):
        yield from _in_live(change, live)
    if item.cause in (StaleCause.FILE, StaleCause.BOTH):
        yield from _in_files(change, planner)


def _in_live(change: Change, live: LiveSite | None) -> Iterator[str]:
    if live is None:
        yield "the site is not live any more"
        return
    if change.action is Action.CREATE:
        yield f"a site with this id is live now, named {shortened(live.name, _MOST)}"
        return
    found = False
    seen = {FIELD[item.field]: item.before for item in change.fields}
    seen |= {
        field: LiveSite({column: cell}).value(field)
        for column, cell in change.required
        if (field := FIELD_OF_COLUMN.get(column)) is not None
    }
    for field, before in seen.items():
        now = live.value(field)
        if not same(field, before, now):
            found = True
            yield f"{field.name}: the plan saw {_shown(before)}, live has {_shown(now)}"
    if not found:
        yield "a field that the plan does not change was edited"


def _in_files(change: Change, planner: Planner) -> Iterator[str]:
    site = planner.desired.sites.get(change.id)
    if site is None:
        yield "no file has the site any more"
        return
    fields = planner.today(site, None)[0].fields
    found = False
    for item in change.fields:
        if item.field not in fields:
            found = True
            yield f"{item.field}: the plan sends {_shown(item.after)}, the files leave it out"
        elif not same(FIELD[item.field], fields[item.field], item.after):
            found = True
            yield f"{item.field}: the plan sends {_shown(item.after)}, the files say {_shown(fields[item.field])}"
    if not found:
        yield "the files ask for something that the plan does not have"


def _shown(value: Value) -> str:
    if value is None or value == "":
        return "(empty)"
    text = describe(value) if isinstance(value, Week) else to_cell(value)
    return shortened(text if isinstance(value, Week) else f'"{text}"', _MOST)


def _named(change: Change) -> str:
    return shortened(change.id if change.kind is Kind.SITE else f"contact {mask_contact(change.id, change.site)}")
