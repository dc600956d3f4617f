"""The outcome of a field that was sent, by what live shows: right, respelled, rewritten, as before, or other. Pure.

A server may store a value in a spelling of its own. If nothing is lost by that (white space, letter case, compatibility
forms), the field counts as right, and the pair of both values is remembered. A value that was cut, or that is another
value altogether, is shown and stays a difference. If a second apply sees the same pair, it is the server's own
spelling, and counts as right from then on. A value that is exactly as before never counts as right: nobody knows
whether the server refused the new value or only does not show it yet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum
from itertools import combinations

from msgspec import Struct

from dfsync.diff.changes import Action, Change, FieldChange
from dfsync.model.fields import FIELD
from dfsync.model.last_applied import LastAppliedSite
from dfsync.model.live import LiveSite
from dfsync.model.text import normal, shortened
from dfsync.model.values import Groups, Value, digest, is_empty, same, to_cell


class FieldOutcome(StrEnum):
    """The outcome of a field that was sent. The first three count as right."""

    RIGHT = "right"
    """Live has the value that was sent."""
    RESPELLED = "respelled"
    """Live has the value in another spelling, and nothing is lost."""
    OWN_SPELLING = "own spelling"
    """An earlier apply saw the server make the same of the same value."""
    REWRITTEN = "rewritten"
    """A part was lost: cut off, punctuation changed, groups left out."""
    AS_BEFORE = "as before"
    """Live has what it had before."""
    OTHER = "other"
    """Live has neither what was sent nor what it had before, and no loss explains it."""


_RIGHT = frozenset({FieldOutcome.RIGHT, FieldOutcome.RESPELLED, FieldOutcome.OWN_SPELLING})


class FieldReading(Struct, frozen=True):
    """One field after sending: what was sent, what live has, and how the two differ.

    `again` says that an earlier apply saw the same pair of values.
    """

    field: FieldChange
    outcome: FieldOutcome
    live: Value
    how: str = ""
    again: bool = False

    @property
    def right(self) -> bool:
        """Whether live has what was sent, perhaps in its own spelling."""
        return self.outcome in _RIGHT

    @property
    def is_spelling(self) -> bool:
        """Whether the pair counts as right from now on."""
        if self.outcome is FieldOutcome.AS_BEFORE:
            return self.again and bool(self.how)
        return self.outcome in (FieldOutcome.RESPELLED, FieldOutcome.OWN_SPELLING)

    @property
    def may_be_spelling(self) -> bool:
        """Whether the pair is the server's own spelling once another apply sees it as well."""
        if self.outcome is FieldOutcome.AS_BEFORE:
            return bool(self.how) and not self.again
        is_other = self.outcome in (FieldOutcome.REWRITTEN, FieldOutcome.OTHER)
        return is_other and not is_empty(FIELD[self.field.field], self.live)

    def message(self, change: Change) -> str:
        """Return the message about the field, "" if it is simply right. Values of a site are shown."""
        name, shown = self.field.field, _shown(self.live)
        ended = f"dfsync pull {shortened(change.id, 60)} takes it into the files, or write it that way"
        if self.outcome is FieldOutcome.RESPELLED:
            return f"the server spells {name} its own way: {self.how}"
        if self.outcome is FieldOutcome.OWN_SPELLING:
            return f"the server spells {name} its own way, as an earlier apply saw: {shown}"
        if self.outcome is FieldOutcome.REWRITTEN:
            return f"the server rewrote {name}: {self.how}: live shows {shown}; {ended}"
        if self.outcome is FieldOutcome.OTHER:
            who = "the server seems to rewrite it"
            if change.action is not Action.CREATE:
                who += ", or somebody edited it meanwhile"
            return f"live shows {shown} for {name}, neither as before nor as sent: {who}; {ended}"
        if self.outcome is FieldOutcome.AS_BEFORE:
            what = f" ({self.how})" if self.how else ""
            again = "; as it is the second time, it counts as the server's own spelling from now on"
            said = f"live still shows {name} as before{what}: not seen yet, or not taken"
            return said + again if self.is_spelling else said
        return ""


