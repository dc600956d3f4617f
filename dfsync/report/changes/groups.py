"""Changes as a report shows them: the same change at many sites as one group, by harm and then by size."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from enum import IntEnum

from msgspec import Struct

from dfsync.diff.changes import ABSENT, Action, Change, FieldChange
from dfsync.model.hours.week import Week
from dfsync.model.kind import Kind
from dfsync.model.text import counted, normal
from dfsync.report.changes.effects import HOURS, Effect, HoursEffect, effect_of, in_hours
from dfsync.report.changes.exception_days import special_days
from dfsync.report.changes.wording import cause, label
from dfsync.report.elements.lines import ReportLine, created, lines


class Harm(IntEnum):
    """The harm that a change may do, worst first. Reports have this order."""

    DRIFT = 0
    CLOSING = 1
    SHORTENING = 2
    CLEARING = 3
    CREATING = 4
    REMOVING = 5
    CHANGING = 6
    CONTACTS = 7


TITLES = {
    Harm.DRIFT: "Edited elsewhere; apply puts back what the files say",
    Harm.CLOSING: "Closed on days that were open",
    Harm.SHORTENING: "Open less than before",
    Harm.CLEARING: "Values become empty",
    Harm.CREATING: "New sites; a create can't be taken back",
    Harm.REMOVING: "No longer managed; what is live stays",
    Harm.CHANGING: "Other changes",
    Harm.CONTACTS: "Contacts",
}


ALONE = "Changes"
"""The title where there are no others."""

NAMED = 12
"""So many sites of a group are named with their places; of more, formats with little room list the ids."""


class FieldRow(Struct, frozen=True):
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


class ChangeGroup(Struct, frozen=True):
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
    def sign(self) -> str:
        """What stands before it: `+` is new, `-` is no longer managed, `~` changes."""
        return {Action.CREATE: "+", Action.REMOVE: "-", Action.UPDATE: "~"}[self.first.action]

    @property
    def net(self) -> int:
        """By how many minutes a week the sites are open longer, all together."""
        return self.effect.net * len(self.changes)

    @property
    def net_words(self) -> str:
        """The net in words, `−12 h a week (−4 h each)`; "" where none changes."""
        each = f" ({in_hours(self.effect.net)} each)" if len(self.changes) > 1 else ""
        return f"{in_hours(self.net)} a week{each}" if self.effect.net else ""


class ReportSection(Struct, frozen=True):
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


def sections_of(
    changes: Iterable[Change], titles: Mapping[Harm, str] = TITLES, *, of_files: bool = False
) -> tuple[ReportSection, ...]:
    """Return the changes in sections, the worst first. `of_files` says that both sides are known, contacts too."""
    by_harm: dict[Harm, list[ChangeGroup]] = {}
    for group in grouped(changes, of_files=of_files):
        by_harm.setdefault(group.harm, []).append(group)
    if [*by_harm] == [Harm.CHANGING]:
        titles = {**titles, Harm.CHANGING: ALONE}
    return tuple(
        ReportSection(harm, titles[harm], tuple(sorted(groups, key=_size))) for harm, groups in sorted(by_harm.items())
    )


def grouped(changes: Iterable[Change], *, of_files: bool = False) -> Iterator[ChangeGroup]:
    """Yield the changes in groups of equal ones. Only updates of sites are grouped."""
    alike: dict[Hashable, list[Change]] = {}
    for change in changes:
        alike.setdefault(_key(change), []).append(change)
    for members in alike.values():
        yield _group(tuple(members), of_files=of_files)


def _key(change: Change) -> Hashable:
    if change.kind is Kind.CONTACT or change.action is not Action.UPDATE:
        return change.kind, change.id
    fields = tuple(
        (field.field, field.cause, field.after is None, *_moves(field))
        if _is_moved(field)
        else (field if field.column else repr(field), _spelled(field))  # what has no column may hold mappings
        for field in change.fields
    )
    return fields, change.special, change.turn is None


def _spelled(field: FieldChange) -> Hashable:
    """Return how the days of two weeks are written: equal weeks may give a night to different days."""
    weeks = (field.before, field.after)
    return tuple(week.days for week in weeks if isinstance(week, Week))


def _group(changes: tuple[Change, ...], *, of_files: bool) -> ChangeGroup:
    change = changes[0]
    effect = effect_of(change)
    known = of_files or change.kind is Kind.SITE
    rows = tuple(_row(field, change, known=known) for field in _fields(change))
    return ChangeGroup(_harm(change, effect), changes, rows, effect)


def _fields(change: Change) -> tuple[FieldChange, ...]:
    """Return the fields to show: what is no longer managed stays as it is."""
    return () if change.action is Action.REMOVE else change.fields


def _harm(change: Change, effect: HoursEffect) -> Harm:
    if change.kind is Kind.CONTACT:
        return Harm.CONTACTS
    if change.was_live or (change.action is Action.UPDATE and change.drifted):
        return Harm.DRIFT
    if change.action is Action.CREATE:
        return Harm.CREATING
    if effect.effects & {Effect.CLOSED, Effect.LOSES_DAYS}:
        return Harm.CLOSING
    if change.action is Action.REMOVE:
        return Harm.REMOVING
    if Effect.SHORTER in effect.effects:
        return Harm.SHORTENING
    return Harm.CLEARING if change.clears else Harm.CHANGING


def _row(field: FieldChange, change: Change, *, known: bool) -> FieldRow:
    new = change.action is Action.CREATE
    added, removed = _moves(field) if _is_moved(field) and not new and field.after is not None else ((), ())
    drawn = field.field == HOURS and not _is_half_absent(field)
    return FieldRow(
        field=field.field,
        label=label(field.field),
        lines=tuple(created(field) if new else lines(field, known=known)),
        added=added,
        removed=removed,
        cause=cause(field, change),
        special=tuple(special_days(field, change)),
        before=field.before if drawn and isinstance(field.before, Week) else None,
        after=field.after if drawn and isinstance(field.after, Week) else None,
    )


def _is_moved(field: FieldChange) -> bool:
    return field.field == "groups" and not _is_half_absent(field)


def _is_half_absent(field: FieldChange) -> bool:
    return field.before is ABSENT or field.after is ABSENT


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
