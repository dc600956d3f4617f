"""Looks at live after sending. Success is what a fresh export shows, and not what the import answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from dfsync.api.client import Client
from dfsync.apply.outcome.events import NotSeenYet, Tell, Verified, Verifying
from dfsync.apply.outcome.field_outcome import FieldOutcome, FieldReading, field_readings
from dfsync.apply.refetch import reread
from dfsync.diff.changes import Action, Change, FieldChange
from dfsync.model.fields import FIELD_OF_COLUMN, FieldKind
from dfsync.model.last_applied import LastApplied
from dfsync.model.live import LiveSite
from dfsync.model.settings import ApiSettings
from dfsync.model.values import same

_FIRST_PAUSE_S = 0.5


class Verification(Struct, frozen=True):
    """How to look at live: `live` is about how many sites there are.

    `told_wrong` says whether the API reported an error for a row; `pause` waits so many seconds, and returns False when
    it should not be waited any longer.
    """

    client: Client
    settings: ApiSettings
    live: int
    last_applied: LastApplied
    told_wrong: Callable[[Change], bool]
    tell: Tell
    pause: Callable[[float], bool]

    def run(self, changes: Sequence[Change]) -> dict[str, LiveSite]:
        """Export the changed sites again, tell of each what live shows, and return them by id. Raises ApiError.

        An export may show an import late: what is not seen yet is looked at again, for `api.settle_s` at most.
        """
        self.tell(Verifying(len(changes)))
        found = self._reread(changes)
        late = self._late(changes, found)
        if late and self.settings.settle_s:
            self.tell(NotSeenYet(len(late), self.settings.settle_s))
        for pause_s in _pauses(self.settings.settle_s):
            if not (late and self.pause(pause_s)):
                break
            found |= self._reread(late)
            late = self._late(late, found)
        for change in changes:
            self.tell(Verified(change, self._readings(change, found)))
        return found

    def _late(self, changes: Sequence[Change], found: dict[str, LiveSite]) -> list[Change]:
        """Return the changes of which live shows a value as before. An update whose site is gone is not among them."""
        return [
            change
            for change in changes
            if (change.action is Action.CREATE or change.id in found)
            and not self.told_wrong(change)
            and any(reading.outcome is FieldOutcome.AS_BEFORE for reading in self._readings(change, found))
        ]

    def _readings(self, change: Change, found: dict[str, LiveSite]) -> tuple[FieldReading, ...]:
        known, key = self.last_applied.sites.get(change.id), self.last_applied.key
        live, told_wrong = found.get(change.id), self.told_wrong(change)
        if live is not None and not told_wrong:
            change = replace(change, fields=(*change.fields, *_changed_on_the_way(change, live)))
        return field_readings(change, live, known, key, told_wrong=told_wrong)

    def _reread(self, changes: Sequence[Change]) -> dict[str, LiveSite]:
        return reread(self.client, [change.id for change in changes], self.live, self.settings)


def _changed_on_the_way(change: Change, live: LiveSite) -> Iterator[FieldChange]:
    """Yield the required cells that were sent unchanged and that live shows with another value afterwards."""
    changed = {field.column for field in change.fields}
    for column, sent in change.required:
        field = FIELD_OF_COLUMN.get(column)
        if field is None or field.kind is not FieldKind.TEXT or column in changed:
            continue
        if not same(field, live.value(field), sent):
            yield FieldChange(field.name, column, sent, sent)


def _pauses(most_s: float) -> Iterator[float]:
    """Yield growing pauses whose sum is a number of seconds."""
    pause_s, left_s = _FIRST_PAUSE_S, most_s
    while left_s > 0:
        yield min(pause_s, left_s)
        left_s -= pause_s
        pause_s *= 2
