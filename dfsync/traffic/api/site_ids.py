"""Finds out which internal id belongs to which site.

The documents give no list of internal ids. For an id that the user gives, a report has the name of its site. If exactly
one site of the files has that name, the two belong together.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from dfsync.model.site import Site
from dfsync.model.text import normal
from dfsync.traffic.api.answer import read_answer
from dfsync.traffic.api.fetch import Ask
from dfsync.traffic.api.request import ReportRequest


class PairingOutcome(StrEnum):
    """The result for an internal id."""

    LEARNED = "learned"  # the site is known and its file has no internal_id yet
    KNOWN = "known"  # the file has it already
    CONFLICT = "conflict"  # the site has another id in its file, or another site has this one
    AMBIGUOUS = "ambiguous"  # several sites have the name, or the id has several names, or two ids have one name
    NO_SITE = "no_site"  # no site of the files has the name
    NO_TRAFFIC = "no_traffic"  # the report has no row: no such id, or no traffic in that time


class Pairing(Struct, frozen=True):
    """An internal id, the names that the report gives it, the sites of the files that have one, and the outcome."""

    internal_id: int
    names: tuple[str, ...]
    sites: tuple[Site, ...]
    outcome: PairingOutcome


def pairings(names: Iterable[tuple[int, tuple[str, ...]]], sites: Sequence[Site]) -> list[Pairing]:
    """Pair internal ids, each with the names that the report gave it, with sites of the files."""
    by_name: dict[str, list[Site]] = {}
    for site in sites:
        by_name.setdefault(normal(site.name), []).append(site)
    found = [(id, given, [site for name in given for site in by_name.get(normal(name), ())]) for id, given in names]
    claims = [site.id for _, given, candidates in found for site in candidates if given]
    owners = {site.internal_id: site.id for site in sites if site.internal_id is not None}
    return [Pairing(id, given, tuple(sites), _outcome(id, given, sites, claims, owners)) for id, given, sites in found]


def names_of(
    ask: Ask, ids: Iterable[int], first: datetime.date, last: datetime.date
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield each internal id with the names that a report by site gives it; each is asked for by itself."""
    for id in ids:
        request = ReportRequest((id,), first, last, by=("site",))
        lines = read_answer(ask(request.config()), request).lines
        yield id, tuple(dict.fromkeys(normal(line.name) for line in lines if line.name))


def _outcome(
    id: int, names: Sequence[str], sites: Sequence[Site], claims: list[str], owners: dict[int, str]
) -> PairingOutcome:
    if not names:
        return PairingOutcome.NO_TRAFFIC
    if len(names) > 1 or len(sites) > 1:
        return PairingOutcome.AMBIGUOUS
    if not sites:
        return PairingOutcome.NO_SITE
    (site,) = sites
    if site.internal_id == id:
        return PairingOutcome.KNOWN
    if site.internal_id is not None or owners.get(id, site.id) != site.id:
        return PairingOutcome.CONFLICT
    return PairingOutcome.AMBIGUOUS if claims.count(site.id) > 1 else PairingOutcome.LEARNED
