"""Fetches a complete export, or raises an error.

The server decides on page size and page count. Several pages are fetched at once, and each row is reduced as it
arrives. An export counts as complete if all pages were read, if there are as many different ids as `total` says, and if
`total` was the same on every page. Otherwise somebody edited in the meantime, or the server made a mistake, and the
export is fetched again. One case can't be seen: a site is hidden if one site was deleted while another was added. So
apply reads the sites that it touches again before it sends. Source: the Sites API, "Export Sites Data".
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from typing import TypeVar
from urllib.parse import quote_plus

from dfsync.api.protocol.answers import Page
from dfsync.api.protocol.errors import IncompleteExportError
from dfsync.errors import InputError
from dfsync.model.fields import ID_COLUMN
from dfsync.model.live import LiveSite
from dfsync.model.text import shortened

T = TypeVar("T")
Query = Mapping[str, str]

TRIES = 5
MOST_QUERY = 1800
"""The longest list of ids in a URL, in characters as they are sent. 2,000 pass through every proxy."""


class _IncompleteError(Exception):
    """This attempt at an export is not complete. The message says why."""


class Export:
    """Fetches exports. `fetch` returns the page that a query asks for, and raises ApiError.

    Pages are fetched by the threads of `pool`, at most `ahead` pages before they are needed. If an export
    is fetched again, `again` is called with the reason and the number of the attempt. Sites without a Site ID are left
    out, and `without_id` is called with their number. `read` is called after each page with how many sites came,
    and of how many; of sites that are asked for by their ids, with how many were looked for.
    """

    def __init__(
        self,
        fetch: Callable[[Query], Page],
        pool: Executor,
        page_size: int,
        ahead: int,
        again: Callable[[str, int], None],
        without_id: Callable[[int], None],
        read: Callable[[int, int], None] = lambda _sites, _total: None,
    ) -> None:
        self._fetch = fetch
        self._pool = pool
        self._page_size = page_size
        self._most_ahead = ahead
        self._again = again
        self._without_id = without_id
        self._read = read

    def take(self, keep: Callable[[LiveSite], T], ids: Sequence[str] | None = None) -> list[T]:
        """Return `keep` of every live site, or of those with the given ids, in the server's order.

        `keep` may be called for rows of an export that is then taken again. Raises ApiError, IncompleteExportError
        in particular, and InputError for an id that can't be asked for.
        """
        if ids is None:
            return self._complete(keep, {}, None, None)
        kept: list[T] = []
        chunks = list(chunked(ids, self._page_size))
        firsts = self._ahead([self._query(_filter(chunk), 1) for chunk in chunks])
        asked, total = 0, sum(map(len, chunks))
        for chunk, first in zip(chunks, firsts, strict=True):
            kept += self._complete(keep, _filter(chunk), first, frozenset(chunk))
            self._read(asked := asked + len(chunk), total)
        return kept

    def _complete(
        self,
        keep: Callable[[LiveSite], T],
        query: Query,
        first: Page | None,
        wanted: frozenset[str] | None,
    ) -> list[T]:
        """Fetch the export of one query until it is complete. `wanted` are the ids that were asked for."""
        reason = ""
        for attempt in range(1, TRIES + 1):
            if reason:
                self._again(reason, attempt)
            page = first if first is not None and not reason else self._fetch(self._query(query, 1))
            try:
                return self._once(keep, query, page, wanted)
            except _IncompleteError as error:
                reason = str(error)
        raise IncompleteExportError(
            f"the export was fetched {TRIES} times and was never complete: {reason}",
            help="somebody may be editing right now: try again in a few minutes",
        )

    def _once(
        self,
        keep: Callable[[LiveSite], T],
        query: Query,
        first: Page,
        wanted: frozenset[str] | None,
    ) -> list[T]:
        kept: list[T] = []
        seen: set[str] = set()
        nameless = 0
        rest = self._ahead(self._query(query, number) for number in range(2, first.pages + 1))
        for number, page in enumerate(_chain(first, rest), start=1):
            _check_page(page, number, first)
            if not page.rows and first.total:
                raise _IncompleteError(f"page {number} of {first.pages:,} is empty")
            for row in page.rows:
                site = row.get(ID_COLUMN)
                if site is None or not site.strip():
                    nameless += 1
                    continue
                if site in seen:
                    raise _IncompleteError(f"site {shortened(site)} came twice")
                seen.add(site)
                if wanted is None or site in wanted:
                    kept.append(keep(LiveSite(row)))
            if wanted is None:
                self._read(len(seen), first.total)
        if len(seen) + nameless != first.total:
            raise _IncompleteError(f"{len(seen) + nameless} sites came, {first.total} were announced")
        if nameless and wanted is None:
            self._without_id(nameless)
        return kept

    def _query(self, query: Query, number: int) -> Query:
        return {"p_number": str(number), "p_size": str(self._page_size), **query}

    def _ahead(self, queries: Iterable[Query]) -> Iterator[Page]:
        """Fetch pages in order. At most `ahead` pages wait in memory."""
        waiting: deque[Future[Page]] = deque()
        try:
            for query in queries:
                waiting.append(self._pool.submit(self._fetch, query))
                if len(waiting) > self._most_ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def chunked(ids: Sequence[str], most: int) -> Iterator[list[str]]:
    """Split ids, each once, into lists of at most `most` ids that fit into a URL.

    Raises InputError for an id with a comma, since the filter of the API splits there.
    """
    chunk: list[str] = []
    length = 0
    for site in dict.fromkeys(ids):
        if re.search(r"[,]|^\s*$", site):
            raise InputError(
                f"site id {shortened(site)!r} can't be asked for: the API splits ids at commas",
                help="if several ids are meant, give each by itself; an export of all sites has every id",
            )
        cost = len(quote_plus(site)) + 3
        if chunk and (length + cost > MOST_QUERY or len(chunk) == most):
            yield chunk
            chunk, length = [], 0
        chunk.append(site)
        length += cost
    if chunk:
        yield chunk


def _filter(ids: Sequence[str]) -> Query:
    return {"site_external_ids": ",".join(ids)}


def _chain(first: Page, rest: Iterable[Page]) -> Iterator[Page]:
    yield first
    yield from rest


def _check_page(page: Page, number: int, first: Page) -> None:
    if page.total != first.total:
        raise _IncompleteError(f"the total went from {first.total} to {page.total} on the way")
    if page.number is not None and page.number != number:
        raise _IncompleteError(f"page {page.number} came where page {number} was asked for")
