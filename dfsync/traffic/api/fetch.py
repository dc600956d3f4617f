"""Fetches a traffic report of any size, in requests that the server answers completely.

Long ranges and many sites are split into requests of a limited number of rows. If an answer is cut off all the same,
its request is halved and sent again, and later requests are made that much smaller. A few requests run at a time, and
their rows are handed on in order, by site and then by time. So memory holds only a few answers, however long the report
is.

Rows have the name of a site and not its id, and names need not be unique. Several sites share a request only as long as
every name in the answer belongs to exactly one of them. If there is doubt, each site is asked for alone.
"""

from __future__ import annotations

import datetime
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dfsync.errors import ApiError
from dfsync.model.text import normal
from dfsync.runtime.parallel import Count
from dfsync.traffic.api.answer import AnswerLine, Number, read_answer
from dfsync.traffic.api.request import ReportRequest

MOST_ROWS = 5_000
"""The rows of a request at first. The document does not say at how many the server cuts off."""

MOST_SITES = 50
"""Sites that share a request, so that no answer takes the server longer than a client waits."""

Ask = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Sends a `config` and returns the whole answer."""


class AskedSite(Struct, frozen=True):
    """A site of the files: its id, its name, and its id in the traffic API."""

    id: str
    name: str
    internal_id: int


class CountRow(Struct, frozen=True):
    """A row of a report. `site` and `name` are None unless it is grouped by site; `time` unless grouped by time."""

    site: str | None
    name: str | None
    time: str | None
    values: tuple[Number, ...]


class _Part(Struct, frozen=True):
    request: ReportRequest
    sites: tuple[AskedSite, ...]


class Report:
    """One report. It is fetched while its rows are read."""

    def __init__(
        self,
        ask: Ask,
        request: ReportRequest,
        sites: Sequence[AskedSite],
        concurrency: int = 4,
        most: int = MOST_ROWS,
        *,
        count: Count | None = None,
    ) -> None:
        """Take everything but the sites from `request`. `count` is told how many days of sites are read."""
        self._count = count
        self._read = 0
        self._ask = ask
        self._request = request
        self._sites = sites
        self._concurrency = concurrency
        self._most = most

    def rows(self) -> Iterator[CountRow]:
        """Yield the rows, by site in the given order, then by time. Raises ApiError."""
        pool = ThreadPoolExecutor(self._concurrency, "traffic")
        waiting: deque[tuple[_Part, Future[list[CountRow]]]] = deque()
        try:
            for part in self._parts():
                waiting.append((part, pool.submit(self._fetch, part)))
                if len(waiting) > self._concurrency:
                    yield from self._taken(*waiting.popleft())
            while waiting:
                yield from self._taken(*waiting.popleft())
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _taken(self, part: _Part, answer: Future[list[CountRow]]) -> list[CountRow]:
        rows = answer.result()
        self._read += len(part.sites) * part.request.days
        if self._count is not None:
            self._count(self._read, len(self._sites) * self._request.days)
        return rows

    def _parts(self) -> Iterator[_Part]:
        """Yield the requests. Their size depends on what is known about the server at that moment."""
        if "site" not in self._request.by:
            yield from self._days(tuple(self._sites))
            return
        for batch in self._batches():
            yield from self._days(batch)

    def _batches(self) -> Iterator[tuple[AskedSite, ...]]:
        names = Counter(normal(site.name) for site in self._sites)
        rows_a_site = replace(self._request, sites=(0,)).rows
        batch: list[AskedSite] = []
        for site in self._sites:
            alone = not site.name or names[normal(site.name)] > 1
            most = min(MOST_SITES, self._most // rows_a_site)
            if batch and (alone or len(batch) >= most):
                yield tuple(batch)
                batch = []
            batch.append(site)
            if alone:
                yield tuple(batch)
                batch = []
        if batch:
            yield tuple(batch)

    def _days(self, sites: tuple[AskedSite, ...]) -> Iterator[_Part]:
        """Yield the requests for some sites, each for as many days as its answer may hold."""
        whole = replace(self._request, sites=tuple(site.internal_id for site in sites))
        first = whole.first
        while first <= whole.last:
            days = max(1, self._most // (whole.rows // whole.days)) if "time" in whole.by else whole.days
            last = min(first + datetime.timedelta(days=days - 1), whole.last)
            yield _Part(replace(whole, first=first, last=last), sites)
            first = last + datetime.timedelta(days=1)

    def _fetch(self, part: _Part) -> list[CountRow]:
        lines = self._whole(part.request)
        paired = _paired(part, lines)
        if paired is None:
            alone = (_Part(replace(part.request, sites=(site.internal_id,)), (site,)) for site in part.sites)
            return [row for single in alone for row in self._fetch(single)]
        order = {site.id: number for number, site in enumerate(part.sites)}
        return sorted(paired, key=lambda row: (order.get(row.site or "", 0), row.time or ""))

    def _whole(self, request: ReportRequest) -> list[AnswerLine]:
        """Return all rows of a request, which is halved as often as needed."""
        halves = request.halves()
        if halves is None or request.rows <= self._most:
            answer = read_answer(self._ask(request.config()), request)
            if not answer.truncated:
                return answer.lines
            if halves is None:
                raise ApiError(
                    "the API cuts off a traffic report that can't be made smaller",
                    help="ask for fewer sites or days, or group by time and site",
                )
            self._learn(request, len(answer.lines))
        return [line for half in halves for line in self._whole(half)]

    def _learn(self, request: ReportRequest, answered: int) -> None:
        """Make later requests small enough for what the server answered, but no less than a quarter of this one."""
        self._most = max(1, min(self._most, request.rows - 1, max(answered, request.rows // 4)))


def _paired(part: _Part, lines: Sequence[AnswerLine]) -> list[CountRow] | None:
    """Give each row its site. None if that is in doubt: a name is unknown, or a site is missing or twice there."""
    if "site" not in part.request.by:
        return [CountRow(None, None, line.time, line.values) for line in lines]
    if len(part.sites) == 1:
        return [CountRow(part.sites[0].id, line.name, line.time, line.values) for line in lines]
    ids = {normal(site.name): site.id for site in part.sites}
    seen = {(normal(line.name), line.time) for line in lines}
    if {name for name, _ in seen} != ids.keys() or len(seen) < len(lines):
        return None
    return [CountRow(ids[normal(line.name)], line.name, line.time, line.values) for line in lines]
