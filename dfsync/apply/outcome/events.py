"""The events of an apply: one stream, to which journal, receipt and progress listen.

`batch` counts uploads in the order of sending, from 1. An upload that is divided or sent again gets a new number.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from dfsync.apply.outcome.field_outcome import FieldReading
from dfsync.apply.outcome.row_errors import RowProblem
from dfsync.diff.changes import Change
from dfsync.plan.values import Plan, Refusal
from dfsync.render.sheets import UploadSheet
from dfsync.state.lock.holder import Holder


class LockWatched(Struct, frozen=True):
    """Somebody elsewhere holds the lock. It is watched for a while to see whether it is still renewed."""

    holder: Holder


class LockLeft(Struct, frozen=True):
    """A dead process had left the lock."""

    holder: Holder


class Resumed(Struct, frozen=True):
    """An earlier apply was killed: when it began, how many uploads it sent, how many of them were answered."""

    begun_at: str
    sent: int
    answered: int
    rows: int


class PlanReady(Struct, frozen=True):
    """The plan is ready, with the refusals of the guards. Nothing was sent yet."""

    plan: Plan
    digest: str
    refusals: tuple[Refusal, ...]
    accepted: tuple[str, ...]


class AlreadySent(Struct, frozen=True):
    """These changes of a saved plan are already done: an earlier apply of this plan that did not end sent them."""

    changes: tuple[Change, ...]


class Sending(Struct, frozen=True):
    """An upload is about to be sent."""

    batch: int
    sheet: UploadSheet


class Answered(Struct, frozen=True):
    """The API processed an upload. It accepted the rows without a problem."""

    batch: int
    sheet: UploadSheet
    problems: tuple[RowProblem, ...]
    request_id: str | None


class Refused(Struct, frozen=True):
    """An upload had no effect. `final` unless its rows are sent again; `refused` if the API said so of these rows."""

    batch: int
    sheet: UploadSheet
    message: str
    request_id: str | None
    final: bool
    refused: bool


class AnswerLost(Struct, frozen=True):
    """The answer to an upload was lost: it may have taken effect."""

    batch: int
    sheet: UploadSheet
    message: str
    request_id: str | None


class RowsInLive(Struct, frozen=True):
    """Before an upload was repeated, live was looked at. It shows these rows of the upload."""

    batch: int
    sheet: UploadSheet
    landed: tuple[Change, ...]


class Gone(Struct, frozen=True):
    """The sites of these updates are no longer live. They are not sent, since that would create the sites."""

    changes: tuple[Change, ...]


class Withheld(Struct, frozen=True):
    """These contacts are not sent: the API refused to create their sites."""

    changes: tuple[Change, ...]


class Verifying(Struct, frozen=True):
    """This number of sites is exported again."""

    sites: int


class NotSeenYet(Struct, frozen=True):
    """Live does not yet show what was sent to these sites. They are looked at again, within a bounded time."""

    sites: int
    most_s: float


class Verified(Struct, frozen=True):
    """What live shows of a site that was sent, field by field."""

    change: Change
    readings: tuple[FieldReading, ...]


Event = (
    LockWatched
    | LockLeft
    | Resumed
    | PlanReady
    | AlreadySent
    | Sending
    | Answered
    | Refused
    | AnswerLost
    | RowsInLive
    | Gone
    | Withheld
    | Verifying
    | NotSeenYet
    | Verified
)
Tell = Callable[[Event], None]
