"""From desired, live and last applied to a plan. Pure: no clock, no network, no files.

Live rows are reduced as they arrive: a row that is as desired leaves only its id, so that memory grows with what
differs.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from dfsync.diff.compare import Compared, Verdict, compare
from dfsync.diff.values import Cause, FieldChange
from dfsync.model.fields import ADDRESS_PARTS, COLUMNS, FIELD, FIELD_OF_COLUMN, FIELDS, ID_COLUMN
from dfsync.model.live import LiveSite
from dfsync.model.remembered import Remembered
from dfsync.model.settings import Config, Target
from dfsync.model.site import Desired, Site
from dfsync.model.values import is_empty, to_cell, to_json
from dfsync.plan.calendar import Calendar
from dfsync.plan.contacts import contact_changes, left_behind
from dfsync.plan.lookalikes import find_lookalikes
from dfsync.plan.values import Action, Change, ChangeKind, Pending, Plan, PlanSource, PlanTarget, Unmanaged

_TIMEZONE = FIELD["timezone"]
_KNOWN_BY = ("Site Name", *(f"Address {part}" for part in ADDRESS_PARTS.values()))


@dataclass(frozen=True, slots=True)
class Row:
    """A live row as a plan needs it: `live` is None where every managed field is right."""

    id: str
    live: LiveSite | None = None


@dataclass(frozen=True, slots=True)
class Planner:
    """Everything that a plan is made from, but for live."""

    desired: Desired
    config: Config
    target: Target
    remembered: Remembered
    calendar: Calendar
    source: PlanSource
    only: tuple[str, ...] = ()

    def keep(self, live: LiveSite) -> Row:
        """Reduce a live row to what the plan needs of it."""
        site = self.desired.sites.get(live.id)
        if site is None:
            known = {column: live.row[column] for column in _KNOWN_BY if column in live.row}
            return Row(live.id, LiveSite({ID_COLUMN: live.id, **known}))
        site, _ = self._today(site, live)
        different = next(compare(site, live, self.remembered.sites.get(site.id), self.remembered.key), None)
        return Row(live.id, live if different is not None else None)

    def plan(self, rows: Iterable[Row]) -> Plan:
        """Make the plan from the reduced rows of a complete export."""
        rows = list(rows)
        live = {row.id: row.live for row in rows}
        creates = [site for id, site in self.desired.sites.items() if id not in live]
        strangers = [row.live for row in rows if row.id not in self.desired.sites and row.live is not None]
        updates, kept, normalised = self._updates(live)
        changes = [*(self._create(site) for site in creates), *updates]
        contacts = list(contact_changes(self.desired.contacts.values(), self.config.contact_csv, self.remembered))
        lookalikes = tuple(find_lookalikes(creates, live, self.desired.sites, strangers))
        pending = Pending(
            live=len(live),
            remembered=len(self.remembered.sites),
            creates=len(creates),
            updates=len(updates),
            clears=sum(change.clears for change in updates),
            lookalikes=tuple(sorted(lookalikes, key=lambda found: found.id)),
            drifted=sum(1 for change in (*updates, *kept) if any(f.cause is not Cause.CHANGE for f in change.fields)),
        )
        chosen = [change for change in (*changes, *contacts) if self._chosen(change)]
        untouched = sum(1 for id in live if id in self.desired.sites) - len(updates)
        return Plan(
            target=PlanTarget(self.target.name, self.target.customer_id, self.target.base_url),
            source=self.source,
            created_at=self.calendar.now.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            changes=tuple(sorted(chosen, key=_order)),
            unchanged=untouched,
            pending=pending,
            unmanaged=self._unmanaged(strangers),
            left_behind=tuple(left_behind(self.desired.contacts.values(), self.config.contact_csv, self.remembered)),
            kept=tuple(sorted((change for change in kept if self._chosen(change)), key=_order)),
            normalised=tuple(sorted(normalised, key=_order)),
            only=self.only,
            has_state=self.remembered.known,
            contacts_known=self.remembered.known or not self.desired.contacts,
        )

    def _updates(self, live: dict[str, LiveSite | None]) -> tuple[list[Change], list[Change], list[Change]]:
        """Return what is sent, what is drift that stays, and what live spells in its own way."""
        updates: list[Change] = []
        kept: list[Change] = []
        normalised: list[Change] = []
        for id, there in live.items():
            if there is None or id not in self.desired.sites:
                continue
            site, day = self._today(self.desired.sites[id], there)
            compared = list(compare(site, there, self.remembered.sites.get(id), self.remembered.key))
            different = [item for item in compared if item.verdict is Verdict.DIFFERENT]
            stays = [item for item in different if self.config.on_drift == "keep" and item.cause is Cause.DRIFT]
            sent = [item for item in different if item not in stays]
            spelled = [item for item in compared if item.verdict is Verdict.NORMALISED]
            for items, changes in ((sent, updates), (stays, kept), (spelled, normalised)):
                if items:
                    changes.append(self._update(site, there, items, day))
        return updates, kept, normalised

    def _update(self, site: Site, live: LiveSite, items: Sequence[Compared], day: datetime.date | None) -> Change:
        fields = tuple(
            FieldChange(
                item.field.name, item.field.column, to_json(item.live), _after(item.field.name, item), item.cause
            )
            for item in items
        )
        changed = {change.column for change in fields}
        return Change(
            kind=ChangeKind.SITE,
            action=Action.UPDATE,
            id=site.id,
            name=site.name or live.name,
            source=site.source,
            fields=fields,
            live_digest=live.digest(),
            required=tuple((column, cell) for column, cell in self._required(site, live) if column not in changed),
            day=day if "operational_hours" in {change.field for change in fields} else None,
        )

    def _create(self, site: Site) -> Change:
        site, day = self._today(site, None)
        fields = tuple(
            FieldChange(field.name, field.column, None, to_json(site.fields[field.name]))
            for field in FIELDS
            if field.name in site.fields and not is_empty(field, site.fields[field.name])
        )
        written = {change.column for change in fields}
        required = tuple((column, cell) for column, cell in self._required(site, None) if column not in written)
        return Change(
            ChangeKind.SITE, Action.CREATE, site.id, site.name, site.source, fields, required=required, day=day
        )

    def _required(self, site: Site, live: LiveSite | None) -> list[tuple[str, str]]:
        """Return the cells of the required columns: what the site says, else what live says."""
        cells = []
        for column in COLUMNS:
            field = FIELD_OF_COLUMN.get(column)
            if field is None or column not in self.config.api.required_columns:
                continue
            value = site.fields[field.name] if field.name in site.fields else live.value(field) if live else None
            cells.append((column, to_cell(value)))
        return cells

    def _today(self, site: Site, live: LiveSite | None) -> tuple[Site, datetime.date | None]:
        if not site.exceptions:
            return site, None
        there = live.value(_TIMEZONE) if live is not None else None
        return self.calendar.on_its_day(site, there if isinstance(there, str) else None)

    def _unmanaged(self, strangers: Iterable[LiveSite]) -> tuple[Unmanaged, ...]:
        remembered = self.remembered.sites
        return tuple(sorted((Unmanaged(s.id, s.name, s.id in remembered) for s in strangers), key=lambda u: u.id))

    def _chosen(self, change: Change) -> bool:
        if not self.only:
            return True
        site = change.id if change.kind is ChangeKind.SITE else change.site
        return any(fnmatchcase(site, pattern) for pattern in self.only)


def _after(name: str, item: Compared) -> object:
    """Return the new value; empty hours stay apart from hours that are closed all week."""
    value = to_json(item.desired)
    return None if name != "operational_hours" and not value else value


def _order(change: Change) -> tuple[Literal[0, 1], str]:
    return (0 if change.kind is ChangeKind.SITE else 1, change.id)
