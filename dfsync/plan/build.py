"""Makes a plan from desired, live and last applied. Pure: no clock, no network, no files.

Live rows are reduced as they arrive. Of a row that is as desired only the id is kept, so that memory grows with the
number of differences.
"""

from __future__ import annotations

import datetime
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct, field

from dfsync.diff.changes import Action, Cause, Change, ExceptionTurn, FieldChange, SpecialDay
from dfsync.diff.compare import FieldComparison, FieldVerdict, compare
from dfsync.files.selection import SiteSelection
from dfsync.model.cell_spelling import live_spelling, managed_names
from dfsync.model.fields import ADDRESS_PARTS, COLUMNS, FIELD, FIELD_OF_COLUMN, FIELDS, ID_COLUMN
from dfsync.model.hours.week import CLOSED, Week
from dfsync.model.kind import Kind
from dfsync.model.last_applied import LastApplied
from dfsync.model.live import LiveSite
from dfsync.model.settings import Config, Target
from dfsync.model.site import Desired, Site, SiteRecord
from dfsync.model.text import normal
from dfsync.model.values import Value, digest, is_empty, to_cell
from dfsync.plan.contact_changes import contact_changes, left_behind
from dfsync.plan.exception_weeks import PlanDay
from dfsync.plan.lookalike_creates import find_lookalikes
from dfsync.plan.upcoming_exceptions import days_to_come, special_day
from dfsync.plan.values import NoLongerManaged, PendingFigures, Plan, PlanSource, PlanTarget, Unmanaged

_TIMEZONE, _HOURS = FIELD["timezone"], FIELD["operational_hours"]
_KNOWN_BY = ("Site Name", *(f"Address {part}" for part in ADDRESS_PARTS.values()))


class SitePlan(Struct, frozen=True):
    """What a plan needs of a live row. `live` is None if every managed field is right.

    `day` is the local date of the site, None if it has no dated exceptions.
    """

    id: str
    live: LiveSite | None = None
    day: datetime.date | None = None


class JudgedSites(Struct, frozen=True):
    """The result of comparing a live site: fields to send, drift to keep, fields in the server's own spelling."""

    sent: Change | None = None
    kept: Change | None = None
    normalised: Change | None = None


