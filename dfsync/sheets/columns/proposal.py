"""Proposes which column is which field, from its header and from its cells.

A proposal is certain if every column that is not empty has a header that means one field, no two columns mean the same,
and the cells fit. Otherwise it is shown, and a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import IntEnum
from itertools import islice
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from dfsync.model.column_targets import Part, hours_column, may_repeat
from dfsync.model.hours.free_text.read import UnreadableHoursError, is_closed, read_day, read_week
from dfsync.sheets.headers.header import language_of
from dfsync.sheets.headers.header_words import (
    hours_target,
    is_unsure,
    names_no_day,
    names_span,
    plain_header,
    target_of_header,
)
from dfsync.sheets.table.cells import Cell, hours_text, is_blank, is_cross, text_of
from dfsync.sheets.table.values import Table
from dfsync.validation.geography.countries import country_code, is_currency
from dfsync.validation.geography.zones import zone

T = TypeVar("T")
_SAMPLES = 200
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_CLOCK = re.compile(r"\s*(?:[0-9]{1,2}(?:[:.h][0-9]{2}){0,2}|[0-9]{3,4})\s*(?:[ap]\.?\s?m\.?|uhr|h)?\s*", re.IGNORECASE)


class Certainty(IntEnum):
    """How sure a proposal is of a column."""

    UNKNOWN = 0
    LIKELY = 1
    CERTAIN = 2


class ColumnProposal(Struct, frozen=True):
    """A column and the field that it is probably for; None if that is unknown."""

    column: int
    header: str
    target: str | None
    certainty: Certainty
    samples: tuple[str, ...]


def propose(table: Table, contact_key: Sequence[str] = ("site", "email")) -> list[ColumnProposal]:
    """Return a proposal for each column that has a name or anything in it."""
    language = language_of(table.headers)
    columns = []
    for column, header in enumerate(table.headers):
        cells = list(islice((row[column] for _, row in table.rows if _filled(row, column)), _SAMPLES))
        if header and (cells or target_of_header(header, language)):
            columns.append(_column(column, header, cells, language))
    return _without_rivals(_hours_settled(columns, table), contact_key)


def is_certain(proposals: Sequence[ColumnProposal]) -> bool:
    """Whether nobody needs to be asked."""
    return any(one.target == "id" for one in proposals) and all(
        one.certainty is Certainty.CERTAIN for one in proposals if one.target is not None or one.samples
    )


def _filled(row: Sequence[Cell], column: int) -> bool:
    return column < len(row) and not is_blank(row[column])


def _column(column: int, header: str, cells: Sequence[Cell], language: str | None) -> ColumnProposal:
    target = target_of_header(header, language)
    texts = [text_of(cell) for cell in cells]
    samples = tuple(dict.fromkeys(texts))[:3]
    if target is None:
        found = _by_contents(header, cells, texts, language)
        return ColumnProposal(column, header, found, Certainty.LIKELY if found else Certainty.UNKNOWN, samples)
    agrees = _agrees(target, cells, texts)
    daily = target.startswith("hours.") and names_no_day(header)
    if daily and not agrees:  # Start and End of something else
        return ColumnProposal(column, header, None, Certainty.UNKNOWN, samples)
    sure = not is_unsure(header) and agrees and not daily
    return ColumnProposal(column, header, target, Certainty.CERTAIN if sure else Certainty.LIKELY, samples)


def _agrees(target: str, cells: Sequence[Cell], texts: Sequence[str]) -> bool:
    """Whether the cells look like values of the field, most of them."""
    checks: dict[str, Callable[[str], bool]] = {
        "timezone": lambda text: zone(text).known,
        "currency": is_currency,
        "contact.email": lambda text: _EMAIL.fullmatch(text) is not None,
    }
    if check := checks.get(target):
        return _most(texts, check)
    if hours_column(target) is not None:
        return _most([cell for cell in cells if not is_cross(cell)], _is_hours)
    return True


def _by_contents(header: str, cells: Sequence[Cell], texts: Sequence[str], language: str | None) -> str | None:
    if not texts:
        return None
    if _most(texts, lambda text: zone(text).known and "/" in text):
        return "timezone"
    if _most(texts, lambda text: len(text) == 3 and text.isupper() and is_currency(text)):
        return "currency"
    if _most(texts, lambda text: _EMAIL.fullmatch(text) is not None):
        return "contact.email"
    day = hours_target(header, language, strict=False)
    if day and not names_no_day(header) and _most(cells, _is_hours):
        place = hours_column(day)
        if (place and place.part) or any(map(_is_span, texts)):
            return day
    if _most(cells, lambda cell: isinstance(cell, str) and _is_week(cell)):
        return "hours"
    if _most(texts, lambda text: len(text) > 2 and country_code(text) is not None):  # No is Norway
        return "address.country"
    return None


def _most(values: Sequence[T], check: Callable[[T], bool]) -> bool:
    return sum(map(check, values)) * 10 >= len(values) * 7


def _is_week(text: str) -> bool:
    try:
        read_week(text)
    except UnreadableHoursError:
        return False
    return text.strip()[:2] == "24" or any(letter.isalpha() for letter in text)


def _is_span(text: str) -> bool:
    try:
        return bool(read_day(text).spans)
    except UnreadableHoursError:
        return False


def _is_span_or_closed(text: str) -> bool:
    return _is_span(text) or is_closed(text)


def _is_hours(cell: Cell) -> bool:
    text = hours_text(cell, clock=True)
    if text.startswith(("[", "{")) or _CLOCK.fullmatch(text):
        return True
    try:
        read_day(text)
    except UnreadableHoursError:
        return _is_week(text)
    return True


def _hours_settled(columns: Sequence[ColumnProposal], table: Table) -> list[ColumnProposal]:
    """Take `Open Mon` for a whole day if its cells hold spans, `Mon` for a closing time if they hold single times."""
    paired = _parts(columns)
    alone = {
        one.column: [text_of(row[one.column]) for _, row in table.rows[:_SAMPLES] if _filled(row, one.column)]
        for one in columns
        if one.target
        and (place := hours_column(one.target))
        and place.part
        and (place.days, _other(place.part)) not in paired
    }
    whole = {column for column, cells in alone.items() if not cells or _most(cells, _is_span_or_closed)}
    if not any(_is_span(cell) for column in whole for cell in alone[column]):
        whole = set()  # nothing but closed and blanks: they can as well be ends
    settled = [
        replace(one, target=one.target and one.target.rpartition(".")[0]) if one.column in whole else one
        for one in columns
    ]
    parts = _parts(settled)
    return [
        replace(one, certainty=Certainty.LIKELY)
        if one.target
        and (place := hours_column(one.target))
        and place.part
        and (place.days, _other(place.part)) not in parts
        else one
        for one in settled
    ]


def _parts(columns: Sequence[ColumnProposal]) -> set[tuple[tuple[int, ...], Part]]:
    return {(place.days, place.part) for one in columns if one.target and (place := hours_column(one.target))}


def _other(part: Part) -> Part:
    return "close" if part == "open" else "open"


def _without_rivals(columns: Sequence[ColumnProposal], contact_key: Sequence[str]) -> list[ColumnProposal]:
    """Leave each field to the column that is surest of it; contacts that lack a part of their key are no contacts."""
    best: dict[str, ColumnProposal] = {}
    for one in columns:
        if one.target and (one.target not in best or one.certainty > best[one.target].certainty):
            best[one.target] = one
    keyed = all(f"contact.{part}" in best for part in contact_key if part != "site")
    named = "contact.name" in best and best["contact.name"].certainty is Certainty.CERTAIN
    days = any(one.target and hours_target(one.header) for one in columns)
    result = []
    for one in columns:
        contact = bool(one.target) and str(one.target).startswith("contact.")
        if one.target and may_repeat(one.target) and names_span(one.header):
            result.append(one)
        elif one.target and (best[one.target] is not one or (contact and not keyed)):
            result.append(replace(one, target=None, certainty=Certainty.UNKNOWN))
        elif (contact and not named and not _says_contact(one.header)) or (one.target == "hours" and days):
            result.append(replace(one, certainty=Certainty.LIKELY))
        else:
            result.append(one)
    return result


def _says_contact(header: str) -> bool:
    return bool({"manager", "contact", "filialleiter", "kontakt"} & set(plain_header(header).split()))
