"""The week of a row, from a column for the week, columns for days, or pairs of opening and closing times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from msgspec import Struct, field

from dfsync.model.column_targets import HoursColumn, hours_column
from dfsync.model.hours.free_text.read import UnreadableHoursError, is_closed, languages_of, read_day, read_week
from dfsync.model.hours.free_text.week_text import Closing, DayText, WeekText
from dfsync.model.hours.live import live_hours
from dfsync.model.hours.week import DAYS, Week
from dfsync.model.sheet_settings import BlankDays
from dfsync.sheets.table.cells import hours_text, is_cross, is_date, letter, text_of
from dfsync.sheets.table.damage import error_shown
from dfsync.sheets.table.values import Row, Table

_DATE = "it is a date, which a spreadsheet makes of a text such as 9-5"
Ends = tuple[int | None, int | None]
"""The columns of an opening and a closing time."""


class HoursCellProblem(Struct, frozen=True):
    """A cell of hours that can't be read."""

    column: int
    value: str
    reason: str


class RowHours(Struct):
    """The hours of a row. `undecided` are the settings without which the hours are unclear."""

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
        self._of_days = {number: place for number, place in columns.items() if place.days}
        self._days = _days(columns)
        self._pairs = _pairs(columns)
        self._cross_is_closed = _has_hours(table, self._days)
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
        for numbers, columns in self._days.items():
            self._day([cell for column in columns if (cell := self._single(row, column))], numbers, days, found)
        for numbers, pairs in self._pairs.items():
            self._day([cell for ends in pairs if (cell := _pair(row, *ends))], numbers, days, found)
        if not days or found.problems:
            return found
        found.blank = tuple(day for day in range(7) if day not in days)
        if found.blank and self._blank_days is None:
            blank = (number for number, place in self._of_days.items() if set(place.days) & set(found.blank))
            column = next(blank, next(iter(self._of_days), self.columns[0]))
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
        cells: Sequence[_DayCell],
        numbers: Sequence[int],
        days: dict[int, tuple[DayText, int]],
        found: RowHours,
    ) -> None:
        """Read the columns of a day together: each filled column has one span or more."""
        if not cells:
            return
        for cell in cells:
            if reason := cell.problem:
                found.problems.append(HoursCellProblem(cell.columns[0], cell.text, reason))
                return
        spans = [cell.text for cell in cells if not (is_closed(cell.text) or is_cross(cell.text))]
        try:
            day = read_day(", ".join(spans)) if spans else DayText()
        except UnreadableHoursError as error:
            wrong, reason = _unreadable(cells) or (cells[0], str(error))
            found.problems.append(HoursCellProblem(wrong.columns[0], wrong.text, reason))
            return
        columns = [column for cell in cells for column in cell.columns]
        self._put(day, columns, numbers, days, found)
        found.notes += [(columns[0], note) for note in day.notes]

    def _single(self, row: Row, column: int) -> _DayCell | None:
        text = _text(row, column)
        if not text:
            return None
        problem = _DATE if is_date(row[column]) else None
        if is_cross(text) and not self._cross_is_closed:
            problem = "x can mean closed or open, and no day of the column has hours"
        return _DayCell((column,), text, problem)

    def _put(
        self,
        day: DayText,
        columns: Sequence[int],
        numbers: Sequence[int],
        days: dict[int, tuple[DayText, int]],
        found: RowHours,
    ) -> None:
        """Set the hours of days.

        They may replace hours from a cell for the whole week, but not those of another column.
        """
        for number in numbers:
            there, column = days.get(number, (day, self._week))
            if column != self._week and there.spans != day.spans:
                reason = f"column {letter(column or 0)} has {there} for {DAYS[number]}"
                found.problems.append(HoursCellProblem(columns[0], str(day), reason))
                return
        days.update(dict.fromkeys(numbers, (day, columns[-1])))


class _DayCell(Struct, frozen=True):
    """The hours of a day from one column or a pair of columns. `problem` is the reason why they can't be read."""

    columns: tuple[int, ...]
    text: str
    problem: str | None = None


def _pair(row: Row, opens: int | None, closes: int | None) -> _DayCell | None:
    columns = tuple(column for column in (opens, closes) if column is not None)
    filled = [(column, text) for column in columns if (text := _text(row, column, clock=True))]
    for column, text in filled:
        if reason := _DATE if is_date(row[column]) else error_shown(text):
            return _DayCell((column,), text, reason)
    if not filled:
        return None
    if all(is_closed(text) for _, text in filled):
        return _DayCell(columns, filled[0][1])
    return _DayCell(tuple(column for column, _ in filled), " - ".join(text for _, text in filled))


def _unreadable(cells: Sequence[_DayCell]) -> tuple[_DayCell, str] | None:
    """Return the cell that can't be read by itself, if one of several is to blame."""
    for cell in cells:
        try:
            read_day(cell.text)
        except UnreadableHoursError as error:
            return cell, str(error)
    return None


def _has_hours(table: Table, days: Mapping[tuple[int, ...], Sequence[int]]) -> bool:
    """Whether some cell of the columns of days has hours. A cross among such cells means closed."""
    columns = [column for columns in days.values() for column in columns]
    cells = (_text(row, column) for _, row in table.rows for column in columns)
    return any(any(sign.isdigit() for sign in cell) for cell in cells)


def _days(columns: Mapping[int, HoursColumn]) -> dict[tuple[int, ...], list[int]]:
    found: dict[tuple[int, ...], list[int]] = {}
    for number, place in columns.items():
        if place.days and not place.part:
            found.setdefault(place.days, []).append(number)
    return found


def _pairs(columns: Mapping[int, HoursColumn]) -> dict[tuple[int, ...], list[Ends]]:
    """Return the pairs of each day, in the order of the sheet: the first opening time with the first closing time."""
    ends: dict[tuple[int, ...], tuple[list[int], list[int]]] = {}
    for number, place in sorted(columns.items()):
        if place.part:
            ends.setdefault(place.days, ([], []))[place.part == "close"].append(number)
    return {days: list(zip_longest(opens, closes)) for days, (opens, closes) in ends.items()}


def _text(row: Row, column: int | None, *, clock: bool = False) -> str:
    return hours_text(row[column], clock=clock) if column is not None and column < len(row) else ""


def _bare(text: str) -> str:
    """Return dfsync's own compact form without its signs."""
    return "".join(letter for letter in text if letter not in "{}[]\"'")


def _language(table: Table, columns: Mapping[int, HoursColumn]) -> str | None:
    """Return the language of the weekdays in cells, if only one fits all of them."""
    found: frozenset[str] | None = None
    for column, place in columns.items():
        if place.days:
            continue
        for _, row in table.rows:
            if column < len(row) and (languages := languages_of(text_of(row[column]))):
                found = languages if found is None else (found & languages or found)
    return next(iter(found)) if found and len(found) == 1 else None
