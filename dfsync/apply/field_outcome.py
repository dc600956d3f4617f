"""What live shows of a field that was sent: right, respelled, refused, or somebody else's. Pure.

A server may store a value in a spelling of its own. Where nothing is lost by that (white space, letter case,
compatibility forms) the field counts as right and the pair is remembered; a value that is cut or thinned out is told,
and stays a difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from dfsync.diff.changes import Change, FieldChange
from dfsync.model.fields import FIELD
from dfsync.model.live import LiveSite
from dfsync.model.text import normal
from dfsync.model.values import Groups, Value, same


class FieldOutcome(StrEnum):
    """What became of a field."""

    RIGHT = "right"
    RESPELLED = "respelled"
    REWRITTEN = "rewritten"
    REFUSED = "refused"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class FieldReading:
    """One field after sending: what was sent, what live has, and for a rewritten one how."""

    field: FieldChange
    outcome: FieldOutcome
    live: Value
    how: str = ""

    @property
    def message(self) -> str:
        """What to say of it, "" where it is simply right. Values stay out of it, fields and rules are named."""
        return {
            FieldOutcome.RIGHT: "",
            FieldOutcome.RESPELLED: f"the server spells {self.field.field} its own way: {self.how}",
            FieldOutcome.REWRITTEN: f"the server rewrote {self.field.field}: {self.how}",
            FieldOutcome.REFUSED: f"the server kept {self.field.field} as it was",
            FieldOutcome.MOVED: f"{self.field.field} is neither as before nor as sent: changed elsewhere meanwhile",
        }[self.outcome]


def field_readings(change: Change, live: LiveSite | None, *, told_wrong: bool = False) -> tuple[FieldReading, ...]:
    """Return what live shows of each field that a site's change sent; `live` is None when there is no such site.

    `told_wrong` says that the API reported an error for the row, so that a field which stayed was refused, and not
    merely spelled so.
    """
    return tuple(_field_reading(field, live, told_wrong) for field in change.fields)


def as_planned(change: Change, live: LiveSite | None) -> bool:
    """Whether live shows every field as it was sent."""
    return live is not None and all(reading.outcome is FieldOutcome.RIGHT for reading in field_readings(change, live))


def _field_reading(change: FieldChange, live: LiveSite | None, told_wrong: bool) -> FieldReading:
    field = FIELD[change.field]
    sent = change.after
    there = live.value(field) if live is not None else None
    stayed = live is None or same(field, there, change.before)
    if live is not None and same(field, there, sent):
        return FieldReading(change, FieldOutcome.RIGHT, there)
    if not (stayed and told_wrong) and (how := respelled(sent, there)):
        return FieldReading(change, FieldOutcome.RESPELLED, there, how)
    if stayed:
        return FieldReading(change, FieldOutcome.REFUSED, there)
    if how := rewritten(sent, there):
        return FieldReading(change, FieldOutcome.REWRITTEN, there, how)
    return FieldReading(change, FieldOutcome.MOVED, there)


def respelled(sent: Value, live: Value) -> str:
    """Say how live spells the same value in another way, "" when it is not the same."""
    if isinstance(sent, str) and isinstance(live, str):
        return _same_text(sent, live)
    if isinstance(sent, tuple) and isinstance(live, tuple):
        return _same_groups(sent, live)
    return ""


def rewritten(sent: Value, live: Value) -> str:
    """Say how live lost a part of the value, "" when it is another value altogether."""
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
    """Return the fewest changes of spelling that make the two equal, "" when none do."""
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
