"""Sends the uploads of a plan one after the other, and handles every answer of the API.

- 413, or a batch refused whole (400, 413, 422, a 200 that says no): divided until the rows that are refused are alone;
  a single row is never repeated.
- A 200 with row errors: the server may have taken the other rows, or none. The rows that no error names and that live
  does not show are sent again without the named ones; where no row is named, the batch is divided.
- An answer that is lost: wait, look at live, send again what live does not show. Contacts can't be looked at, so they
  are sent again after a 5xx alone; where no answer came they stay unverified.
- An update of a site that is not live any more is never sent again: it would create a site without its address.
- Anything else that the client could not get through ends the sending; what was not sent says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus

from msgspec import Struct, field

from dfsync.api.client import Client
from dfsync.api.protocol.errors import LostAnswerError, RequestError, StatusError
from dfsync.api.protocol.values import Upload
from dfsync.apply.outcome.events import Answered, AnswerLost, Gone, Refused, RowsInLive, Sending, Tell
from dfsync.apply.outcome.field_outcome import FieldOutcome, field_readings
from dfsync.apply.outcome.row_errors import Numbering, RowProblem, attributed
from dfsync.apply.refetch import reread
from dfsync.diff.changes import Action, Change
from dfsync.errors import ApiError, DfsyncError
from dfsync.model.kind import Kind
from dfsync.model.live import LiveSite
from dfsync.model.settings import ApiSettings
from dfsync.render.sheets import UploadSheet

MOST_ALIKE = 200
"""The number of rows that are refused one by one, with none accepted, before the API counts as refusing all of them."""
LOOK_AGAIN_S = 60.0
"""Sites that were last read longer ago than this are read again before they are updated."""


class StoppedError(Exception):
    """Somebody asked to stop: what is not sent stays so."""


class _GoneError(Exception):
    """Sites of an upload are not live any more; `changes` are their updates."""

    def __init__(self, changes: tuple[Change, ...]) -> None:
        super().__init__()
        self.changes = changes


class _Part(Struct, frozen=True):
    """A sheet still to be sent: the number of the attempt, and whether it is the rest of one with row errors."""

    sheet: UploadSheet
    attempt: int = 1
    is_rest: bool = False


class _Progress(Struct):
    batch: int = 0
    taken: bool = False
    alone: int = 0
    numbering: Numbering = field(default_factory=Numbering)


class Sender:
    """Sends sheets; tells of each upload before and after.

    `live` is about how many sites are live. `may_send` is called before each request: it raises StoppedError when
    somebody asked to stop, and a DfsyncError when the lock is not held any more.
    """

    def __init__(
        self, client: Client, settings: ApiSettings, live: int, tell: Tell, may_send: Callable[[], None]
    ) -> None:
        self._client = client
        self._settings = settings
        self._live = live
        self._tell = tell
        self._may_send = may_send
        self._so_far = _Progress()
        self._pending: list[_Part] = []
        self._looked_at = time.monotonic()
        self._updates: list[Change] = []
        self._gone_ids: frozenset[str] = frozenset()

    def send(self, sheets: Iterable[UploadSheet]) -> DfsyncError | None:
        """Send all sheets; returns what ended the sending before its end, None when nothing did."""
        sheets = list(sheets)
        self._pending.clear()
        self._updates = [change for sheet in sheets for change in sheet.rows if _is_update(change)]
        try:
            self._then(*map(_Part, sheets))
            while self._pending:
                self._send(self._pending.pop())
        except StoppedError:
            return None
        except DfsyncError as error:
            return error
        return None

    def _then(self, *parts: _Part) -> None:
        """Send these parts next, in this order."""
        self._pending.extend(reversed(parts))

    def _send(self, part: _Part) -> None:
        sheet = part.sheet
        self._may_send()
        self._look_now_and_then()
        if gone := [change for change in sheet.rows if _is_update(change) and change.id in self._gone_ids]:
            self._leave_out(gone, sheet)
            return
        self._so_far.batch += 1
        batch = self._so_far.batch
        self._tell(Sending(batch, sheet))
        try:
            answer = self._client.import_sheets(_upload(sheet), lambda: self._check(sheet))
        except LostAnswerError as error:
            self._tell(AnswerLost(batch, sheet, error.message, error.request_id))
            self._look(batch, part, error)
        except StatusError as error:
            self._refused(batch, sheet, error)
        except _GoneError as error:
            self._tell(Refused(batch, sheet, "", None, final=False, refused=False))
            self._leave_out(error.changes, sheet)
        except (DfsyncError, StoppedError) as error:
            message = error.message if isinstance(error, DfsyncError) else ""
            self._tell(Refused(batch, sheet, message, _request_id(error), final=True, refused=False))
            raise
        else:
            errors = answer.errors["sites" if sheet.kind is Kind.SITE else "site_contacts"]
            problems, self._so_far.numbering = attributed(errors, sheet, self._so_far.numbering)
            self._so_far.taken = self._so_far.taken or not problems
            self._tell(Answered(batch, sheet, problems, answer.request_id))
            if problems:
                self._send_unnamed(batch, part, problems)

    def _look_now_and_then(self) -> None:
        """Look at live if the last look is long ago, and note which of the sites to update are gone."""
        if time.monotonic() - self._looked_at > LOOK_AGAIN_S:
            self._looked_at = time.monotonic()
            live = self._reread(self._updates)
            self._gone_ids = frozenset(change.id for change in self._updates if change.id not in live)

    def _check(self, sheet: UploadSheet) -> None:
        """Make sure, before an upload is repeated after a wait, that it may be sent as it is."""
        self._may_send()
        if gone := self._gone(sheet):
            raise _GoneError(gone)

    def _gone(self, sheet: UploadSheet) -> tuple[Change, ...]:
        """Look at live, and return the updates of a sheet whose sites are not there any more."""
        updates = [change for change in sheet.rows if _is_update(change)]
        live = self._reread(updates)
        return tuple(change for change in updates if change.id not in live)

    def _leave_out(self, gone: Sequence[Change], sheet: UploadSheet) -> None:
        """Send a sheet without the updates whose sites are gone."""
        self._tell(Gone(tuple(gone)))
        if len(gone) < len(sheet.rows):
            self._then(_Part(sheet.without(gone)))

    def _refused(self, batch: int, sheet: UploadSheet, error: StatusError) -> None:
        """Divide a sheet that the API refused as a whole. Raise an error that any part of it would meet as well."""
        alone = len(sheet.rows) == 1
        said = error.said or error.message
        divided = error.divides and not alone
        self._tell(Refused(batch, sheet, said, error.request_id, final=not divided, refused=error.divides))
        if not error.divides:
            raise error
        if alone:
            self._count_alone(error)
        else:
            self._then(*map(_Part, sheet.halves()))

    def _send_unnamed(self, batch: int, part: _Part, problems: Sequence[RowProblem]) -> None:
        """Send again what an answer with row errors leaves open: unnamed rows that live does not show.

        They are divided where nothing was named, or where the server names few rows at a time.
        """
        sheet = part.sheet
        named = {change.id for problem in problems if problem.certain for change in problem.changes}
        rows = [change for change in sheet.rows if change.id not in named]
        if len(sheet.rows) == 1 or all(problem.of_sheet for problem in problems):
            self._count_alone(ApiError(f"the API found an error in each of {MOST_ALIKE} rows, and took none"))
            return
        if sheet.kind is Kind.SITE:
            rows = self._not_there(batch, sheet, rows)
        if not rows:
            return
        rest = sheet.of(rows)
        whole = len(rows) == 1 or (named and not part.is_rest)
        self._then(*(_Part(left, is_rest=True) for left in ((rest,) if whole else rest.halves())))

    def _count_alone(self, error: ApiError) -> None:
        """Count a row that was refused alone; raise the error when the API seems to refuse everything."""
        self._so_far.alone += 1
        if self._so_far.alone >= MOST_ALIKE and not self._so_far.taken:
            raise error

    def _look(self, batch: int, part: _Part, error: LostAnswerError) -> None:
        """Wait, look at live, and send again what it does not show.

        Contacts can't be looked at. They are sent again only where the API answered that it failed (5xx).
        """
        sheet, contacts = part.sheet, part.sheet.kind is Kind.CONTACT
        if contacts and (error.status or 0) < HTTPStatus.INTERNAL_SERVER_ERROR:
            return
        self._may_send()
        if not self._client.wait(error, part.attempt):
            if contacts:
                return
            raise error
        left = sheet.rows if contacts else self._not_there(batch, sheet, sheet.rows)
        if left:
            self._then(_Part(sheet.of(left), part.attempt + 1, part.is_rest))

    def _not_there(self, batch: int, sheet: UploadSheet, rows: Sequence[Change]) -> list[Change]:
        """Look at live, tell what it shows of an upload, and return the rows that it does not show.

        Updates of sites that are not live any more are not among them.
        """
        live = self._reread(rows)
        gone = tuple(change for change in rows if _is_update(change) and change.id not in live)
        there = tuple(change for change in rows if landed(change, live.get(change.id)))
        self._tell(RowsInLive(batch, sheet, there))
        if gone:
            self._tell(Gone(gone))
        self._so_far.taken = self._so_far.taken or bool(there)
        done = {change.id for change in (*there, *gone)}
        return [change for change in rows if change.id not in done]

    def _reread(self, changes: Sequence[Change]) -> dict[str, LiveSite]:
        return reread(self._client, [change.id for change in changes], self._live, self._settings)


def landed(change: Change, live: LiveSite | None) -> bool:
    """Whether live shows that an upload took effect: the site is there, or a planned cell is not any more as before."""
    if change.action is Action.CREATE or live is None:
        return live is not None
    return any(r.outcome is not FieldOutcome.AS_BEFORE for r in field_readings(change, live, told_wrong=True))


def _is_update(change: Change) -> bool:
    return change.kind is Kind.SITE and change.action is Action.UPDATE


def _upload(sheet: UploadSheet) -> Upload:
    return Upload(sites=sheet.data) if sheet.kind is Kind.SITE else Upload(contacts=sheet.data)


def _request_id(error: Exception) -> str | None:
    return error.request_id if isinstance(error, RequestError) else None
