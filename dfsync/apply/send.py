"""Sending the uploads of a plan, one after the other, whatever the API makes of them.

- 413, or a batch refused whole (400, 413, 422, a 200 that says no): divided until the rows that are refused are alone;
  a single row is never repeated.
- An answer that is lost: wait, look at live, send again what live does not show. Contacts can't be looked at, so they
  are sent again after a 5xx alone; where no answer came they stay unverified.
- Anything else that the client could not get through ends the sending; what was not sent says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus

from dfsync.api.client import Client
from dfsync.api.errors import LostAnswerError, RequestError, StatusError
from dfsync.api.values import Upload
from dfsync.apply.events import Answered, AnswerLost, Refused, RowsInLive, Sending, Tell
from dfsync.apply.field_outcome import FieldOutcome, field_readings
from dfsync.apply.refetch import reread
from dfsync.apply.row_errors import Numbering, attributed
from dfsync.diff.changes import Action, Change
from dfsync.errors import ApiError
from dfsync.model.kind import Kind
from dfsync.model.live import LiveSite
from dfsync.model.settings import ApiSettings
from dfsync.render.sheets import UploadSheet

MOST_ALIKE = 200
"""So many rows refused one by one, and none taken, say that the API refuses everything."""


class StoppedError(Exception):
    """Somebody asked to stop: what is not sent stays so."""


@dataclass(slots=True)
class _Progress:
    batch: int = 0
    taken: bool = False
    alone: int = 0
    numbering: Numbering = field(default_factory=Numbering)


class Sender:
    """Sends sheets; tells of each upload before and after. `stop` is asked before each upload."""

    def __init__(self, client: Client, settings: ApiSettings, live: int, tell: Tell, stop: Callable[[], bool]) -> None:
        self._client = client
        self._settings = settings
        self._live = live
        self._tell = tell
        self._stop = stop
        self._so_far = _Progress()

    def send(self, sheets: Iterable[UploadSheet]) -> ApiError | None:
        """Send all sheets; returns what ended the sending before its end, None when nothing did."""
        try:
            for sheet in sheets:
                self._send(sheet)
        except StoppedError:
            return None
        except ApiError as error:
            return error
        return None

    def _send(self, sheet: UploadSheet, attempt: int = 1) -> None:
        if self._stop():
            raise StoppedError
        self._so_far.batch += 1
        batch = self._so_far.batch
        self._tell(Sending(batch, sheet))
        try:
            answer = self._client.import_sheets(_upload(sheet))
        except LostAnswerError as error:
            self._tell(AnswerLost(batch, sheet, error.message, error.request_id))
            self._look(batch, sheet, error, attempt)
        except StatusError as error:
            self._refused(batch, sheet, error)
        except ApiError as error:
            self._tell(Refused(batch, sheet, error.message, _request_id(error), final=True, refused=False))
            raise
        else:
            self._so_far.taken = True
            errors = answer.errors["sites" if sheet.kind is Kind.SITE else "site_contacts"]
            problems, self._so_far.numbering = attributed(errors, sheet, self._so_far.numbering)
            self._tell(Answered(batch, sheet, problems, answer.request_id))

    def _refused(self, batch: int, sheet: UploadSheet, error: StatusError) -> None:
        """Divide what the API refused as a whole; raise what it would refuse in any part."""
        alone = len(sheet.rows) == 1
        said = error.said or error.message
        divided = error.divides and not alone
        self._tell(Refused(batch, sheet, said, error.request_id, final=not divided, refused=error.divides))
        if not error.divides:
            raise error
        self._so_far.alone += alone
        if self._so_far.alone >= MOST_ALIKE and not self._so_far.taken:
            raise error
        if divided:
            for half in sheet.halves():
                self._send(half)

    def _look(self, batch: int, sheet: UploadSheet, error: LostAnswerError, attempt: int) -> None:
        """Wait, look at live, and send again what it does not show.

        Contacts can't be looked at. They are sent again only where the API answered that it failed (5xx).
        """
        contacts = sheet.kind is Kind.CONTACT
        if contacts and (error.status or 0) < HTTPStatus.INTERNAL_SERVER_ERROR:
            return
        if self._stop():
            raise StoppedError
        if not self._client.wait(error, attempt):
            if contacts:
                return
            raise error
        if contacts:
            self._send(sheet, attempt + 1)
            return
        live = reread(self._client, [change.id for change in sheet.rows], self._live, self._settings)
        there = tuple(change for change in sheet.rows if landed(change, live.get(change.id)))
        self._tell(RowsInLive(batch, sheet, there))
        self._so_far.taken = self._so_far.taken or bool(there)
        if len(there) < len(sheet.rows):
            self._send(sheet.without(there), attempt + 1)


def landed(change: Change, live: LiveSite | None) -> bool:
    """Whether live shows that an upload took effect: the site is there, or a planned cell is not any more as before."""
    if change.action is Action.CREATE or live is None:
        return live is not None
    return any(reading.outcome is not FieldOutcome.REFUSED for reading in field_readings(change, live, told_wrong=True))


def _upload(sheet: UploadSheet) -> Upload:
    return Upload(sites=sheet.data) if sheet.kind is Kind.SITE else Upload(contacts=sheet.data)


def _request_id(error: ApiError) -> str | None:
    return error.request_id if isinstance(error, RequestError) else None
