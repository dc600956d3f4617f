"""Selects the values that a pull takes into the files.

The three-way rule (`dfsync.diff.compare`) decides: what was edited elsewhere is taken, and what was edited in the files
stays. Without state nobody knows what was edited, and the values of live are taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from dfsync.diff.changes import Cause
from dfsync.diff.compare import FieldComparison, FieldVerdict, compare
from dfsync.model.fields import FIELD
from dfsync.model.hours.week import CLOSED, DAY, Week
from dfsync.model.hours.write import by_opening_day
from dfsync.model.last_applied import LastApplied
from dfsync.model.live import LiveSite
from dfsync.model.site import Desired, Site
from dfsync.model.text import id_key, normal
from dfsync.model.values import Unreadable, Value
from dfsync.plan.exception_weeks import PlanDay
from dfsync.pull.objections import Objection, ValueCheck
from dfsync.pull.values import IncomingSite, NewSite, Notices, PullScope, SiteUpdate, UnfitValue
from dfsync.validation.checks.schema import MISSING_FIELD

_HOURS = FIELD["operational_hours"]
_TIMEZONE = FIELD["timezone"]
_ALWAYS_OPEN = Week((((0, DAY),),) * 7)

EDITED_HERE = "edited in the files and not yet applied, so the files' value stays (--force takes live's)"
OLDER_ROW = (
    "edited in the files since it was last applied, and the spreadsheet has the value from before, so the files' value "
    "stays (--force takes the spreadsheet's)"
)
EDITED_BOTH = "edited in the files and in live, so the files' value stays (--force takes live's)"


class Selection(Struct, frozen=True):
    """Sorts what comes in: new values for sites of the files, new sites, and what is left out."""

    desired: Desired
    last_applied: LastApplied
    plan_day: PlanDay
    acceptable: ValueCheck
    scope: PullScope
    notices: Notices

    def taken(self, incoming: Iterable[IncomingSite]) -> Iterator[SiteUpdate]:
        """Yield the sites of the files that get new values."""
        for one in incoming:
            site = self.desired.sites.get(one.live.id)
            if site is not None and self._asked_for(one) and not self.scope.only_unmanaged:
                if one.kept_by_people:
                    values = {} if self.scope.only_drift else self._said_by_people(site, one)
                else:
                    values = {item.field.name: tidy(item.live) for item in self._items(site, one)}
                if _HOURS.name in values and not one.kept_by_people:
                    values.update(self._hours(site, one.live, values))
                values = self._fit(site, values, one)
                if values:
                    yield SiteUpdate(site, values)

    def new(self, incoming: Iterable[IncomingSite]) -> Iterator[NewSite]:
        """Yield the sites that no file has."""
        if self.scope.only_drift:
            return
        known = {id_key(id): id for id in self.desired.sites}
        for one in incoming:
            id = one.live.id
            if id in self.desired.sites or not self._asked_for(one):
                continue
            other = known.setdefault(id_key(id), id)
            if other != id:
                self.notices.add("left out: its id differs from another's in case or spaces only", f"{id} ({other})")
            elif (new := self._new(one)) is not None:
                yield new

    def _asked_for(self, one: IncomingSite) -> bool:
        return not self.scope.ids or one.live.id in self.scope.ids

    def _items(self, site: Site, one: IncomingSite) -> Iterator[FieldComparison]:
        """Yield the fields that differ in live and whose value is taken."""
        site, _ = self.plan_day.on_its_day(site, _text(one.live.value(_TIMEZONE)))
        for item in compare(site, one.live, self.last_applied.sites.get(site.id), self.last_applied.key):
            if item.verdict is not FieldVerdict.DIFFERENT or not one.knows(item.field):
                continue
            if self._is_known(site, item) and item.cause is not Cause.DRIFT and not self.scope.force:
                what = EDITED_BOTH if item.cause is Cause.BOTH else EDITED_HERE
                self.notices.add(what, f"{site.id} {item.field.name}")
            elif not self.scope.only_drift or item.cause is not Cause.CHANGE:
                yield item

    def _said_by_people(self, site: Site, one: IncomingSite) -> dict[str, Value]:
        """Return the fields in which a row that people keep differs from the files, or that the files leave out.

        A row that still says what was last applied is older than the edit of the file, which stays. A row that says
        something else is the person's own edit, and wins.
        """
        said: dict[str, Value] = {
            field.name: value
            for field in FIELD.values()
            if field.name not in site.fields and (value := tidy(one.live.value(field))) is not None
        }
        for item in compare(site, one.live, self.last_applied.sites.get(site.id), self.last_applied.key):
            if item.verdict is not FieldVerdict.DIFFERENT or not one.knows(item.field):
                continue
            if self._is_known(site, item) and item.cause is Cause.CHANGE and not self.scope.force:
                self.notices.add(OLDER_ROW, f"{site.id} {item.field.name}")
            else:
                said[item.field.name] = tidy(item.live)
        return said

    def _is_known(self, site: Site, item: FieldComparison) -> bool:
        last_applied = self.last_applied.sites.get(site.id)
        return last_applied is not None and item.field.name in last_applied.fields

    def _hours(self, site: Site, live: LiveSite, values: dict[str, Value]) -> dict[str, Value]:
        """Return the usual week behind what live shows, if dated exceptions replace some of its days today."""
        usual, there = site.fields[_HOURS.name], values.pop(_HOURS.name)
        if not site.exceptions or not isinstance(usual, Week) or isinstance(there, Unreadable):
            return {_HOURS.name: there}
        shown = there if isinstance(there, Week) else CLOSED
        timezone = _text(live.value(_TIMEZONE))
        own = site.fields.get(_TIMEZONE.name)
        if self.plan_day.turn(site, shown, self.plan_day.day(own if isinstance(own, str) else timezone)) is not None:
            self.notices.add("live still shows the hours of another day, before or after a dated exception", site.id)
            return {}
        for days in (by_opening_day(shown), shown.days):
            replaced = self._exception_days(site, timezone)
            week = Week(tuple(usual.days[d] if d in replaced else tuple(spans) for d, spans in enumerate(days)))
            if week == usual:
                break
            after = Site(site.id, {**site.fields, _HOURS.name: week}, site.place, site.line, exceptions=site.exceptions)
            if self.plan_day.on_its_day(after, timezone)[0].fields[_HOURS.name] == shown:
                return {_HOURS.name: week}
        self.notices.add("differs on the day of a dated exception: change the exception by hand", site.id)
        return {}

    def _exception_days(self, site: Site, timezone: str | None) -> set[int]:
        """Return the weekdays that an exception replaces today: those that do not depend on the usual week."""
        weeks = []
        for week in (CLOSED, _ALWAYS_OPEN):
            other = Site(site.id, {**site.fields, _HOURS.name: week}, site.place, site.line, exceptions=site.exceptions)
            weeks.append(self.plan_day.on_its_day(other, timezone)[0].fields[_HOURS.name])
        closed, opened = weeks
        if not isinstance(closed, Week) or not isinstance(opened, Week):
            return set()
        return {day for day in range(7) if closed.days[day] == opened.days[day]}

    def _fit(self, site: Site, values: dict[str, Value], one: IncomingSite) -> dict[str, Value]:
        """Return the values that validate accepts. The others stay as the file has them."""
        after = {name: value for name, value in {**site.fields, **values}.items() if value is not None}
        objections = self.acceptable.objections(site.id, after)
        if values.get("name", "") is None:
            objections["name"] = Objection("a site needs one", MISSING_FIELD)
        for name in sorted(values.keys() & objections.keys()):
            self._leave_out(one, name, f"{name} stays as the file has it: {objections[name].reason}", objections[name])
        return {name: value for name, value in values.items() if name not in objections}

    def _leave_out(self, one: IncomingSite, name: str, what: str, why: Objection) -> None:
        if one.partial:
            self.notices.refusals.append(UnfitValue(one.live.id, name, why.reason, why.code))
        else:
            self.notices.add(what, one.live.id)

    def _new(self, one: IncomingSite) -> NewSite | None:
        values: dict[str, Value] = {}
        for field in FIELD.values():
            value = one.live.value(field)
            if value is not None:
                values[field.name] = tidy(value)
        values = {name: value for name, value in values.items() if value}
        objections = self.acceptable.objections(one.live.id, values)
        for name in ("", "id", "name"):
            if name in objections:
                self._leave_out(one, name, f"left out: {objections[name].reason}", objections[name])
                return None
        for name, why in objections.items():
            self._leave_out(one, name, f"{name} left out: {why.reason}", why)
        empty = frozenset(field.name for field in FIELD.values() if one.knows(field) and not values.get(field.name))
        fit = {name: value for name, value in values.items() if name not in objections}
        return NewSite(one.live.id, fit, empty - objections.keys())


def tidy(value: Value) -> Value:
    """Return a value of live as a person would write it: trimmed, composed, each group once."""
    if isinstance(value, str):
        return normal(value)
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(group for text in value if (group := normal(text))))
    return value


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None
