"""Changes of sites and contacts, field by field: what a plan holds, and what the comparison of two revisions finds."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Change:
    """One row: a site or contact to create or update.

    `live_digest` is what the plan saw of a site (None for a create); `required` has live's values of required columns
    that the site leaves unmanaged; `day` is the site's local date for which dated exceptions were rendered, None
    where the site has none, and `special` are those that shape the hours. A create `was_live` where state
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

    @property
    def drifted(self) -> bool:
        """Whether anything of it was edited elsewhere, or the site taken away."""
        return any(field.cause is not Cause.CHANGE for field in self.fields)

    @property
    def clears(self) -> int:
        """How many cells of an update become empty."""
        if self.action is Action.CREATE:
            return 0
        return sum(1 for change in self.fields if change.after is None and change.before is not None)
