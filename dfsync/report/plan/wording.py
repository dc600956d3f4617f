"""The words that every format shares: counts, headlines, what a cause means."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dfsync.diff.changes import Action, Cause, Change, FieldChange, SpecialDay
from dfsync.model.kind import Kind
from dfsync.model.text import counted, shortened, visible
from dfsync.plan.values import Plan

CAUSES: dict[Cause, str] = {
    Cause.CHANGE: "",
    Cause.DRIFT: "drift: edited elsewhere",
    Cause.BOTH: "changed here, and edited elsewhere",
}
"""What a cause says beside a field; a plain change needs no word."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LABELS = {
    "name": "name",
    "groups": "groups",
    "escalation_path": "escalation path",
    "timezone": "time zone",
    "currency": "currency",
    "operational_hours": "opening hours",
}


def label(field: str) -> str:
    """Return a field's name for people: `time zone`, `postal code`, `shipping city`."""
    block, _, part = field.rpartition(".")
    part = part.replace("_", " ")
    if block == "shipping_address":
        return f"shipping {part}"
    return _LABELS.get(field, part)


WAS_LIVE = "was live at the last apply"
"""What is said of a create whose site somebody took away."""


def cause(field: FieldChange, change: Change) -> str:
    """Return what is said beside a field of why it differs; of a create the site as a whole says it."""
    return "" if change.action is Action.CREATE else CAUSES[field.cause]


def drifted(plan: Plan) -> int:
    """Return how many sites were edited elsewhere, whether the edit is put back or kept."""
    return len({change.id for change in (*plan.of(Kind.SITE), *plan.kept) if change.drifted})


def special_days(field: FieldChange, change: Change) -> list[str]:
    """Return a sentence for each dated exception that shapes a change's opening hours: which, why, and until when."""
    if field.field != "operational_hours":
        return []
    if change.turn is not None and not change.special:
        return ["The usual hours return: the dated exceptions of the last days are over."]
    return [_said_of(days) for days in _runs(change.special)]


def _runs(special: Iterable[SpecialDay]) -> list[list[SpecialDay]]:
    """Return neighbouring days that say the same together."""
    runs: list[list[SpecialDay]] = []
    for day in special:
        before = runs[-1][-1] if runs else None
        if before and day.date.toordinal() - before.date.toordinal() == 1 and day == replace(before, date=day.date):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _said_of(days: Sequence[SpecialDay]) -> str:
    """Return the sentence: `Hours of 25 Dec (closed, Christmas Day) are included until the apply on 26 Dec.`."""
    first, last = days[0], days[-1]
    what = f"{first.hours}, {shortened(first.note)}" if first.note else first.hours
    if len(days) > 1:
        until = (
            f"{day_of(first.date)} to {day_of(last.date)} ({what}) are included, each until the apply on the next day."
        )
    elif last.date < datetime.date.max:
        over = day_of(last.date + datetime.timedelta(days=1))
        until = f"{day_of(first.date)} ({what}) are included until the apply on {over}."
    else:
        until = f"{day_of(first.date)} ({what}) are included."
    origin = f" Written in {shortened(first.written_in)}." if first.written_in else ""
    return f"Hours of {until}{origin}"


def day_of(date: datetime.date) -> str:
    """Return a day as people say it: `25 Dec`."""
    return f"{date.day} {_MONTHS[date.month - 1]}"


def headline(plan: Plan) -> str:
    """Return the plan in one line: `3 sites change, 1 is new, 0 drift`, contacts behind it when there are any."""
    if not plan.changes:
        return f"Nothing to send: {counted(plan.unchanged, 'site')} unchanged, {drifted(plan):,} drift"
    sites = _changes_and_news(plan, Kind.SITE)
    parts = [f"{sites}, {drifted(plan):,} drift"]
    if plan.of(Kind.CONTACT):
        parts.append(_changes_and_news(plan, Kind.CONTACT))
    return "; ".join(parts)


def notes(plan: Plan) -> list[str]:
    """Return what a reader has to know to read the plan right, a sentence each, all in our own words."""
    said = []
    if plan.selection:
        options = " ".join(map(shortened, plan.selection.as_options()))
        said.append(f"Only a part of the target was planned ({options}); limits count the whole target.")
    if plan.only_exceptions:
        said.append("Only dated exceptions were planned (--only-exceptions): whatever else differs stays as it is.")
    if released := sum(site.was_managed for site in plan.unmanaged):
        said.append(
            f"{counted(released, 'site')} that dfsync managed {'are' if released > 1 else 'is'} in no file any more."
        )
    if plan.source.dirty:
        said.append("The work tree had changes that are not committed.")
    if plan.source.lacks and plan.changes:
        commit = visible(plan.source.lacks[:12])
        what = "if it is only older, this undoes later changes"
        said.append(f"This checkout lacks commit {commit}, which was applied last: {what}.")
    if not plan.has_state:
        said.append("Nothing was ever applied from here, so what was edited elsewhere can't be told from what changed.")
    if not plan.contacts_known and plan.of(Kind.CONTACT):
        said.append("Contacts can't be read back and none is remembered: all of them are sent.")
    special = [change for change in plan.changes if change.special]
    if days := sorted({change.day for change in special if change.day}):
        sites = counted(len(special), "site")
        first = min(day.date for change in special for day in change.special)
        over = min(first.toordinal() + 1, datetime.date.max.toordinal())
        said.append(
            f"The hours of {sites} include dated exceptions, for the week from {days[0]} on: only an apply on"
            f" {datetime.date.fromordinal(over)} or later takes them out."
        )
    return said


def also(plan: Plan) -> str:
    """Return the other counts that are not zero: `1 value cleared, 247 sites unchanged, 3 unmanaged`."""
    counts = {
        "cleared": sum(change.clears for change in plan.changes),
        "unchanged": plan.unchanged if plan.changes else 0,
        "drifted and kept": len(plan.kept),
        "unmanaged": len(plan.unmanaged),
        "left behind": len(plan.left_behind),
    }
    nouns = {"cleared": "value", "left behind": "contact"}
    return ", ".join(f"{counted(n, nouns.get(what, 'site'))} {what}" for what, n in counts.items() if n)


def _changes_and_news(plan: Plan, kind: Kind) -> str:
    updates, creates = len(plan.of(kind, Action.UPDATE)), len(plan.of(kind, Action.CREATE))
    change = f"{counted(updates, kind)} {'changes' if updates == 1 else 'change'}"
    return f"{change}, {creates:,} {'is' if creates == 1 else 'are'} new"
