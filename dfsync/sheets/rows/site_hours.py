"""The week of a row, from a column for the week, columns for days, or pairs of opening and closing times."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dfsync.model.hours.free_text.read import UnreadableHoursError, is_closed, languages_of, read_day, read_week
from dfsync.model.hours.free_text.week_text import Closing, DayText, WeekText
from dfsync.model.hours.live import live_hours
from dfsync.model.hours.week import DAYS, Week
from dfsync.model.sheet_settings import BlankDays
from dfsync.sheets.table.cells import Cell, hours_text, is_date, letter, text_of
from dfsync.sheets.table.damage import error_shown
from dfsync.sheets.table.values import Row, Table
from dfsync.sheets.targets import HoursColumn, hours_column

Pair = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class HoursCellProblem:
    """A cell of hours that can't be read."""

    column: int
    value: str
    reason: str


@dataclass(slots=True)
class RowHours:
    """The hours of a row. `undecided` are the settings without which they can't be told."""

    week: Week | None = None
    problems: list[HoursCellProblem] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    undecided: dict[str, tuple[int, str]] = field(default_factory=dict)
    blank: tuple[int, ...] = ()


class HoursReader:
    """Reads the hours of rows by the columns of one table."""

    def __init__(
        self, table: Table, targets: Mapping[int, str], closing: Closing | None, blank_days: BlankDays | None
    ) -> None:
        columns = {number: place for number, target in targets.items() if (place := hours_column(target))}
        self._week = next((number for number, place in columns.items() if not place.days), None)
        self._days = {number: place for number, place in columns.items() if place.days and not place.part}
        self._pairs = _pairs(columns)
        self._closing, self._blank_days = closing, blank_days
        self._language = _language(table, columns)
        self.columns = tuple(columns)

    def read(self, row: Row, usual: Week | None = None) -> RowHours:
        """Return the hours of a row; `usual` are those that the files have, for days that the sheet leaves to them."""
        found = RowHours()
        if self._week is not None and (week := self._api_form(row, found)) is not None:
            found.week = week
            return found
        days: dict[int, tuple[DayText, int]] = {}
        if self._week is not None and (text := _text(row, self._week)) and not found.problems:
            self._week_text(text, self._week, days, found)
        for number, place in self._days.items():
            if text := _text(row, number):
                self._day(text, row[number], (number,), place.days, days, found)
        for numbers, (opens, closes) in self._pairs.items():
            self._pair(row, numbers, opens, closes, days, found)
        if not days or found.problems:
            return found
        found.blank = tuple(day for day in range(7) if day not in days)
        if found.blank and self._blank_days is None:
            column = next(iter(self._days), self.columns[0])
            found.undecided["blank_days"] = (column, f"{', '.join(DAYS[day] for day in found.blank)} blank")
        ambiguous = next(((day, column) for day, column in days.values() if day.ambiguous), None)
        if ambiguous is not None and self._closing is None:
            found.undecided["closing"] = (ambiguous[1], str(ambiguous[0]))
        if found.undecided:
            return found
        self._settle(days, found, usual)
        return found

    def _settle(self, days: Mapping[int, tuple[DayText, int]], found: RowHours, usual: Week | None) -> None:
        closing = self._closing or Closing.EXCLUSIVE
        read = WeekText(tuple(days[day][0] if day in days else DayText() for day in range(7)))
        try:
            week = read.week(closing)
        except UnreadableHoursError as error:
            column = next(column for _, column in days.values())
            found.problems.append(HoursCellProblem(column, str(read), str(error)))
            return
        if found.blank and self._blank_days == "unmanaged":
            if usual is None:
                blank = ", ".join(DAYS[day] for day in found.blank)
                column = next(column for _, column in days.values())
                note = f"the hours are left out: {blank} blank, and the files have no hours to keep for them"
                found.notes.append((column, note))
                return
            week = week.with_days({day: usual.days[day] for day in found.blank})
        found.week = week

    def _api_form(self, row: Row, found: RowHours) -> Week | None:
        """Read a week in the API's form, whose ends are the last minute open."""
        text = _text(row, self._week)
        if self._week is None or not text.startswith("["):
            return None
        try:
            return live_hours(text)
        except ValueError as error:
            found.problems.append(HoursCellProblem(self._week, text, f"it is not the API's form of hours: {error}"))
            return None

    def _week_text(self, text: str, column: int, days: dict[int, tuple[DayText, int]], found: RowHours) -> None:
        own_form = text.startswith("{") and text.endswith("}")
        try:
            week = read_week(_bare(text) if own_form else text, self._language)
        except UnreadableHoursError as error:
            found.problems.append(HoursCellProblem(column, text, str(error)))
            return
        days.update({number: (day, column) for number, day in enumerate(week.days)})
        found.notes += [(column, note) for note in week.notes]

    def _day(
        self,
        text: str,
        cell: Cell,
        columns: Sequence[int],
        numbers: Sequence[int],
        days: dict[int, tuple[DayText, int]],
        found: RowHours,
    ) -> None:
        if is_date(cell):
            reason = "it is a date, which a spreadsheet makes of a text such as 9-5"
            found.problems.append(HoursCellProblem(columns[0], text, reason))
            return
        try:
            day = read_day(text)
        except UnreadableHoursError as error:
            found.problems.append(HoursCellProblem(columns[0], text, str(error)))
            return
        self._put(day, columns, numbers, days, found)
        found.notes += [(columns[0], note) for note in day.notes]

    def _put(
        self,
        day: DayText,
        columns: Sequence[int],
        numbers: Sequence[int],
        days: dict[int, tuple[DayText, int]],
        found: RowHours,
    ) -> None:
        """Take the hours of days; they may replace those of a cell for the week, and not those of another column."""
        for number in numbers:
            there, column = days.get(number, (day, self._week))
            if column != self._week and there.spans != day.spans:
                reason = f"column {letter(column or 0)} has {there} for {DAYS[number]}"
                found.problems.append(HoursCellProblem(columns[0], str(day), reason))
                return
        days.update(dict.fromkeys(numbers, (day, columns[-1])))

    def _pair(
        self,
        row: Row,
        numbers: Sequence[int],
        opens: int | None,
        closes: int | None,
        days: dict[int, tuple[DayText, int]],
        found: RowHours,
    ) -> None:
        start, end = _text(row, opens, clock=True), _text(row, closes, clock=True)
        columns = [column for column in (opens, closes) if column is not None]
        filled = [(column, text) for column, text in ((opens, start), (closes, end)) if column is not None and text]
        if not filled:
            return
        for column, text in filled:
            if reason := error_shown(text):
                found.problems.append(HoursCellProblem(column, text, reason))
                return
        dated = next((column for column, _ in filled if is_date(row[column])), None)
        if dated is not None:
            self._day(_text(row, dated), row[dated], [dated], numbers, days, found)
        elif all(is_closed(text) for _, text in filled):
            self._put(DayText(), columns, numbers, days, found)
        elif len(filled) == 2:
            self._day(f"{start} - {end}", None, columns, numbers, days, found)
        else:
            self._day(filled[0][1], None, [filled[0][0]], numbers, days, found)


