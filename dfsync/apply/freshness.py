"""Whether a plan still fits: every site that it touches is as it was when the plan was made. Pure.

A plan is applied exactly as saved, or not at all. Live may have moved, the files may have moved, state may have moved
(contacts are known from nothing else), or the day for which dated exceptions were rendered is over. What an apply of
the same plan that was killed had sent counts as done.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dfsync.apply.field_outcome import as_planned
from dfsync.apply.journal import Unfinished
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
    """By whom a site differs from what the plan saw."""

    FILE = "the file"
    LIVE = "live"
    BOTH = "both the file and live"
    DAY = "the day"
    STATE = "another apply"


@dataclass(frozen=True, slots=True)
class StaleRow:
    """A change that does not fit any more, and by whom."""

    change: Change
    cause: StaleCause


@dataclass(frozen=True, slots=True)
class Freshness:
    """What does not fit any more, and what a killed apply of the same plan had done already."""

    moved: tuple[StaleRow, ...] = ()
    done: tuple[Change, ...] = ()
    left: tuple[Change, ...] = ()


def freshness(
    plan: Plan, live: Mapping[str, LiveSite], planner: Planner, unfinished: Unfinished | None = None
) -> Freshness:
    """Judge each change of a plan against live, the files, state and today.

    `unfinished` is what an apply of this very plan had done when it was killed. `left` are the changes still to send.
    """
    moved: list[StaleRow] = []
    done: list[Change] = []
    left: list[Change] = []
    sent = unfinished.sites if unfinished else frozenset()
    contacts = _Contacts(planner, {change.id for change in plan.changes if change.was_live} - sent)
    for change in plan.changes:
        there = live.get(change.id)
        site = change.kind is Kind.SITE
        ours = unfinished is not None and (_sent(change, there, unfinished) if site else contacts.sent(change))
        by = _site_moved(change, there, planner, ours=ours) if site else contacts.moved(change, ours=ours)
        if by is not None:
            moved.append(StaleRow(change, by))
        elif ours and (not site or as_planned(change, there)):
            done.append(change)
        else:
            left.append(change)
    return Freshness(tuple(moved), tuple(done), tuple(left))


def _site_moved(change: Change, live: LiveSite | None, planner: Planner, *, ours: bool) -> StaleCause | None:
    site = planner.desired.sites.get(change.id)
    if change.day is not None and site is not None and planner.today(site, live)[1] not in (change.day, None):
        return StaleCause.DAY
    live_moved = not ours and not _as_seen(change, live)
    file_moved = not _same_wish(change, planner, live, moved=live_moved, ours=ours)
    if live_moved:
        return StaleCause.BOTH if file_moved else StaleCause.LIVE
    return StaleCause.FILE if file_moved else None


def _as_seen(change: Change, live: LiveSite | None) -> bool:
    if change.action is Action.CREATE:
        return live is None
    return live is not None and live.digest() == change.live_digest


def _same_wish(change: Change, planner: Planner, live: LiveSite | None, *, moved: bool, ours: bool) -> bool:
    """Whether the files still ask for this change, to the last cell: a plan's file may have been written anew.

    Where live is as the plan saw it the whole change is made again, else its own fields are compared.
    """
    site = planner.desired.sites.get(change.id)
    if site is None:
        return False
    if change.action is Action.CREATE:
        return cells(planner.create(site)) == cells(change)
    if live is not None and not (moved or ours):
        again = planner.asked(live)
        return again is not None and cells(again) == cells(change) and again.turn is change.turn
    if ours:  # but for what was sent live is as the plan saw it
        changed = {item.column for item in change.fields}
        required = {column: cell for column, cell in planner.required(site, live) if column not in changed}
        if [column for column, _ in change.required] != [*required]:
            return False
        if not all(_alike(column, cell, required[column]) for column, cell in change.required):
            return False
    fields = planner.today(site, None)[0].fields
    return all(
        item.field in fields and same(FIELD[item.field], fields[item.field], item.after) for item in change.fields
    )


def _alike(column: str, one: str, other: str) -> bool:
    """Whether two cells say the same: what was sent comes back in the API's own spelling."""
    field = FIELD_OF_COLUMN[column]
    return same(field, LiveSite({column: one}).value(field), LiveSite({column: other}).value(field))


def _sent(change: Change, live: LiveSite | None, unfinished: Unfinished) -> bool:
    """Whether the killed apply may have sent this site, and nothing but the planned cells differs from then."""
    if change.id not in unfinished.sites:
        return False
    if change.action is Action.CREATE or live is None:
        return live is not None
    return _with_before(change, live).digest() == change.live_digest


def _with_before(change: Change, live: LiveSite) -> LiveSite:
    """Return the live site with the planned cells put back to what they were."""
    row = dict(live.row)
    for item in change.fields:
        row[item.column] = to_cell(item.before)
    return LiveSite(row)


class _Contacts:
    """The contacts of a plan against those that the files and state ask for now."""

    def __init__(self, planner: Planner, recreated: Collection[str]) -> None:
        sheet, last_applied = planner.config.contact_csv, planner.last_applied.without_contacts(recreated)
        self._wanted = {
            change.id: change for change in contact_changes(planner.desired.contacts.values(), sheet, last_applied)
        }
        self._desired = planner.desired.contacts
        self._sheet = sheet

    def sent(self, change: Change) -> bool:
        """Whether state knows the contact as the plan sends it."""
        return change.id not in self._wanted and change.id in self._desired

    def moved(self, change: Change, *, ours: bool) -> StaleCause | None:
        """Return by whom the contact differs from what the plan saw, None when it does not."""
        contact = self._desired.get(change.id)
        if contact is None or any(normal(contact.fields.get(f.field)) != normal(f.after) for f in change.fields):
            return StaleCause.FILE
        if any(self._sheet.columns.get(f.field) != f.column for f in change.fields):
            return StaleCause.FILE
        if change.required != required(contact, self._sheet, {f.field for f in change.fields}):
            return StaleCause.FILE
        wanted = self._wanted.get(change.id)
        if ours or (wanted is not None and cells(wanted) == cells(change)):
            return None
        return StaleCause.STATE
