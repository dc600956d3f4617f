"""The digests that state keeps of the sites that are as their files want them.

Nothing in live changes them, and there are many. So another process takes them while live is read.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from msgspec.structs import replace

from dfsync.model.last_applied import LastAppliedSite, digests_with
from dfsync.model.values import Value
from dfsync.plan.build import Planner
from dfsync.runtime.parallel import BackgroundWork

_COST = 128
"""The digests of a site take about as long as the check of so many bytes."""


def background_digests(sites: int, planner: Callable[[bytes], Planner]) -> BackgroundWork:
    """Return the work that takes the digests of so many sites; `planner` makes a planner from the key of the state."""
    return BackgroundWork(lambda key: _digests_today(planner(key)), sites * _COST)


class DesiredDigests:
    """The digests of the sites of a planner. `work` is what takes them; it begins now."""

    def __init__(self, planner: Planner, work: BackgroundWork) -> None:
        self._planner = planner
        self._work = work
        work.begin(planner.last_applied.key)

    def on(self, days: Mapping[str, datetime.date | None]) -> dict[str, LastAppliedSite]:
        """Return the digests of sites as they have to stand on a day; it is None for sites without dated exceptions."""
        found = {}
        for id, day in days.items():
            taken_on, digests = self._today[id]
            found[id] = LastAppliedSite(digests if taken_on == _text(day) else self._taken(self._fields(id, day)))
        return found

    def today(self) -> Iterator[tuple[str, LastAppliedSite]]:
        """Yield the id and the digests of each site, for the day that it was when they were taken."""
        return ((id, LastAppliedSite(digests)) for id, (_, digests) in self._today.items())

    @cached_property
    def _taken(self) -> Callable[[Mapping[str, Value]], str]:
        return digests_with(self._planner.last_applied.key)

    @cached_property
    def _today(self) -> dict[str, tuple[str, str]]:
        """The day and the digests of each site."""
        lines = (line.decode().split("\t") for line in self._work.results())
        return {id: (day, digests) for id, (day, digests) in zip(self._planner.desired.sites, lines, strict=True)}

    def _fields(self, id: str, day: datetime.date | None) -> Mapping[str, Value]:
        site, plan_day = self._planner.desired.sites[id], self._planner.plan_day
        return (replace(plan_day, as_of=day).on_its_day(site, None)[0] if day else site).fields


def _digests_today(planner: Planner) -> Iterator[bytes]:
    """Yield for each site its day and its digests."""
    taken = digests_with(planner.last_applied.key)
    for written in planner.desired.sites.values():
        site, day = planner.today(written, None)
        yield f"{_text(day)}\t{taken(site.fields)}".encode()


def _text(day: datetime.date | None) -> str:
    return "" if day is None else day.isoformat()
