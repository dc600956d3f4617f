"""The plan as a value. Apply does what is in it and nothing else."""

from __future__ import annotations

from msgspec import Struct, field

from dfsync.diff.changes import Action, Change, SpecialDay
from dfsync.files.selection import SiteSelection
from dfsync.model.kind import Kind


class Unmanaged(Struct, frozen=True):
    """A site that is live and in no file. `was_managed` says that state remembers having sent it."""

    id: str
    name: str
    was_managed: bool = False


class LeftBehind(Struct, frozen=True):
    """A contact that state remembers and that no file has. Nothing can delete it. `id` is a keyed digest."""

    site: str
    id: str


class LookAlike(Struct, frozen=True):
    """A create that looks like a mistake. `other` is the live or desired id that it resembles, and `why` says how."""

    id: str
    other: str
    why: str


class PendingFigures(Struct, frozen=True):
    """The figures that the guards check: all pending changes of the whole target, also under `--only`.

    They count sites, and cells for `clears`. `drifted` counts sites that were edited or deleted in live. `live` is the
    size of the export, and `last_applied` is how many sites state remembers; the guard against a shrunken export
    compares the two. `exceptions` counts the updates that consist of dated exceptions alone, and `exceptions_begin`
    those of them in which an exception begins.
    """

    live: int
    last_applied: int
    creates: int
    updates: int
    clears: int
    lookalikes: tuple[LookAlike, ...] = ()
    drifted: int = 0
    exceptions: int = 0
    exceptions_begin: int = 0


class Refusal(Struct, frozen=True):
    """The reason why a guard refuses a plan, and the option that lets the plan through.

    `what` is the name before the `=` of `--accept WHAT=N`, such as `updates`. `accept` is the whole option, valid for
    this plan only.
    """

    what: str
    message: str
    accept: str


class PlanTarget(Struct, frozen=True):
    """The target that a plan is for."""

    name: str
    customer_id: int
    base_url: str


class PlanSource(Struct, frozen=True):
    """The commit of the files, and whether the work tree differed from it. None means that it is not known.

    `lacks` is the commit of the last apply if the history of the files is known not to contain it. The checkout is then
    older than what was applied, and the plan would undo later changes.
    """

    commit: str | None = None
    dirty: bool | None = None
    lacks: str | None = None


class ComingDay(Struct, frozen=True):
    """A day that differs from the usual week, and the number of sites at which it does."""

    day: SpecialDay
    sites: int


class NoLongerManaged(Struct, frozen=True):
    """Fields that were applied to sites before, and that no file writes for them any more."""

    fields: tuple[str, ...]
    sites: tuple[str, ...]


class Plan(Struct, frozen=True):
    """A plan. `changes` are sorted: sites before contacts, each by id.

    `kept` are drifted fields that `on_drift: keep` shows and does not send. `normalised` are fields that live has in
    the server's own spelling; they count as right. `selection` says for which sites the user asked, and
    `only_exceptions` that the user asked for nothing but dated exceptions. `coming` are the days of the next weeks that
    differ from the usual week. `no_longer_managed` are fields that live keeps as they are, since no file writes them.
    """

    target: PlanTarget
    source: PlanSource
    created_at: str
    changes: tuple[Change, ...]
    unchanged: int
    pending: PendingFigures
    unmanaged: tuple[Unmanaged, ...] = ()
    left_behind: tuple[LeftBehind, ...] = ()
    kept: tuple[Change, ...] = ()
    normalised: tuple[Change, ...] = ()
    selection: SiteSelection = field(default_factory=SiteSelection)
    has_state: bool = False
    contacts_known: bool = True
    coming: tuple[ComingDay, ...] = ()
    only_exceptions: bool = False
    no_longer_managed: tuple[NoLongerManaged, ...] = ()

    def of(self, kind: Kind, action: Action | None = None) -> tuple[Change, ...]:
        """Return the changes of one kind, and one action if given."""
        return tuple(c for c in self.changes if c.kind is kind and (action is None or c.action is action))

    @property
    def summary(self) -> dict[str, int]:
        """The counts of the plan file's `summary`."""
        site, contact = Kind.SITE, Kind.CONTACT
        return {
            "create": len(self.of(site, Action.CREATE)),
            "update": len(self.of(site, Action.UPDATE)),
            "unchanged": self.unchanged,
            "unmanaged": len(self.unmanaged),
            "contacts_create": len(self.of(contact, Action.CREATE)),
            "contacts_update": len(self.of(contact, Action.UPDATE)),
        }
