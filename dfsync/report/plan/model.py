"""The content of a report on a plan: the same change at many sites as one group, by harm and then by size.

Text, Markdown and HTML are made from this one model, so they all show the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from enum import IntEnum

from dfsync.diff.changes import Action, Change, FieldChange
from dfsync.frozen import dataclass
from dfsync.model.hours.week import Week
from dfsync.model.kind import Kind
from dfsync.model.text import counted, normal, shortened
from dfsync.plan.guards import accept_words
from dfsync.plan.values import Plan, Refusal, Unmanaged
from dfsync.report.elements.lines import ReportLine, created, lines
from dfsync.report.plan.effects import HOURS, Effect, HoursEffect, effect_of
from dfsync.report.plan.options import Options
from dfsync.report.plan.privacy import masked
from dfsync.report.plan.regions import region
from dfsync.report.plan.wording import cause, facts, headline, label, notes, special_days


class Harm(IntEnum):
    """The harm that a change may do, worst first. Reports have this order."""

    DRIFT = 0
    CLOSING = 1
    SHORTENING = 2
    CLEARING = 3
    CREATING = 4
    CHANGING = 5
    CONTACTS = 6


TITLES = {
    Harm.DRIFT: "Edited elsewhere; apply puts back what the files say",
    Harm.CLOSING: "Closed on days that were open",
    Harm.SHORTENING: "Open less than before",
    Harm.CLEARING: "Values become empty",
    Harm.CREATING: "New sites; a create can't be taken back",
    Harm.CHANGING: "Other changes",
    Harm.CONTACTS: "Contacts",
}


NAMED = 12
"""So many sites of a group are named with their places; of more, formats with little room list the ids."""

_LESS_OPEN = {
    "Closed on more days": {Effect.CLOSED, Effect.LOSES_DAYS},
    "Closing earlier": {Effect.CLOSES_EARLIER},
}
_WHERE = 5
"""So many countries are named; the rest is counted together."""


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of a change: its lines; for groups only what is added and removed.

    `before` and `after` are weeks of opening hours that can be drawn, None for everything else.
    """

    field: str
    label: str
    lines: tuple[ReportLine, ...]
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    cause: str = ""
    special: tuple[str, ...] = ()
    before: Week | None = None
    after: Week | None = None

    @property
    def is_drawn(self) -> bool:
        """Whether there is a week to draw."""
        return self.after is not None or self.before is not None


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """One change, or the same change at several sites. `effect` is the effect on the opening hours of each."""

    harm: Harm
    changes: tuple[Change, ...]
    rows: tuple[FieldRow, ...]
    effect: HoursEffect

    @property
    def first(self) -> Change:
        """Any of the changes: they say the same."""
        return self.changes[0]

    @property
    def size(self) -> int:
        """How many sites or contacts it is about."""
        return len(self.changes)

    @property
    def is_new(self) -> bool:
        """Whether a row is created."""
        return self.first.action is Action.CREATE

    @property
    def net(self) -> int:
        """By how many minutes a week the sites are open longer, all together."""
        return self.effect.net * len(self.changes)


@dataclass(frozen=True, slots=True)
class ReportSection:
    """The changes of one kind of harm."""

    harm: Harm
    title: str
    groups: tuple[ChangeGroup, ...]

    @property
    def count(self) -> int:
        """How many sites or contacts it is about."""
        return sum(len(group.changes) for group in self.groups)

    @property
    def counted(self) -> str:
        """The count in words."""
        return counted(self.count, "contact" if self.harm is Harm.CONTACTS else "site")


@dataclass(frozen=True, slots=True)
class PlanReport:
    """Everything that a report of a plan shows. Contacts of the plan are masked unless they are to be shown."""

    plan: Plan
    headline: str
    facts: tuple[str, ...]
    notes: tuple[str, ...]
    sections: tuple[ReportSection, ...]
    kept: tuple[ChangeGroup, ...]
    normalised: tuple[ChangeGroup, ...]
    unmanaged: tuple[Unmanaged, ...]
    left_behind: dict[str, int]
    refusals: tuple[Refusal, ...]
    accept: str

    @property
    def groups(self) -> Iterator[ChangeGroup]:
        """All groups of what is sent, in order."""
        return (group for section in self.sections for group in section.groups)