def field_readings(
    change: Change,
    live: LiveSite | None,
    known: LastAppliedSite | None = None,
    key: bytes = b"",
    *,
    told_wrong: bool = False,
) -> tuple[FieldReading, ...]:
    """Return what live shows of each field that the change of a site sent. `live` is None if there is no such site.

    `known` is what state remembers of the site, with the key of its digests. `told_wrong` says that the API reported an
    error for the row: a field that stayed as before was then refused, and is not only spelled differently.
    """
    return tuple(_field_reading(field, live, known, key, told_wrong) for field in change.fields)


def as_planned(change: Change, live: LiveSite | None) -> bool:
    """Whether live shows every field as it was sent."""
    return live is not None and all(reading.outcome is FieldOutcome.RIGHT for reading in field_readings(change, live))


def _field_reading(
    change: FieldChange, live: LiveSite | None, known: LastAppliedSite | None, key: bytes, told_wrong: bool
) -> FieldReading:
    if live is None:
        return FieldReading(change, FieldOutcome.AS_BEFORE, None)
    field, sent = FIELD[change.field], change.after
    there = live.value(field)
    if same(field, there, sent):
        return FieldReading(change, FieldOutcome.RIGHT, there)
    pair = (digest(field, sent, key), digest(field, there, key))
    again = known is not None and pair in (known.seen_once.get(field.name), known.normalised.get(field.name))
    how = respelled(sent, there)
    if same(field, there, change.before):
        if told_wrong:
            return FieldReading(change, FieldOutcome.AS_BEFORE, there)
        # A value that differs from the old one only in spelling may never have been written by the server.
        outcome = FieldOutcome.OWN_SPELLING if again and not how else FieldOutcome.AS_BEFORE
        return FieldReading(change, outcome, there, how, again)
    if how:
        return FieldReading(change, FieldOutcome.RESPELLED, there, how)
    if again:
        return FieldReading(change, FieldOutcome.OWN_SPELLING, there, again=True)
    how = rewritten(sent, there)
    return FieldReading(change, FieldOutcome.REWRITTEN if how else FieldOutcome.OTHER, there, how)


def _shown(value: Value) -> str:
    cell = to_cell(value)
    return f'"{shortened(cell, 80)}"' if cell else "nothing"


def respelled(sent: Value, live: Value) -> str:
    """Return in what live spells the same value differently; "" if it is not the same value."""
    if isinstance(sent, str) and isinstance(live, str):
        return _same_text(sent, live)
    if isinstance(sent, tuple) and isinstance(live, tuple):
        return _same_groups(sent, live)
    return ""


def rewritten(sent: Value, live: Value) -> str:
    """Return which part of the value live has lost; "" if it is a different value."""
    if isinstance(sent, str) and isinstance(live, str):
        one, other = normal(sent), normal(live)
        if other and one.startswith(other):
            return f"cut to {len(other)} characters"
        if other and _letters(one) == _letters(other):
            return "punctuation changed"
    if isinstance(sent, tuple) and isinstance(live, tuple):
        gone = {normal(group) for group in sent} - {normal(group) for group in live}
        if gone and {normal(group) for group in live} < {normal(group) for group in sent}:
            return f"{len(gone)} of {len(set(sent))} groups left out"
    return ""


_STEPS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("white space changed", lambda text: "".join(text.split())),
    ("characters replaced by their compatible forms", lambda text: unicodedata.normalize("NFKC", text)),
    ("letter case changed", str.casefold),
)


def _same_text(sent: str, live: str) -> str:
    """Return the fewest changes of spelling that make the two equal, "" if none do."""
    for number in range(1, len(_STEPS) + 1):
        for steps in combinations(_STEPS, number):
            one, other = normal(sent), normal(live)
            for _, step in steps:
                one, other = step(one), step(other)
            if one and one == other:
                return ", ".join(words for words, _ in steps)
    return ""


def _same_groups(sent: Groups, live: Groups) -> str:
    one, other = ({normal(group) for group in groups} for groups in (sent, live))
    if {"".join(group.split()).casefold() for group in one} == {"".join(group.split()).casefold() for group in other}:
        return "white space or letter case of groups changed"
    return ""


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
