"""The plan as a value. Everything that apply may do stands in it, and nothing else is done."""

from __future__ import annotations

from dataclasses import dataclass, field

from dfsync.diff.changes import Action, Change, SpecialDay
from dfsync.files.selection import SiteSelection
from dfsync.model.kind import Kind


@dataclass(frozen=True, slots=True)
class Unmanaged:
    """A site that is live and in no file; `was_managed` when state remembers having sent it."""

    id: str
    name: str
    was_managed: bool = False


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A contact that state remembers and no file has; nothing can delete it. `id` is a keyed digest."""

    site: str
    id: str


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A create that looks like a slip: `other` is the live or desired id it resembles, `why` says how."""

    id: str
    other: str
    why: str


@dataclass(frozen=True, slots=True)
class Pending:
    """What the guards judge: all pending changes of the whole target, also under `--only`.

    Counts of sites (`drifted`: edited elsewhere or taken away), and of cells for `clears`. `live` is the size of
    the export and `last_applied` how many sites state remembers, for the guard against a shrunken export. `exceptions`
    are those of the updates that only dated exceptions make, `exceptions_begin` those of them where one begins.
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


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a guard lets nothing be sent: `what` it judged, the figure in words, and the words that let it through.

    `what` is the name before the `=` of `--accept WHAT=N`, such as `updates`; `accept` the whole option, exact for
    this plan alone.
    """

    what: str
    message: str
    accept: str


@dataclass(frozen=True, slots=True)
class PlanTarget:
    """The target that a plan is for."""

    name: str
    customer_id: int
    base_url: str


@dataclass(frozen=True, slots=True)
class PlanSource:
    """The commit that the files were at, and whether the work tree differed from it; None where it is not known.

    `lacks` is the commit of the last apply when the files' history is known not to have it: an older checkout would
    undo what came later.
    """

    commit: str | None = None
    dirty: bool | None = None
    lacks: str | None = None


@dataclass(frozen=True, slots=True)
class ComingDay:
    """A day that differs from the week, and at how many sites it is so."""

    day: SpecialDay
    sites: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan. `changes` are sorted: sites before contacts, each by id.

    `kept` are drifted fields that `on_drift: keep` shows and does not send; `normalised` are fields that live spells by
    its own rules and that count as right; `selection` says which sites were asked for, `only_exceptions` that nothing
    but dated exceptions was. `coming` are the days of the next weeks that differ.
    """

    target: PlanTarget
    source: PlanSource
    created_at: str
    changes: tuple[Change, ...]
    unchanged: int
    pending: Pending
    unmanaged: tuple[Unmanaged, ...] = ()
    left_behind: tuple[LeftBehind, ...] = ()
    kept: tuple[Change, ...] = ()
    normalised: tuple[Change, ...] = ()
    selection: SiteSelection = field(default_factory=SiteSelection)
    has_state: bool = False
    contacts_known: bool = True
    coming: tuple[ComingDay, ...] = ()
    only_exceptions: bool = False

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
