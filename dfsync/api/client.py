"""The client of the API that commands use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from dfsync.api.calls.pages import Export
from dfsync.api.protocol.answers import Page, read_import, read_object, read_page
from dfsync.api.protocol.endpoints import EXPORT, IMPORT, REPORT, Call
from dfsync.api.protocol.events import ExportRetry, PageRead, SitesWithoutId, Watch, ignore
from dfsync.api.protocol.headers import http_date
from dfsync.api.protocol.values import ImportAnswer, Probe, RowError, Upload
from dfsync.model.live import LiveSite
from dfsync.model.settings import ApiSettings, Target

if TYPE_CHECKING:
    from dfsync.api.calls.caller import Caller
    from dfsync.api.protocol.errors import RequestError

T = TypeVar("T")


def connect(
    target: Target,
    settings: ApiSettings,
    environment: Mapping[str, str],
    *,
    may_send: bool = False,
    watch: Watch = ignore,
) -> Client:
    """Make a client for a target. Nothing is sent yet.

    Only a client that `may_send` can import. Raises HostError if a token may not be sent to the target, and TokenError
    if there is none.
    """
    from dfsync.api.calls.caller import Caller  # importing httpx takes longer than most commands

    return Client(Caller(target, settings, environment, may_send=may_send, watch=watch), target, settings)


class Client:
    """Calls the API of one target over kept connections. A context manager; thread-safe. Methods raise ApiError."""

    def __init__(self, caller: Caller, target: Target, settings: ApiSettings) -> None:
        self._caller = caller
        self.target = target
        self._settings = settings

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End all waiting, and close all connections."""
        self._caller.close()

    def export(self, keep: Callable[[LiveSite], T], *, ids: Sequence[str] | None = None) -> list[T]:
        """Return `keep` of every live site, or of those with the given ids, in the order of the server.

        `keep` reduces a row as it arrives, so that memory grows only with what is kept. It may be called for rows of an
        export that turns out to be incomplete and is fetched again.
        """

        def again(reason: str, attempt: int) -> None:
            self._caller.tell(ExportRetry(self.target.name, reason, attempt))

        def without_id(count: int) -> None:
            self._caller.tell(SitesWithoutId(count))

        def read(sites: int, total: int) -> None:
            self._caller.tell(PageRead(sites, total))

        size, ahead = self._settings.page_size, self._settings.concurrency
        return Export(self._page, self._caller.pool, size, ahead, again, without_id, read).take(keep, ids)

    def import_sheets(self, upload: Upload, before_again: Callable[[], None] | None = None) -> ImportAnswer:
        """Import one or both sheets.

        Sent again only when it certainly had no effect (429, no connection, a refused token), and after a wait only
        when `before_again` returns. Raises StatusError if the API refused it, LostAnswerError when it may have taken
        effect, and what `before_again` raises.
        """
        answered, exchange = self._caller.call(Call(IMPORT, upload=upload), read_import, before_again)
        errors = {sheet: tuple(map(self._redacted, found)) for sheet, found in answered.items()}
        return ImportAnswer(errors, exchange.request_id)

    def _redacted(self, error: RowError) -> RowError:
        return replace(error, column=self._caller.redacted(error.column), message=self._caller.redacted(error.message))

    def wait(self, error: RequestError, attempt: int) -> bool:
        """Wait before an import that went wrong for the `attempt`th time is looked into and sent again.

        Returns False when the budget, which all requests of the client share, is spent.
        """
        return self._caller.wait(error, attempt)

    def traffic_report(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Return the whole answer to a traffic report; `config` is what the document calls so."""
        return self._caller.call(Call(REPORT, json={"config": config}), read_object)[0]

    def probe(self) -> Probe:
        """Ask for one row of the export."""
        page, exchange = self._caller.call(Call(EXPORT, {"p_number": "1", "p_size": "1"}), read_page)
        there = http_date(dict(exchange.headers).get("date", ""))
        return Probe(page.total, (exchange.at - there).total_seconds() if there else None)

    def refresh_token(self) -> datetime | None:
        """Refresh the token now, and return when the new one expires; None if that is not known."""
        until = self._caller.refresh().until
        return None if until is None else datetime.fromtimestamp(until, UTC)

    def _page(self, query: Mapping[str, str]) -> Page:
        return self._caller.call(Call(EXPORT, query), read_page)[0]
