"""The same change at many sites, said once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from dfsync.diff.changes import Action, Change
from dfsync.model.kind import Kind


def alike(changes: Iterable[Change], at_least: int = 2) -> tuple[list[list[Change]], list[Change]]:
    """Return updates of sites that do the same at `at_least` or more sites, largest first, and all other changes.

    Every change is in exactly one of the two, the others in their order. A create is never grouped: each is looked at.
    """
    groups: dict[Hashable, list[Change]] = {}
    for change in changes:
        groups.setdefault(_key(change), []).append(change)
    many = [group for group in groups.values() if len(group) >= at_least]
    grouped = {id(change) for group in many for change in group}
    rest = [change for group in groups.values() for change in group if id(change) not in grouped]
    many.sort(key=lambda group: (-len(group), group[0].id))
    return many, sorted(rest, key=lambda change: (change.kind is Kind.CONTACT, change.id))


def _key(change: Change) -> Hashable:
    if change.kind is Kind.CONTACT or change.action is Action.CREATE:
        return change.kind, change.id
    return change.fields, change.special