def report_of(plan: Plan, refusals: Sequence[Refusal], options: Options) -> PlanReport:
    """Return the report of a plan."""
    plan = plan if options.show_contacts else masked(plan)
    by_harm: dict[Harm, list[ChangeGroup]] = {}
    for group in _grouped(plan.changes):
        by_harm.setdefault(group.harm, []).append(group)
    return PlanReport(
        plan=plan,
        headline=headline(plan),
        facts=(*facts(plan), *_where_less_open(plan, options)),
        notes=tuple(notes(plan)),
        sections=tuple(
            ReportSection(harm, _title(harm, alone=len(by_harm) == 1), tuple(sorted(by_harm[harm], key=_size)))
            for harm in sorted(by_harm)
        ),
        kept=tuple(_grouped(plan.kept)),
        normalised=tuple(_grouped(plan.normalised)),
        unmanaged=plan.unmanaged,
        left_behind=Counter(contact.site for contact in plan.left_behind),
        refusals=tuple(refusals),
        accept=accept_words(plan, refusals),
    )


def _title(harm: Harm, *, alone: bool) -> str:
    return "Changes" if alone and harm is Harm.CHANGING else TITLES[harm]


def _where_less_open(plan: Plan, options: Options) -> Iterator[str]:
    """Yield where sites close earlier or on more days: by country, or by what a region is called otherwise."""
    if not options.regions:
        return
    changes = plan.of(Kind.SITE, Action.UPDATE)
    for what, effects in _LESS_OPEN.items():
        counts = Counter(
            region(change, options.regions).partition(" · ")[0]
            for change in changes
            if effect_of(change).effects & effects
        )
        if not counts:
            continue
        most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        named = [f"{shortened(where, 40)} {number:,}" for where, number in most[:_WHERE]]
        rest = f", elsewhere {sum(number for _, number in most[_WHERE:]):,}" if most[_WHERE:] else ""
        yield f"{what}, by country: {', '.join(named)}{rest}."


def _grouped(changes: Iterable[Change]) -> Iterator[ChangeGroup]:
    """Yield the changes in groups of equal ones. Creates and contacts are never grouped."""
    alike: dict[Hashable, list[Change]] = {}
    for change in changes:
        alike.setdefault(_key(change), []).append(change)
    for members in alike.values():
        yield _group(tuple(members))


def _key(change: Change) -> Hashable:
    if change.kind is Kind.CONTACT or change.action is Action.CREATE:
        return change.kind, change.id
    fields = tuple(
        (field.field, field.cause, field.after is None, *_moves(field))
        if field.field == "groups"
        else (field, _spelled(field))
        for field in change.fields
    )
    return fields, change.special, change.turn is None


def _spelled(field: FieldChange) -> Hashable:
    """Return how the days of two weeks are written: equal weeks may give a night to different days."""
    weeks = (field.before, field.after)
    return tuple(week.days for week in weeks if isinstance(week, Week))


def _group(changes: tuple[Change, ...]) -> ChangeGroup:
    change = changes[0]
    effect = effect_of(change)
    rows = tuple(_row(field, change) for field in change.fields)
    return ChangeGroup(_harm(change, effect), changes, rows, effect)


def _harm(change: Change, effect: HoursEffect) -> Harm:
    if change.kind is Kind.CONTACT:
        return Harm.CONTACTS
    if change.was_live or (change.action is Action.UPDATE and change.drifted):
        return Harm.DRIFT
    if change.action is Action.CREATE:
        return Harm.CREATING
    if effect.effects & {Effect.CLOSED, Effect.LOSES_DAYS}:
        return Harm.CLOSING
    if Effect.SHORTER in effect.effects:
        return Harm.SHORTENING
    return Harm.CLEARING if change.clears else Harm.CHANGING


def _row(field: FieldChange, change: Change) -> FieldRow:
    new = change.action is Action.CREATE
    is_moved = field.field == "groups" and not new and field.after is not None
    added, removed = _moves(field) if is_moved else ((), ())
    drawn = field.field == HOURS
    return FieldRow(
        field=field.field,
        label=label(field.field),
        lines=tuple(created(field) if new else lines(field, known=change.kind is Kind.SITE)),
        added=added,
        removed=removed,
        cause=cause(field, change),
        special=tuple(special_days(field, change)),
        before=field.before if drawn and isinstance(field.before, Week) else None,
        after=field.after if drawn and isinstance(field.after, Week) else None,
    )


def _moves(field: FieldChange) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the groups that are added and those that are removed."""
    before, after = (
        {normal(group): group for group in side or ()} if isinstance(side, tuple | None) else {}
        for side in (field.before, field.after)
    )
    added = tuple(group for key, group in after.items() if key not in before)
    return added, tuple(group for key, group in before.items() if key not in after)


def _size(group: ChangeGroup) -> tuple[bool, int, int, str]:
    """Order the largest first: by sites, then by hours that are lost or won; what was taken away before what is not."""
    return not group.first.was_live, -len(group.changes), -abs(group.net), group.first.id