class Planner(Struct, frozen=True):
    """Everything that a plan is made from, except live.

    `selection` holds the options that select sites. `selected` holds the ids that they mean; None means every site.
    With `only_exceptions` a plan has only hours, and only those that differ because of dated exceptions.
    """

    desired: Desired
    config: Config
    target: Target
    last_applied: LastApplied
    plan_day: PlanDay
    source: PlanSource
    selection: SiteSelection = field(default_factory=SiteSelection)
    selected: frozenset[str] | None = None
    only_exceptions: bool = False

    def keep(self, live: LiveSite) -> SitePlan:
        """Reduce a live row to what the plan needs."""
        record = self.desired.records.get(live.id)
        if record is not None and self._is_spelled(record, live):
            return SitePlan(record.id)
        site = self.desired.sites.get(live.id)
        if site is None:
            known = {column: live.row[column] for column in _KNOWN_BY if column in live.row}
            return SitePlan(live.id, LiveSite({ID_COLUMN: live.id, **known}))
        site, day = self.today(site, live)
        different = next(compare(site, live, self.last_applied.sites.get(site.id), self.last_applied.key), None)
        return SitePlan(live.id, live if different is not None else None, day)

    def plan(self, rows: Iterable[SitePlan]) -> Plan:
        """Make the plan from the reduced rows of a complete export."""
        live = {row.id: row.live for row in rows}
        missing = [self.desired.sites[id] for id in self.desired.sites if id not in live]
        left_away = {site.id for site in missing if self._stays_away(site)}
        creates = [self.create(site) for site in missing if site.id not in left_away]
        unmanaged = [there for id, there in live.items() if there is not None and id not in self.desired.sites]
        sites = [self.judge(there) for id, there in live.items() if there is not None and id in self.desired.sites]
        updates = [site.sent for site in sites if site.sent]
        changes = [*creates, *updates, *self._contacts(creates, left_away)]
        if self.only_exceptions:
            changes = [turn for id in (update.id for update in updates) if (turn := self._turning(live[id]))]
        away = [self.create(site) for site in missing if site.id in left_away]
        kept = [*away, *(site.kept for site in sites if site.kept)]
        return Plan(
            target=PlanTarget(self.target.name, self.target.customer_id, self.target.base_url),
            source=self.source,
            created_at=self.plan_day.now.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            changes=self._chosen(changes),
            unchanged=len(self.desired.sites) - len(creates) - len(updates),
            pending=self._pending(live, unmanaged, changes, kept),
            unmanaged=self._unmanaged(unmanaged),
            left_behind=tuple(left_behind(self.desired.contacts.values(), self.config.contact_csv, self.last_applied)),
            kept=self._chosen(kept),
            normalised=self._chosen([site.normalised for site in sites if site.normalised]),
            selection=self.selection,
            has_state=self.last_applied.known,
            contacts_known=self.last_applied.known or not self.desired.contacts,
            coming=days_to_come(self._with_exceptions(), self.plan_day),
            only_exceptions=self.only_exceptions,
            no_longer_managed=self._no_longer_managed(),
        )

    def _is_spelled(self, record: SiteRecord, live: LiveSite) -> bool:
        """Whether live shows a site exactly as dfsync sends it, whatever day it is."""
        if not record.spelling or self.config.calendars:
            return False
        return live_spelling(live.row, record.managed) == record.spelling

    def _with_exceptions(self) -> Iterator[Site]:
        """Yield the sites that may have dated exceptions: of their own, or from calendars."""
        records = self.desired.records
        for id in self.desired.sites:
            if self.config.calendars or id not in records or not records[id].spelling:
                yield self.desired.sites[id]

    def _managed(self, id: str) -> Container[str]:
        record = self.desired.records.get(id)
        return self.desired.sites[id].fields if record is None else managed_names(record.managed)

    def _no_longer_managed(self) -> tuple[NoLongerManaged, ...]:
        """Return the fields that state remembers and that the files do not write any more, grouped by equal fields."""
        found: dict[tuple[str, ...], list[str]] = {}
        known = self.last_applied.sites
        for id in self.desired.sites:
            if id in known and (gone := known[id].known_beside(self._managed(id))):
                found.setdefault(gone, []).append(id)
        return tuple(NoLongerManaged(fields, tuple(sites)) for fields, sites in sorted(found.items()))

    def judge(self, live: LiveSite) -> JudgedSites:
        """Compare a live site with what the files say of it."""
        site, day = self.today(self.desired.sites[live.id], live)
        compared = list(compare(site, live, self.last_applied.sites.get(site.id), self.last_applied.key))
        different = [item for item in compared if item.verdict is FieldVerdict.DIFFERENT]
        stays = [item for item in different if self.config.on_drift == "keep" and item.cause is Cause.DRIFT]
        sent = [item for item in different if item not in stays]
        spelled = [item for item in compared if item.verdict is FieldVerdict.NORMALISED]
        return JudgedSites(
            *(self._update(site, live, items, day) if items else None for items in (sent, stays, spelled))
        )

    def asked(self, live: LiveSite) -> Change | None:
        """Return the change of a live site, with only those fields that the options ask for."""
        return self._turning(live) if self.only_exceptions else self.judge(live).sent

    def _turning(self, live: LiveSite | None) -> Change | None:
        """Return the change of a site's hours if only dated exceptions make them differ."""
        sent = self.judge(live).sent if live is not None else None
        if live is None or sent is None or sent.turn is None or sent.turns_only:
            return sent if sent is not None and sent.turn is not None else None
        site, day = self.today(self.desired.sites[live.id], live)
        compared = compare(site, live, self.last_applied.sites.get(site.id), self.last_applied.key)
        return self._update(site, live, [item for item in compared if item.field is _HOURS], day)

    def create(self, site: Site) -> Change:
        """Return the change that creates a site, with every written field that is not empty."""
        causes = self._causes_of_absence(site)
        site, day = self.today(site, None)
        fields = tuple(
            FieldChange(field.name, field.column, None, site.fields[field.name], causes.get(field.name, Cause.CHANGE))
            for field in FIELDS
            if field.name in site.fields and not is_empty(field, site.fields[field.name])
        )
        written = {change.column for change in fields}
        required = tuple((column, cell) for column, cell in self.required(site, None) if column not in written)
        return Change(
            Kind.SITE,
            Action.CREATE,
            site.id,
            site.name,
            site.source,
            fields,
            required=required,
            day=day,
            special=self._special(site, day),
            was_live=site.id in self.last_applied.sites,
        )

    def today(self, site: Site, live: LiveSite | None) -> tuple[Site, datetime.date | None]:
        """Return the site as it has to be today, and that day. The day is None if the site has no dated exceptions."""
        if not site.exceptions:
            return site, None
        there = live.value(_TIMEZONE) if live is not None else None
        return self.plan_day.on_its_day(site, there if isinstance(there, str) else None)

    def _pending(
        self,
        live: Mapping[str, LiveSite | None],
        unmanaged: Iterable[LiveSite],
        changes: Sequence[Change],
        kept: Sequence[Change],
    ) -> PendingFigures:
        """Count what the guards check. A look-alike counts only if it would be sent."""
        creates, updates = (
            [change for change in changes if change.kind is Kind.SITE and change.action is action]
            for action in (Action.CREATE, Action.UPDATE)
        )
        turning = [change for change in updates if change.turns_only]
        sent = [self.desired.sites[change.id] for change in self._chosen(creates)]
        return PendingFigures(
            live=len(live),
            last_applied=len(self.last_applied.sites),
            creates=len(creates),
            updates=len(updates),
            clears=sum(change.clears for change in updates if not change.turns_only),
            lookalikes=tuple(find_lookalikes(sent, live, self.desired.sites, unmanaged)),
            drifted=len({change.id for change in (*creates, *updates, *kept) if change.drifted}),
            exceptions=len(turning),
            exceptions_begin=sum(change.turn is ExceptionTurn.BEGIN for change in turning),
        )

    def _update(
        self, site: Site, live: LiveSite, items: Sequence[FieldComparison], day: datetime.date | None
    ) -> Change:
        fields = tuple(
            FieldChange(item.field.name, item.field.column, item.live, _sent(item), item.cause) for item in items
        )
        changed = {change.column for change in fields}
        hours = next((change for change in fields if change.field == _HOURS.name), None)
        return Change(
            kind=Kind.SITE,
            action=Action.UPDATE,
            id=site.id,
            name=site.name or live.name,
            source=site.source,
            fields=fields,
            live_digest=live.digest(),
            required=tuple((column, cell) for column, cell in self.required(site, live) if column not in changed),
            day=day if hours else None,
            special=self._special(site, day) if hours else (),
            turn=self._turn(site, hours, day) if hours else None,
        )

    def _turn(self, site: Site, hours: FieldChange, day: datetime.date | None) -> ExceptionTurn | None:
        if day is None or hours.cause is not Cause.CHANGE:
            return None
        before = hours.before if isinstance(hours.before, Week) else CLOSED if hours.before is None else None
        return self.plan_day.turn(self.desired.sites[site.id], before, day) if before is not None else None

    def _special(self, site: Site, day: datetime.date | None) -> tuple[SpecialDay, ...]:
        """Return the dated exceptions that shape the hours of a site on a day."""
        shaping = self.plan_day.shaping(site, day) if day is not None else ()
        return tuple(special_day(date, exception) for date, exception in shaping)

    def required(self, site: Site, live: LiveSite | None) -> list[tuple[str, str]]:
        """Return the cells of the required columns. They have the values of live, since they must not change anything.

        For a new site they have the values of its files.
        """
        cells = []
        for column in COLUMNS:
            field = FIELD_OF_COLUMN.get(column)
            if field is None or column not in self.config.api.required_columns:
                continue
            value = live.value(field) if live is not None else site.fields.get(field.name)
            cells.append((column, to_cell(value)))
        return cells

    def _causes_of_absence(self, site: Site) -> dict[str, Cause]:
        """Return the cause for each field of a site that was deleted in live: drift, or both if its files changed."""
        before = self.last_applied.sites.get(site.id)
        applied = before.fields if before else {}
        causes = {}
        for name in site.fields.keys() & applied.keys():
            values = self.plan_day.weeks(site) if name == _HOURS.name else ()
            said = {digest(FIELD[name], value, self.last_applied.key) for value in (site.fields[name], *values)}
            causes[name] = Cause.DRIFT if applied[name] in said else Cause.BOTH
        return causes

    def _stays_away(self, site: Site) -> bool:
        """Whether a site that was deleted in live stays deleted: `on_drift` is keep, and its files have not changed."""
        if self.config.on_drift != "keep" or site.id not in self.last_applied.sites:
            return False
        return Cause.BOTH not in self._causes_of_absence(site).values()

    def _contacts(self, creates: Iterable[Change], left_away: Iterable[str]) -> list[Change]:
        """Return the contacts to send: all of a site that is created again, none of a site that is left deleted."""
        away = set(map(normal, left_away))
        last_applied = self.last_applied.without_contacts({change.id for change in creates if change.was_live})
        changes = contact_changes(self.desired.contacts.values(), self.config.contact_csv, last_applied)
        return [change for change in changes if change.site not in away]

    def _unmanaged(self, unmanaged: Iterable[LiveSite]) -> tuple[Unmanaged, ...]:
        last_applied = self.last_applied.sites
        return tuple(sorted((Unmanaged(s.id, s.name, s.id in last_applied) for s in unmanaged), key=lambda u: u.id))

    def _chosen(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """Return the changes of the selected sites, sites before contacts, each by id."""
        if self.selected is None:
            return tuple(sorted(changes, key=_order))
        contacts_of = set(map(normal, self.selected))
        chosen = (
            change
            for change in changes
            if (change.id in self.selected if change.kind is Kind.SITE else change.site in contacts_of)
        )
        return tuple(sorted(chosen, key=_order))


def _order(change: Change) -> tuple[Literal[0, 1], str]:
    return (0 if change.kind is Kind.SITE else 1, change.id)


def _sent(compared: FieldComparison) -> Value:
    """Return the value that is sent: None for a text of white space and for no groups, which are equal to empty."""
    return None if is_empty(compared.field, compared.desired) else compared.desired
