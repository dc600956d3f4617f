"""The id of the site that a row is about: as the files write it, or why a spreadsheet damaged it.

A create can't be taken back. So an id that is a damaged form of one of the files never counts as new, not even with
`--force`.
"""

from __future__ import annotations

import re

from msgspec import Struct

from dfsync.model.site import Desired
from dfsync.model.text import normal
from dfsync.sheets.table.cells import Cell
from dfsync.sheets.table.damage import damage, damaged_id, error_shown, lost_zeros
from dfsync.sheets.table.values import ProblemKind

_TOTALS = frozenset(
    (
        "total",
        "totals",
        "grand total",
        "subtotal",
        "sum",
        "gesamt",
        "summe",
        "gesamtsumme",
        "somme",
        "suma",
        "total general",
    )
)
"""What stands before the figures below a list. As a new site it could not be taken back."""


class IdProblem(Struct, frozen=True):
    """An id that is not taken, and the id of the files that was probably meant."""

    kind: ProblemKind
    reason: str
    meant: str | None = None


class SiteIds:
    """Knows the sites of the files by the ids that a spreadsheet may have for them."""

    def __init__(self, desired: Desired, *, force: bool) -> None:
        self._force = force
        self._by_text = {normal(id): id for id in desired.sites}
        self._without_zeros = {id.lstrip("0"): id for id in desired.sites if id.startswith("0")}

    def of(self, cell: Cell, text: str) -> str | IdProblem:
        """Return the id that a cell says, whose text is given: that of a site of the files, or a new one."""
        if (there := self._by_text.get(normal(text))) is not None:
            return there
        if reason := error_shown(cell):
            return IdProblem(ProblemKind.UNREADABLE, reason)
        there = self._without_zeros.get(text.lstrip("0")) if text[:1].isdigit() else None
        if there is not None and lost_zeros(text, there):
            return IdProblem(ProblemKind.DAMAGED, "the id lost its leading zeros", there)
        if (there := self._letters(text)) is not None:
            return IdProblem(ProblemKind.DAMAGED, "letters of the id became ? when the file was saved", there)
        if normal(text).casefold().rstrip(":") in _TOTALS:
            return IdProblem(ProblemKind.UNREADABLE, "this is a row of totals and no site: take it out")
        if not self._force and (reason := damaged_id(cell)):
            return IdProblem(ProblemKind.DAMAGED, reason)
        return text

    def _letters(self, text: str) -> str | None:
        if "?" not in text:
            return None
        pattern = re.compile(re.sub(r"(?:\\\?)+", ".+", re.escape(text)))
        return next((id for id in self._by_text.values() if pattern.fullmatch(id) and damage(text, id)), None)
