"""The state after an apply: it has every managed field that was made right or found right. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Container, Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from dfsync.apply.desired_digests import DesiredDigests
from dfsync.apply.outcome.field_outcome import FieldReading
from dfsync.diff.changes import Change
from dfsync.model.fields import FIELD
from dfsync.model.last_applied import LastAppliedContact, LastAppliedSite
from dfsync.model.live import LiveSite
from dfsync.model.site import Site
from dfsync.model.values import digest
from dfsync.plan.build import Planner, SitePlan
from dfsync.plan.contact_changes import last_applied_contact
from dfsync.state.target_state import TargetState

_NOTHING = LastAppliedSite()


class Observations(Struct, frozen=True):
    """What an apply saw.

    `rows` are live rows by id; `complete` says that they are all of live. `readings` has what live showed of the fields
    that were sent, by site. `contacts` are those that the API accepted.
    """

    rows: Mapping[str, SitePlan]
    complete: bool
    readings: Mapping[str, tuple[FieldReading, ...]]
    contacts: Iterable[Change]


def next_state(
    state: TargetState, planner: Planner, observations: Observations, digests: DesiredDigests
) -> TargetState:
    """Return the state with the observations.

    A field that is not right keeps what state remembered of it. A site that is in no file stays in the state as long as
    it is live, so that it can be shown as formerly managed.
    """
    sites = dict(state.sites)
    right: dict[str, datetime.date | None] = {}
    for id, row in observations.rows.items():
        if id not in planner.desired.sites:
            continue
        if row.live is None:
            right[id] = row.day
        else:
            readings = observations.readings.get(id, ())
            sites[id] = _site(planner.desired.sites[id], row.live, planner, sites.get(id, _NOTHING), readings)
    sites |= digests.on(right)
    if observations.complete:
        sites = {id: site for id, site in sites.items() if id in observations.rows or id in planner.desired.sites}
    contacts = dict(state.contacts)
    for change in observations.contacts:
        id, contact = last_applied_contact(change, state.key)
        before = contacts[id].fields if id in contacts else {}
        contacts[id] = LastAppliedContact(contact.site, {**before, **contact.fields})
    return replace(state, sites=sites, contacts=contacts)


def knows_rest(state: TargetState, digests: DesiredDigests, seen: Container[str]) -> bool:
    """Whether state knows every managed field of all sites but those that were seen, as the files have it."""
    rest = ((site, state.sites.get(id, _NOTHING)) for id, site in digests.today() if id not in seen)
    return all(site.digests == known.digests or site.fields.items() <= known.fields.items() for site, known in rest)


def _site(
    site: Site, live: LiveSite, planner: Planner, before: LastAppliedSite, readings: tuple[FieldReading, ...]
) -> LastAppliedSite:
    key = planner.last_applied.key
    pairs = {reading.field.field: _pair(reading, key) for reading in readings if reading.is_spelling}
    seen_once = {reading.field.field: _pair(reading, key) for reading in readings if reading.may_be_spelling}
    today, judged = planner.today(site, live)[0], planner.judge(live)
    wrong = {item.field for part in (judged.sent, judged.kept) if part for item in part.fields} - pairs.keys()
    still = {item.field for item in judged.normalised.fields} if judged.normalised else set()
    pairs |= {name: before.normalised[name] for name in still - pairs.keys()}
    right = {name: digest(FIELD[name], value, key) for name, value in today.fields.items() if name not in wrong}
    kept = {name: known for name, known in before.fields.items() if name in wrong}
    kept_pairs = {name: before.normalised[name] for name in kept if name in before.normalised}
    earlier = {name: before.seen_once[name] for name in wrong if name in before.seen_once}
    return LastAppliedSite.of(right | kept, pairs | kept_pairs, earlier | seen_once)


def _pair(reading: FieldReading, key: bytes) -> tuple[str, str]:
    field = FIELD[reading.field.field]
    return digest(field, reading.field.after, key), digest(field, reading.live, key)
