"""The facts of a site, field by field: files, live, last applied, and where the value is written. Pure values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct, field

from dfsync.diff.changes import Cause
from dfsync.diff.compare import FieldComparison, FieldVerdict, compare
from dfsync.files.origins import Origin
from dfsync.model.exception_days import DatedException
from dfsync.model.fields import FIELDS, Field
from dfsync.model.last_applied import LastApplied, LastAppliedSite
from dfsync.model.live import LiveSite
from dfsync.model.place import Source
from dfsync.model.site import Site
from dfsync.model.values import Value, digest


class LastSent(StrEnum):
    """The result of the last apply for a field. State has digests, so it can be compared but not read."""

    AS_FILES_AND_LIVE = "as files and live"
    AS_FILES = "as files"
    AS_LIVE = "as live"
    OTHER = "something else"
    UNKNOWN = "unknown"


class FieldState(StrEnum):
    """How the files and live relate to each other."""

    SAME = "same"
    CHANGE = "change"
    DRIFT = "drift"
    BOTH = "both"
    NORMALISED = "normalised"
    NOT_MANAGED = "not managed"
    NOT_LIVE = "not live"
    LIVE_UNKNOWN = "live unknown"


class FieldFacts(Struct, frozen=True):
    """One field: what the files say (None is empty; see `managed`) and live says, and where the files say it."""

    field: Field
    managed: bool
    files: Value
    live: Value
    state: FieldState
    last_sent: LastSent
    origin: Origin | None


class SiteFacts(Struct, frozen=True):
    """Everything that is known of a site.

    `site` is as it has to be today, None if no file has it. `live` is None if live lacks it, and means nothing if
    `live_known` is False. `contacts` are ids. `name` is that of the files, or else of live.
    """

    id: str
    name: str
    source: Source | None
    site: Site | None
    live: LiveSite | None
    live_known: bool
    applied: bool
    fields: tuple[FieldFacts, ...]
    exceptions: Mapping[DatedException, Origin | None] = field(default_factory=dict)
    contacts: tuple[str, ...] = ()


def field_facts(
    site: Site | None,
    live: LiveSite | None,
    last_applied: LastApplied,
    origins: Mapping[str, Origin],
    *,
    live_known: bool,
) -> Iterator[FieldFacts]:
    """Yield the facts of each field that the files manage or live has a value of, in the API's order."""
    remembered = last_applied.sites.get(site.id if site else live.id if live else "")
    differing = {}
    if site is not None and live is not None:
        differing = {item.field: item for item in compare(site, live, remembered, last_applied.key)}
    for each in FIELDS:
        managed = site is not None and each.name in site.fields
        there = live.value(each) if live is not None else None
        if not managed and there is None:
            continue
        value = site.fields[each.name] if site is not None and managed else None
        state = _state(differing.get(each), managed=managed, live_known=live_known, in_live=live is not None)
        last = _last_sent(each, value, there, remembered, last_applied.key) if managed else LastSent.UNKNOWN
        yield FieldFacts(each, managed, value, there, state, last, origins.get(each.name))


def _state(item: FieldComparison | None, *, managed: bool, live_known: bool, in_live: bool) -> FieldState:
    if not managed:
        return FieldState.NOT_MANAGED
    if not live_known:
        return FieldState.LIVE_UNKNOWN
    if not in_live:
        return FieldState.NOT_LIVE
    if item is None:
        return FieldState.SAME
    if item.verdict is FieldVerdict.NORMALISED:
        return FieldState.NORMALISED
    return {Cause.CHANGE: FieldState.CHANGE, Cause.DRIFT: FieldState.DRIFT, Cause.BOTH: FieldState.BOTH}[item.cause]


def _last_sent(each: Field, files: Value, live: Value, remembered: LastAppliedSite | None, key: bytes) -> LastSent:
    applied = remembered.fields.get(each.name) if remembered else None
    if applied is None:
        return LastSent.UNKNOWN
    as_files, as_live = digest(each, files, key) == applied, digest(each, live, key) == applied
    if as_files and as_live:
        return LastSent.AS_FILES_AND_LIVE
    return LastSent.AS_FILES if as_files else LastSent.AS_LIVE if as_live else LastSent.OTHER
