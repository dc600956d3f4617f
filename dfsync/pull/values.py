"""The input and the result of a pull, as plain values."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from dfsync.model.fields import Field
from dfsync.model.live import LiveSite
from dfsync.model.site import Site
from dfsync.model.values import Value


class IncomingSite(Struct, frozen=True):
    """A site to take in. If it is partial, as a row of a spreadsheet is, only its own columns count.

    A spreadsheet that people keep has the usual week, and not the one that exceptions shape today. Its columns also add
    fields that a file leaves out.
    """

    live: LiveSite
    partial: bool = False
    kept_by_people: bool = False

    def knows(self, field: Field) -> bool:
        """Whether the site has a value for a field, or says that it is empty."""
        return not self.partial or field.column in self.live.row


class SiteUpdate(Struct, frozen=True):
    """A site of the files and its new values. None empties a field."""

    site: Site
    values: Mapping[str, Value]


class NewSite(Struct, frozen=True):
    """A site that no file has: its values, none of them empty, and its contacts.

    `empty` are the fields that are certainly empty; a default of the files must not fill them in.
    """

    id: str
    values: Mapping[str, Value]
    empty: frozenset[str] = frozenset()
    contacts: tuple[Mapping[str, str], ...] = ()


class Notice(Struct, frozen=True):
    """Something that the user is told: what, and for which site or contact."""

    what: str
    who: str


class FileChange(Struct, frozen=True):
    """A file before and after. None before means a new file."""

    path: str
    before: bytes | None
    after: bytes


class PullResult(Struct, frozen=True):
    """What a pull would write, and what to tell the user."""

    changes: tuple[FileChange, ...]
    notices: tuple[Notice, ...]
    created: int = 0
    updated: int = 0
    refusals: tuple[UnfitValue, ...] = ()
    placed: tuple[tuple[str, NewSite], ...] = ()
    """The new sites with the paths of their files."""


class PullScope(Struct, frozen=True):
    """What the user wants: all sites or those with these ids, only drift, only unmanaged sites.

    With `force`, fields that were edited in the files and not yet applied are taken too.
    """

    ids: frozenset[str] = frozenset()
    only_drift: bool = False
    only_unmanaged: bool = False
    force: bool = False


class UnfitValue(Struct, frozen=True):
    """A value that no file may hold: the site, the field, why, and the code of the rule that says so."""

    site: str
    field: str
    reason: str
    code: str


class Notices(Struct):
    """The notices so far, and the values that were refused."""

    notices: list[Notice] = field(default_factory=list)
    refusals: list[UnfitValue] = field(default_factory=list)

    def add(self, what: str, who: str) -> None:
        """Add a notice."""
        self.notices.append(Notice(what, who))
