"""Looking at live after sending. Success is what a fresh export shows, not what the import answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dfsync.api.client import Client
from dfsync.apply.events import Tell, Verified, Verifying
from dfsync.apply.field_outcome import FieldOutcome, FieldReading, field_readings
from dfsync.apply.refetch import reread
from dfsync.diff.changes import Change
from dfsync.model.live import LiveSite
from dfsync.model.settings import ApiSettings

AGAIN_AFTER_S = 1.0
"""The documents do not say that an export shows an import at once: what seems not to have landed is looked at twice."""


def verify(
    client: Client,
    changes: Sequence[Change],
    live: int,
    settings: ApiSettings,
    told_wrong: Callable[[Change], bool],
    tell: Tell,
    pause: Callable[[float], None],
) -> dict[str, LiveSite]:
    """Export the changed sites again, tell of each what live shows, and return them by id. Raises ApiError."""
    tell(Verifying(len(changes)))
    found = reread(client, [change.id for change in changes], live, settings)
    late = [c.id for c in changes if not told_wrong(c) and _untouched(field_readings(c, found.get(c.id)))]
    if late:
        pause(AGAIN_AFTER_S)
        found |= reread(client, late, live, settings)
    for change in changes:
        tell(Verified(change, field_readings(change, found.get(change.id), told_wrong=told_wrong(change))))
    return found


def _untouched(seen: tuple[FieldReading, ...]) -> bool:
    return any(reading.outcome is FieldOutcome.REFUSED for reading in seen)
