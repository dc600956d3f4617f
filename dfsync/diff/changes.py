"""Changes of sites and contacts, field by field. A plan consists of them, and so does a comparison of revisions."""

from __future__ import annotations

import datetime
from enum import Enum, StrEnum
from typing import Any

from msgspec import Struct

from dfsync.model.hours.week import Week
from dfsync.model.kind import Kind
from dfsync.model.place import Source


class Action(StrEnum):
    """What a change does. A plan never removes, since the API can't delete. Between two revisions an entry can go."""

    CREATE = "create"
    UPDATE = "update"
    REMOVE = "remove"


class Cause(StrEnum):
    """Why a field differs: the files changed, live was edited elsewhere, or both."""

    CHANGE = "change"
    DRIFT = "drift"
    BOTH = "both"


class Absent(Enum):
    """The field is not written at all, so it is not managed. None is something else: an empty value."""

    ABSENT = "not managed"


ABSENT = Absent.ABSENT


class FieldChange(Struct, frozen=True):
    """One field before and after. Each side is a `Value`: text, groups, a week, or None for empty.

    Between two revisions, a side may be ABSENT. It may also be something that has no column, such as a dated exception;
    `column` is then "".
    """

    field: str
    column: str
    before: Any
    after: Any
    cause: Cause = Cause.CHANGE


class SpecialDay(Struct, frozen=True):
    """A dated exception that shapes the week that is sent. Reports show it, since it does not last.

    `hours` are as a person reads them, `closed` if there are none. `written_in` names the calendar, profile or default
    that has the exception; it is "" for the site itself.
    """

    date: datetime.date
    hours: str
    note: str = ""
    written_in: str = ""


class ExceptionTurn(StrEnum):
    """The reason why hours change although the files did not: other dated exceptions count on another day.

    An exception begins, an exception goes on, or the usual hours return.
    """

    BEGIN = "begin"
    GO_ON = "go_on"


class Change(Struct, frozen=True):
    """A site or contact to create, update or remove.

    `live_digest` is the digest of the site that the plan saw (None for a create). `required` has the cells of required
    columns that the site leaves unmanaged, as live has them. `day` is the local date of the site for which dated
    exceptions were rendered (None if it has none), and `special` are the exceptions that shape the hours. `turn` is set
    if only dated exceptions make the hours differ. `was_live` says of a create that state remembers the site, so
    somebody deleted it in live. `site` is the site of a contact in normal form, "" for a site.
    """

    kind: Kind
    action: Action
    id: str
    name: str
    source: Source
    fields: tuple[FieldChange, ...]
    live_digest: str | None = None
    required: tuple[tuple[str, str], ...] = ()
    day: datetime.date | None = None
    special: tuple[SpecialDay, ...] = ()
    was_live: bool = False
    site: str = ""
    turn: ExceptionTurn | None = None

    @property
    def drifted(self) -> bool:
        """Whether any of its fields was edited elsewhere, or the site was deleted in live."""
        return any(field.cause is not Cause.CHANGE for field in self.fields)

    @property
    def turns_only(self) -> bool:
        """Whether the change consists of dated exceptions alone."""
        return self.turn is not None and len(self.fields) == 1

    @property
    def clears(self) -> int:
        """How many cells of an update become empty. Hours that become closed all week count too."""
        if self.action is Action.CREATE:
            return 0
        return sum(1 for change in self.fields if _is_nothing(change.after) and not _is_nothing(change.before))


def _is_nothing(value: object) -> bool:
    return value is None or (isinstance(value, Week) and value.closed)
