"""Changes as a report shows them: the same change at many sites as one group, by harm and then by size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator

from msgspec import Struct

from dfsync.diff.changes import ABSENT, Action, Change, FieldChange
from dfsync.model.hours.week import Week
from dfsync.model.kind import Kind
from dfsync.model.text import counted, normal
from dfsync.report.changes.effects import HOURS, Effect, effects_of, in_hours, on_hours
from dfsync.report.changes.exception_days import special_days
from dfsync.report.changes.wording import cause, label, title_of
from dfsync.report.elements.lines import ReportLine, created, lines
from dfsync.report.elements.weeks import BLOCKS_SAID, LAST_MINUTE

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
    """One change, or the same change at several sites. `net_each` is by how many minutes a week each is open longer."""

    changes: tuple[Change, ...]
    rows: tuple[FieldRow, ...]
    effects: frozenset[Effect]
    net_each: int

    @property
    def first(self) -> Change:
        """Any of the changes: they say the same."""
        return self.changes[0]

    @property
    def first_effect(self) -> Effect:
        """The most harmful of its effects, under which it stands."""
        return min(self.effects)

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
        return self.net_each * len(self.changes)

    @property
    def net_words(self) -> str:
        """The net in words, `−12 h a week (−4 h each)`; "" where none changes."""
        each = f" ({in_hours(self.net_each)} each)" if len(self.changes) > 1 else ""
        return f"{in_hours(self.net)} a week{each}" if self.net_each else ""


class ReportSection(Struct, frozen=True):
    """The changes of which an effect is the most harmful one. `above` counts those that have it beside a worse one."""

    effect: Effect
    title: str
    groups: tuple[ChangeGroup, ...]
    above: int = 0

    @property
    def count(self) -> int:
        """How many sites or contacts it is about."""
        return sum(len(group.changes) for group in self.groups)

    @property
    def counted(self) -> str:
        """The count in words: `35 sites, and 3 more above`."""
        here = counted(self.count, "contact" if self.effect is Effect.CONTACT else "site")
        return f"{here}, and {self.above:,} more above" if self.above else here


def sections_of(changes: Iterable[Change], *, of_files: bool = False) -> tuple[ReportSection, ...]:
    """Return the changes in sections, the most harmful first.

    `of_files` says that files are compared: both sides are known, contacts too, and nothing is created.
    """
    groups = list(grouped(changes, of_files=of_files))
    totals = Counter(effect for group in groups for effect in group.effects for _ in group.changes)
    by_effect: dict[Effect, list[ChangeGroup]] = {}
    for group in groups:
        by_effect.setdefault(group.first_effect, []).append(group)
    sections = []
    for effect, members in sorted(by_effect.items()):
        title = title_of(effect, of_files=of_files, alone=len(by_effect) == 1)
        above = totals[effect] - sum(group.size for group in members)
        sections.append(ReportSection(effect, title, tuple(sorted(members, key=_size)), above))
    return tuple(sections)


def legend(sections: Iterable[ReportSection], *, bars: bool = True) -> str:
    """Return what readers of text have to know about hours, and about their bars if these are shown; "" for none."""
    rows = [row for section in sections for group in section.groups for row in group.rows if row.field == HOURS]
    drawn = bars and any(row.is_drawn for row in rows)
    return f"{LAST_MINUTE} {BLOCKS_SAID}" if drawn else LAST_MINUTE if rows else ""


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
    known = of_files or change.kind is Kind.SITE
    rows = tuple(_row(field, change, known=known) for field in _fields(change))
    return ChangeGroup(changes, rows, effects_of(change), on_hours(change).net)


def _fields(change: Change) -> tuple[FieldChange, ...]:
    """Return the fields to show: what is no longer managed stays as it is."""
    return () if change.action is Action.REMOVE else change.fields


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
