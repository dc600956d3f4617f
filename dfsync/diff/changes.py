"""Changes of sites and contacts, field by field: what a plan holds, and what the comparison of two revisions finds."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

from dfsync.model.hours import Week
from dfsync.model.kind import Kind
from dfsync.model.place import Source


class Action(StrEnum):
    """What a change does. A plan never removes, since the API can't delete; between two revisions an entry can go."""

    CREATE = "create"
    UPDATE = "update"
    REMOVE = "remove"


class Cause(StrEnum):
    """Why a field differs: the files changed, live was edited elsewhere, or both."""

    CHANGE = "change"
    DRIFT = "drift"
    BOTH = "both"


class Absent(Enum):
    """Not written at all: such a field is not managed. None is another thing: an empty value."""

    ABSENT = "not managed"


ABSENT = Absent.ABSENT


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after: each is a `Value` (text, groups, a week, None for empty).

    Between two revisions either may be ABSENT, or what no column holds, such as a dated exception; `column` is "" then.
    """

    field: str
    column: str
    before: Any
    after: Any
    cause: Cause = Cause.CHANGE


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A dated exception that shapes the week that is sent: a person must see that it will not last.

    `hours` are as a person reads them, `closed` when there are none; `written_in` says which calendar, profile or
    default has it, "" for the site itself.
    """

    date: datetime.date
    hours: str
    note: str = ""
    written_in: str = ""


class ExceptionTurn(StrEnum):
    """How a change comes from the day alone: only dated exceptions differ from what live shows since another day.

    One that live did not have begins; else they go on, or the usual hours return.
    """

    BEGIN = "begin"
    GO_ON = "go_on"


@dataclass(frozen=True, slots=True)
class Change:
    """One row: a site or contact to create or update.

    `live_digest` is what the plan saw of a site (None for a create); `required` has live's values of required columns
    that the site leaves unmanaged; `day` is the site's local date for which dated exceptions were rendered, None
    where the site has none, and `special` are those that shape the hours; `turn` is set where nothing but dated
    exceptions is new in the hours. A create `was_live` where state
    remembers the site: somebody took it away. `site` is a contact's site in normal form, "" for a site itself.
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
        """Whether anything of it was edited elsewhere, or the site taken away."""
        return any(field.cause is not Cause.CHANGE for field in self.fields)

    @property
    def turns_only(self) -> bool:
        """Whether it is of dated exceptions alone."""
        return self.turn is not None and len(self.fields) == 1

    @property
    def clears(self) -> int:
        """How many cells of an update become empty; hours that become closed all week count, too."""
        if self.action is Action.CREATE:
            return 0
        return sum(1 for change in self.fields if _is_nothing(change.after) and not _is_nothing(change.before))


def _is_nothing(value: object) -> bool:
    return value is None or (isinstance(value, Week) and value.closed)
