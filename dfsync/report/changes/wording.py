"""The words that all formats share: counts, headlines, causes."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from shlex import quote
from typing import NamedTuple

from dfsync.diff.changes import Action, Cause, Change, FieldChange
from dfsync.model.kind import Kind
from dfsync.model.text import counted, visible
from dfsync.plan.values import Plan
from dfsync.report.changes.effects import Effect, emptied, in_hours, on_hours
from dfsync.report.changes.exception_days import of_dates

CAUSES: dict[Cause, str] = {
    Cause.CHANGE: "",
    Cause.DRIFT: "drift: edited elsewhere",
    Cause.BOTH: "changed here, and edited elsewhere",
}
"""The words for a cause, beside a field. A plain change needs none."""

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
    if block == "exceptions":
        return f"exception {part}"
    return _LABELS.get(field, part)


STAYS = "no longer managed; it stays live"
"""The words for an entry that a revision of the files no longer has."""

WAS_LIVE = "was live at the last apply"
"""The words for a create whose site was deleted in live."""


def cause(field: FieldChange, change: Change) -> str:
    """Return the words for the cause of a difference, beside a field. For a create the site as a whole has them."""
    return "" if change.action is Action.CREATE else CAUSES[field.cause]


def headline(plan: Plan) -> str:
    """Return the plan in one line, without zeros: `3 sites change, 1 is new, 2 were edited elsewhere`."""
    kept = len(plan.kept)
    if not plan.changes:
        said = f"Nothing to send: {counted(plan.unchanged, 'site')} unchanged"
        return f"{said}, {kept:,} edited elsewhere and kept" if kept else said
    sites = _changes_and_news(plan, Kind.SITE)
    if there := len([change for change in plan.of(Kind.SITE) if change.drifted]):
        sites.append(f"{there:,} {'was' if there == 1 else 'were'} edited elsewhere")
    parts = [sites, _changes_and_news(plan, Kind.CONTACT)]
    return "; ".join(", ".join(part) for part in parts if part)


def facts(plan: Plan) -> list[str]:
    """Return what a manager wants to know about a plan, one sentence each, without zeros."""
    sites = plan.of(Kind.SITE)
    return [*of_hours(sites), *of_dates(sites), *_of_drift(plan), *of_clears(plan.changes)]


def of_hours(changes: Iterable[Change]) -> Iterator[str]:
    """Yield a sentence about what changes mean for the usual week, if they mean anything."""
    found = [one for change in changes if (one := on_hours(change)).effects]
    tally = Counter(effect for one in found for effect in one.effects)
    won, lost = (sum(one.net for one in found if one.net * sign > 0) for sign in (1, -1))
    asides = {Effect.LONGER: f" ({in_hours(won)} a week)", Effect.SHORTER: f" ({in_hours(lost)} a week)"}
    says: list[str] = []
    for effect, number in sorted(tally.items()):
        who = f"{number:,}" if says else counted(number, "site")
        says.append(f"{who} {_SAID[effect][number != 1]}{asides.get(effect, '')}")
    if says:
        yield f"Opening hours: {', '.join(says)}."


_SAID = {
    Effect.EDITED: ("was edited elsewhere", "were edited elsewhere"),
    Effect.CLOSED: ("is closed all week", "are closed all week"),
    Effect.MORE_DAYS: ("is closed on more days", "are closed on more days"),
    Effect.EARLIER: ("closes earlier", "close earlier"),
    Effect.SHORTER: ("is open less", "are open less"),
    Effect.CLEARED: ("loses a value", "lose a value"),
    Effect.NEW: ("is new", "are new"),
    Effect.DATED: ("is changed for single dates", "are changed for single dates"),
    Effect.LATER: ("starts later", "start later"),
    Effect.LONGER: ("is open longer", "are open longer"),
    Effect.MINUTES: ("moves by a few minutes only", "move by a few minutes only"),
    Effect.REMOVED: ("is no longer managed", "are no longer managed"),
    Effect.OTHER: ("other change", "other changes"),
    Effect.CONTACT: ("contact", "contacts"),
}
"""The words for an effect at one site and at many: sentences, figures and headings all have these."""

_ASIDES = {
    Effect.EDITED: "apply puts back what the files say",
    Effect.CLOSED: "limits count each as a clear",
    Effect.NEW: "a create can't be taken back",
    Effect.DATED: "the usual hours return",
    Effect.REMOVED: "what is live stays",
}
_ASIDES_OF_FILES = {Effect.REMOVED: _ASIDES[Effect.REMOVED]}


def words_of(effect: Effect, number: int = 2) -> str:
    """Return the words of a figure, behind its number: `closed all week`, `close earlier`."""
    return (
        _SAID[effect][number != 1].removeprefix("was ").removeprefix("were ").removeprefix("is ").removeprefix("are ")
    )


def title_of(effect: Effect, *, of_files: bool = False, alone: bool = False) -> str:
    """Return the heading of the changes with an effect, and what a reader must know of them."""
    if effect is Effect.OTHER and alone:
        return "Changes"
    aside = (_ASIDES_OF_FILES if of_files else _ASIDES).get(effect)
    return words_of(effect).capitalize() + (f"; {aside}" if aside else "")


def _of_drift(plan: Plan) -> Iterator[str]:
    away = len([change for change in plan.of(Kind.SITE) if change.was_live])
    edited = [change for change in plan.of(Kind.SITE, Action.UPDATE) if change.drifted]
    if edited:
        fields = Counter(
            label(field.field) for change in edited for field in change.fields if field.cause is not Cause.CHANGE
        )
        named = ", ".join(
            f"{name} {number:,}" for name, number in sorted(fields.items(), key=lambda item: -item[1])[:5]
        )
        sites = counted(len(edited), "site") + (" was" if len(edited) == 1 else " were")
        yield f"{sites} edited in the web application ({named}): apply puts back what the files say."
    if away:
        sites = counted(away, "site") + (" was" if away == 1 else " were")
        yield f"{sites} deleted elsewhere: apply creates {'it' if away == 1 else 'them'} again."


def of_clears(changes: Iterable[Change]) -> Iterator[str]:
    """Yield a sentence about values that become empty, if there are any."""
    if clears := sum(map(emptied, changes)):
        yield f"{counted(clears, 'value')} {'becomes' if clears == 1 else 'become'} empty."


class Said(NamedTuple):
    """The words about an edit made elsewhere, and the command at their end, "" for none."""

    words: str
    command: str = ""

    def __str__(self) -> str:
        return f"{self.words} {self.command}".rstrip()


NOTHING = Said("")
_PULLED = 5
"""The number of ids that are written into a command. For more, the command takes all drift."""

REFUSED = "apply refuses this plan: nothing is sent until somebody accepts it"
"""The heading above the reasons of the guards."""


def drift_said(changes: Sequence[Change]) -> Said:
    """Return the words about changes that undo an edit: who made it, what apply does, and how to keep it."""
    first = changes[0]
    if first.was_live:
        return Said("Somebody deleted this site since the last apply; apply creates it again.")
    if all(field.cause is Cause.DRIFT for field in first.fields):
        return Said("Somebody changed this in the web application; apply puts it back. To keep it:", _pull(changes))
    both = "Somebody changed this in the web application, and the files changed too; apply sends the files' value."
    return Said(f"{both} To take the other one:", f"{_pull(changes)} --force")


def kept_said(changes: Sequence[Change]) -> Said:
    """Return the words about drift that is kept, and how to take it into the files."""
    if changes[0].was_live:
        return Said("Somebody deleted this site since the last apply, and it stays deleted (on_drift: keep).")
    what = "Somebody changed this in the web application, and it stays (on_drift: keep). To take it into the files:"
    return Said(what, _pull(changes))


def _pull(changes: Sequence[Change]) -> str:
    if len(changes) > _PULLED:
        return "dfsync pull --only-drift"
    return " ".join(["dfsync pull", *(quote(visible(change.id)) for change in changes)])


def notes(plan: Plan) -> list[str]:
    """Return what a reader must know to understand the plan, one sentence each, all in words of dfsync."""
    said = []
    if plan.selection:
        options = ", ".join(dict.fromkeys(plan.selection.as_options()[::2]))
        said.append(f"Only a part of the target was planned ({options}); limits count the whole target.")
    if plan.only_exceptions:
        said.append("Only dated exceptions were planned (--only-exceptions): whatever else differs stays as it is.")
    if released := sum(site.was_managed for site in plan.unmanaged):
        said.append(
            f"{counted(released, 'site')} that dfsync managed {'are' if released > 1 else 'is'} in no file any more."
        )
    for gone in plan.no_longer_managed:
        named = ", ".join(map(label, gone.fields))
        said.append(f"{counted(len(gone.sites), 'site')}: {named} no longer managed, since no file writes it any more.")
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
            f"The hours of {sites} include dated exceptions of the week from {days[0]} on. They stay until an apply on"
            f" {datetime.date.fromordinal(over)} or later."
        )
    return said


def also(plan: Plan) -> str:
    """Return the counts of what is not sent, without zeros: `247 sites unchanged, 3 live sites in no file`."""
    counts = (
        (plan.unchanged if plan.changes else 0, "site", "unchanged"),
        (len(plan.kept) if plan.changes else 0, "site", "edited elsewhere and kept"),
        (len(plan.unmanaged), "live site", "in no file (unmanaged)"),
        (len(plan.left_behind), "contact", "in no file any more"),
    )
    return ", ".join(f"{counted(number, noun)} {what}" for number, noun, what in counts if number)


def changes_and_news(updates: int, creates: int, kind: Kind) -> list[str]:
    """Return how many sites or contacts change and how many are new, without zeros: `3 sites change`, `1 is new`."""
    said = [f"{counted(updates, kind)} {'changes' if updates == 1 else 'change'}"] if updates else []
    if creates:
        number = f"{creates:,}" if updates else counted(creates, kind)
        said.append(f"{number} {'is' if creates == 1 else 'are'} new")
    return said


def _changes_and_news(plan: Plan, kind: Kind) -> list[str]:
    return changes_and_news(len(plan.of(kind, Action.UPDATE)), len(plan.of(kind, Action.CREATE)), kind)
