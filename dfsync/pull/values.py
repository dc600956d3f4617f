"""What a pull is given and what it comes to. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dfsync.model.fields import Field
from dfsync.model.live import LiveSite
from dfsync.model.site import Site
from dfsync.model.values import Value


@dataclass(frozen=True, slots=True)
class Incoming:
    """A site to take in. Of a partial one, such as a row of a spreadsheet, only the columns that are there count.

    What people keep is the usual week, not the one that exceptions shape today, and it adds the fields that it has.
    """

    live: LiveSite
    partial: bool = False
    kept_by_people: bool = False

    def knows(self, field: Field) -> bool:
        """Whether it says anything about a field, be it that it is empty."""
        return not self.partial or field.column in self.live.row


@dataclass(frozen=True, slots=True)
class SiteUpdate:
    """A site of the files with the values that it takes over; None empties a field."""

    site: Site
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class NewSite:
    """A site that no file has: the values that it will be written with, none of them empty, and its contacts.

    `empty` are the fields that are empty for certain, where a default of the files must not fill in.
    """

    id: str
    values: Mapping[str, Value]
    empty: frozenset[str] = frozenset()
    contacts: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the user is told: what, and about which of the many it is."""

    what: str
    who: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file before and after; None before is a new file."""

    path: str
    before: bytes | None
    after: bytes


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull would write, and what there is to tell."""

    changes: tuple[FileChange, ...]
    notices: tuple[Notice, ...]
    created: int = 0
    updated: int = 0
    refusals: tuple[UnfitValue, ...] = ()


@dataclass(frozen=True, slots=True)
class PullScope:
    """What of live is wanted: all sites or those with the ids, only drift, only what no file has.

    `force` takes over fields that were edited in the files and not yet applied.
    """

    ids: frozenset[str] = frozenset()
    only_drift: bool = False
    only_unmanaged: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class UnfitValue:
    """A value that no file may hold: the site, the field, and why."""

    site: str
    field: str
    reason: str


@dataclass(slots=True)
class Notices:
    """Notices as they come up, and the values that were refused."""

    notices: list[Notice] = field(default_factory=list)
    refusals: list[UnfitValue] = field(default_factory=list)

    def add(self, what: str, who: str) -> None:
        """Keep a notice."""
        self.notices.append(Notice(what, who))
