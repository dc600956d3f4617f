"""Decides whether a plan still fits: every site that it touches is as it was when the plan was made. Pure.

A plan is applied exactly as saved, or not at all. The table says what becomes of a site. Its terms:

- live as seen: live is what the plan saw.
- live explained: an earlier apply of the same plan did not end, and live differs only in cells which that apply sent.
- live another: live differs in another way.
- files ask for it: the files ask for exactly the cells of the plan.
- the day is over: dated exceptions were rendered for a day that has ended.

    the day is over                                        stale: the day
    live as seen     files ask for it                      to send
    live as seen     files do not                          stale: the file
    live explained   files ask for it   live is as planned done before
    live explained   files ask for it   live is not        to send
    live explained   files do not                          stale: the file
    live another     files ask for it                      stale: live
    live another     files do not                          stale: both

Contacts can't be read. State wants one to be sent, or knows it as sent:

    files differ from the plan                             stale: the file
    state wants the very cells                             to send
    state knows it   an earlier apply of the plan          done before
    else                                                   stale: another apply
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum, auto

from msgspec import Struct

from dfsync.apply.outcome.field_outcome import FieldOutcome, as_planned, field_readings
from dfsync.diff.changes import Action, Change
from dfsync.model.fields import FIELD, FIELD_OF_COLUMN
from dfsync.model.kind import Kind
from dfsync.model.live import LiveSite
from dfsync.model.text import normal
from dfsync.model.values import same, to_cell
from dfsync.plan.build import Planner
from dfsync.plan.contact_changes import contact_changes, required
from dfsync.plan.values import Plan
from dfsync.render.cells import cells


class StaleCause(StrEnum):
    """The reason why a site differs from what the plan saw."""

    FILE = "the file"
    LIVE = "live"
    BOTH = "both the file and live"
    DAY = "the day"
    STATE = "another apply"


class StaleRow(Struct, frozen=True):
    """A change that no longer fits, and the reason."""

    change: Change
    cause: StaleCause


class EarlierApply(Struct, frozen=True):
    """An apply of the same plan that did not finish. `sites` are those that it certainly sent."""

    sites: frozenset[str] = frozenset()


class Freshness(Struct, frozen=True):
    """The changes that no longer fit, those that an earlier apply of the same plan did, and those to send."""

    moved: tuple[StaleRow, ...] = ()
    done: tuple[Change, ...] = ()
    left: tuple[Change, ...] = ()


class _Fit(Enum):
    DONE = auto()
    LEFT = auto()


class _Live(Enum):
    AS_SEEN = auto()
    EXPLAINED = auto()
    ANOTHER = auto()


def freshness(
    plan: Plan, live: Mapping[str, LiveSite], planner: Planner, earlier: EarlierApply | None = None
) -> Freshness:
    """Judge each change of a plan against live, the files, state and the present day."""
    contacts = _Contacts(plan, planner, earlier)
    fits: dict[_Fit, list[Change]] = {_Fit.DONE: [], _Fit.LEFT: []}
    moved: list[StaleRow] = []
    for change in plan.changes:
        if change.kind is Kind.SITE:
            found = _site(change, live.get(change.id), planner, earlier)
        else:
            found = contacts.judged(change)
        if isinstance(found, StaleCause):
            moved.append(StaleRow(change, found))
        else:
            fits[found].append(change)
    return Freshness(tuple(moved), tuple(fits[_Fit.DONE]), tuple(fits[_Fit.LEFT]))


def _site(change: Change, live: LiveSite | None, planner: Planner, earlier: EarlierApply | None) -> _Fit | StaleCause:
    """Judge a site by the table in the docstring of this module."""
    site = planner.desired.sites.get(change.id)
    if change.day is not None and site is not None and planner.today(site, live)[1] not in (change.day, None):
        return StaleCause.DAY
    seen = _live(change, live, planner, earlier)
    if not _files_ask(change, planner, live, seen):
        return StaleCause.BOTH if seen is _Live.ANOTHER else StaleCause.FILE
    if seen is _Live.ANOTHER:
        return StaleCause.LIVE
    return _Fit.DONE if seen is _Live.EXPLAINED and as_planned(change, live) else _Fit.LEFT


def _live(change: Change, live: LiveSite | None, planner: Planner, earlier: EarlierApply | None) -> _Live:
    """Return which of the three states live is in."""
    if live is None:
        return _Live.AS_SEEN if change.action is Action.CREATE else _Live.ANOTHER
    if change.action is Action.UPDATE and live.digest() == change.live_digest:
        return _Live.AS_SEEN
    return _Live.EXPLAINED if earlier is not None and _explains(earlier, change, live, planner) else _Live.ANOTHER


def _explains(earlier: EarlierApply, change: Change, live: LiveSite, planner: Planner) -> bool:
    """Whether only the planned cells differ from what the plan saw, each because of what was sent."""
    if change.action is Action.UPDATE and _with_before(change, live).digest() != change.live_digest:
        return False
    if change.id in earlier.sites:
        return True
    known = planner.last_applied.sites.get(change.id)
    readings = field_readings(change, live, known, planner.last_applied.key)
    return not any(reading.outcome is FieldOutcome.OTHER for reading in readings)


def _files_ask(change: Change, planner: Planner, live: LiveSite | None, seen: _Live) -> bool:
    """Whether the files still ask for this change, to the last cell: a plan's file may have been written anew.

    Where live is as the plan saw it the whole change is made again, else its own fields are compared.
    """
    site = planner.desired.sites.get(change.id)
    if site is None:
        return False
    if change.action is Action.CREATE:
        return cells(planner.create(site)) == cells(change)
    if live is not None and seen is _Live.AS_SEEN:
        again = planner.asked(live)
        return again is not None and cells(again) == cells(change) and again.turn is change.turn
    if seen is _Live.EXPLAINED:  # but for what was sent live is as the plan saw it
        changed = {item.column for item in change.fields}
        needed = {column: cell for column, cell in planner.required(site, live) if column not in changed}
        if [column for column, _ in change.required] != [*needed]:
            return False
        if not all(_alike(column, cell, needed[column]) for column, cell in change.required):
            return False
    fields = planner.today(site, None)[0].fields
    return all(
        item.field in fields and same(FIELD[item.field], fields[item.field], item.after) for item in change.fields
    )


def _alike(column: str, one: str, other: str) -> bool:
    """Whether two cells mean the same. What was sent comes back in the spelling of the API."""
    field = FIELD_OF_COLUMN[column]
    return same(field, LiveSite({column: one}).value(field), LiveSite({column: other}).value(field))


def _with_before(change: Change, live: LiveSite) -> LiveSite:
    """Return the live site with the planned cells put back to what they were."""
    row = dict(live.row)
    for item in change.fields:
        row[item.column] = to_cell(item.before)
    return LiveSite(row)


class _Contacts:
    """The contacts of a plan against those that the files and state ask for now."""

    def __init__(self, plan: Plan, planner: Planner, earlier: EarlierApply | None) -> None:
        # An earlier apply of the plan has stored that the contacts of the sites that it creates again are gone.
        recreated = {change.id for change in plan.changes if change.was_live and earlier is None}
        sheet, last_applied = planner.config.contact_csv, planner.last_applied.without_contacts(recreated)
        self._wanted = {
            change.id: change for change in contact_changes(planner.desired.contacts.values(), sheet, last_applied)
        }
        self._desired = planner.desired.contacts
        self._sheet = sheet
        self._earlier = earlier

    def judged(self, change: Change) -> _Fit | StaleCause:
        """Judge a contact by the table above."""
        if not self._files_ask(change):
            return StaleCause.FILE
        wanted = self._wanted.get(change.id)
        if wanted is not None and cells(wanted) == cells(change):
            return _Fit.LEFT
        return _Fit.DONE if wanted is None and self._earlier is not None else StaleCause.STATE

    def _files_ask(self, change: Change) -> bool:
        contact = self._desired.get(change.id)
        return (
            contact is not None
            and all(normal(contact.fields.get(f.field)) == normal(f.after) for f in change.fields)
            and all(self._sheet.columns.get(f.field) == f.column for f in change.fields)
            and change.required == required(contact, self._sheet, {f.field for f in change.fields})
        )
