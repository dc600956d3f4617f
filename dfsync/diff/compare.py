"""The three-way rule: desired, live and last applied, field by field.

Desired (D) is what the files say, live (L) is what the export says, and last applied (A) is the digest of what dfsync
last sent or found right. Only managed fields are compared: a field that no file writes has no D.

    D = L                    right, whatever A says
    D ≠ L, A unknown         change: nobody knows which side moved, so the files win
    D ≠ L, D ≠ A, L = A      change: the files moved
    D ≠ L, D = A, L ≠ A      drift: live was edited elsewhere
    D ≠ L, D ≠ A, L ≠ A      both

If the server stores a value in a spelling of its own, state remembers a pair of digests: of the value that was sent and
of the server's spelling. As long as both still hold, the field is right, and the server's spelling of A counts as A.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from dfsync.diff.changes import Cause
from dfsync.model.fields import FIELDS, Field
from dfsync.model.last_applied import LastAppliedSite
from dfsync.model.live import LiveSite
from dfsync.model.site import Site
from dfsync.model.values import Value, digest, same


class FieldVerdict(StrEnum):
    """Whether a managed field is right, right in the server's own spelling, or different."""

    RIGHT = "right"
    NORMALISED = "normalised"
    DIFFERENT = "different"


class FieldComparison(Struct, frozen=True):
    """A managed field that differs or is spelled otherwise: both values, the verdict, and the cause if they differ."""

    field: Field
    desired: Value
    live: Value
    verdict: FieldVerdict
    cause: Cause = Cause.CHANGE


_COLUMNS = tuple((field.name, field.column, field) for field in FIELDS)


def compare(site: Site, live: LiveSite, last_applied: LastAppliedSite | None, key: bytes) -> Iterator[FieldComparison]:
    """Yield the managed fields of a site that live does not have exactly as desired."""
    fields, row = site.fields, live.row
    for name, column, field in _COLUMNS:
        if name not in fields or (desired := fields[name]) == row.get(column):
            continue  # not managed, or written alike, as most are: no need to parse it
        there = live.value(field)
        if not same(field, desired, there):
            yield _judged(field, desired, there, last_applied, key)


def _judged(
    field: Field, desired: Value, live: Value, last_applied: LastAppliedSite | None, key: bytes
) -> FieldComparison:
    applied = last_applied.fields.get(field.name) if last_applied else None
    if last_applied is None or applied is None:
        return FieldComparison(field, desired, live, FieldVerdict.DIFFERENT)
    of_desired, of_live = digest(field, desired, key), digest(field, live, key)
    pair = last_applied.normalised.get(field.name)
    if pair == (of_desired, of_live):
        return FieldComparison(field, desired, live, FieldVerdict.NORMALISED)
    live_is_applied = of_live == applied or pair == (applied, of_live)
    if of_desired == applied:
        cause = Cause.CHANGE if live_is_applied else Cause.DRIFT
    else:
        cause = Cause.CHANGE if live_is_applied else Cause.BOTH
    return FieldComparison(field, desired, live, FieldVerdict.DIFFERENT, cause)