def _pairs(columns: Mapping[int, HoursColumn]) -> dict[tuple[int, ...], Pair]:
    found: dict[tuple[int, ...], Pair] = {}
    for number, place in columns.items():
        if place.part:
            opens, closes = found.get(place.days, (None, None))
            found[place.days] = (number, closes) if place.part == "open" else (opens, number)
    return found


def _text(row: Row, column: int | None, *, clock: bool = False) -> str:
    return hours_text(row[column], clock=clock) if column is not None and column < len(row) else ""


def _bare(text: str) -> str:
    """Return dfsync's own compact form without its signs."""
    return "".join(letter for letter in text if letter not in "{}[]\"'")


def _language(table: Table, columns: Mapping[int, HoursColumn]) -> str | None:
    """Return the language of the weekdays in cells, as far as all of them leave one only."""
    found: frozenset[str] | None = None
    for column, place in columns.items():
        if place.days:
            continue
        for _, row in table.rows:
            if column < len(row) and (languages := languages_of(text_of(row[column]))):
                found = languages if found is None else (found & languages or found)
    return next(iter(found)) if found and len(found) == 1 else None


def api_form(week: Week) -> str:
    """Return hours as JSON in the API's form; closed all week is `[]`."""
    from dfsync.model.hours.write import entries

    return json.dumps(entries(week), separators=(",", ":"))
