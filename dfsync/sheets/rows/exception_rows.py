"""Reads the worksheet of dated exceptions: which of them a person added, changed or took out.

Each row says where the exception is written. An exception of a site's own file is changed there. One of a calendar, a
profile or a default holds for other sites as well, so an edit of such a row is reported and not taken. The workbook
keeps its rows as they were written (`before`), so what somebody changed in the files since then is not undone.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping

from msgspec import Struct, field

from dfsync.model.exception_days import DatedException, ExceptionOrigin
from dfsync.model.hours.free_text.read import UnreadableHoursError, read_day
from dfsync.model.hours.free_text.week_text import Closing
from dfsync.model.hours.week import Span, Week
from dfsync.model.site import Desired, Site
from dfsync.model.text import shortened
from dfsync.sheets.headers.own_headers import EXCEPTION_HEADERS, ID
from dfsync.sheets.table.cells import is_date, text_of
from dfsync.sheets.table.damage import error_shown
from dfsync.sheets.table.site_ids import IdProblem, SiteIds
from dfsync.sheets.table.values import CellProblem, ExceptionEdit, ExceptionTexts, ProblemKind, Row, Table

BAD_EXCEPTION, WITHOUT_HOURS, UNKNOWN_SITE = "DF208", "DF209", "DF303"
"""Codes of rules: for an impossible exception, for one where hours are unmanaged, and for a site that no file has."""
_STALE = "the files have another exception than when the spreadsheet was written, and keep theirs"
_OWN = str(ExceptionOrigin.SITE)
There = Mapping[ExceptionTexts, tuple[Site, DatedException]]
"""The exceptions that the files have, by the texts of their rows."""
_Gone = dict[tuple[str, str], list[tuple[DatedException, ExceptionTexts]]]
"""Exceptions whose rows are gone or changed, with their texts, by site and by where they are written."""


class ExceptionReading(Struct):
    """The edits of a worksheet of exceptions, the cells that are not taken, and what is to be told."""

    edits: list[ExceptionEdit] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


class ExceptionSource(Struct, frozen=True):
    """What a worksheet of exceptions is compared with.

    `before` are its rows as they were written. `listed` are the sites of the workbook, of which rows may have been
    taken out, and `with_hours` those to which it gives hours.
    """

    desired: Desired
    there: There
    before: Collection[ExceptionTexts]
    listed: Collection[str]
    with_hours: Collection[str]


def read_exception_rows(table: Table, source: ExceptionSource) -> ExceptionReading:
    """Return what the rows of a worksheet of exceptions change."""
    return _Rows(table, source).read()


class _BadCellError(Exception):
    def __init__(self, name: str, reason: str, code: str = BAD_EXCEPTION) -> None:
        super().__init__(reason)
        self.name, self.reason, self.code = name, reason, code


class _Rows:
    def __init__(self, table: Table, source: ExceptionSource) -> None:
        self._table, self._source = table, source
        self._columns = {name: list(table.headers).index(name) for name in EXCEPTION_HEADERS}
        self._ids = SiteIds(source.desired, force=False)
        self._found = ExceptionReading()

    def read(self) -> ExceptionReading:
        rows = [(number, row, self._texts(row)) for number, row in self._table.rows]
        texts = {each for _, _, each in rows}
        gone = self._gone(texts)
        kept = self._kept(gone)
        seen: set[ExceptionTexts] = set()
        for number, row, each in rows:
            if each in self._source.there and each not in seen:
                seen.add(each)
            elif each in self._source.before and each not in self._source.there:
                self._found.remarks.append(f"{self._table.where(number)}: {_STALE}")
            else:
                self._changed(number, row, each, gone, kept)
        for one, (id, *_) in (pair for pairs in gone.values() for pair in pairs):
            if one.origin is ExceptionOrigin.SITE:
                self._found.edits.append(ExceptionEdit(id, one, None))
            else:
                place = (self._table, self._table.header_row, self._columns["Where"], one.written_in)
                reason = f"the row of {one.date} was taken out: {_elsewhere(one.written_in)}"
                self._found.problems.append(CellProblem(ProblemKind.ELSEWHERE, *place, reason, id, "exceptions"))
        return self._found

    def _texts(self, row: Row) -> ExceptionTexts:
        id, first, last, hours, note, where = (self._text(row, name) for name in EXCEPTION_HEADERS)
        return id, first, last or first, hours, note, where or _OWN

    def _gone(self, texts: Collection[ExceptionTexts]) -> _Gone:
        """Return the exceptions whose rows are gone or changed, by site and by where they are written."""
        gone: _Gone = {}
        for each, (site, one) in self._source.there.items():
            if each in self._source.before and each not in texts and site.id in self._source.listed:
                gone.setdefault((site.id, one.written_in), []).append((one, each))
        return gone

    def _kept(self, gone: _Gone) -> dict[str, list[DatedException]]:
        """Return by site the exceptions of its own that stay as they are."""
        leaving = {(id, one) for (id, _), pairs in gone.items() for one, _ in pairs}
        kept: dict[str, list[DatedException]] = {}
        for site, one in self._source.there.values():
            if one.origin is ExceptionOrigin.SITE and (site.id, one) not in leaving:
                kept.setdefault(site.id, []).append(one)
        return kept

    def _changed(
        self,
        number: int,
        row: Row,
        texts: ExceptionTexts,
        gone: _Gone,
        kept: dict[str, list[DatedException]],
    ) -> None:
        try:
            edit = self._edit(number, row, texts, gone, kept)
        except _BadCellError as error:
            kind = ProblemKind.ELSEWHERE if error.name == "Where" else ProblemKind.UNREADABLE
            self._problem(kind, number, row, error.name, error.reason, code=error.code)
        else:
            self._found.edits += [edit] if edit is not None else []

    def _edit(
        self, number: int, row: Row, texts: ExceptionTexts, gone: _Gone, kept: dict[str, list[DatedException]]
    ) -> ExceptionEdit | None:
        """Return what a row changes, None if that is nothing. Raises `_BadCellError`."""
        site = self._site(number, row)
        if site is None:
            return None
        where = texts[-1]
        before, as_written = _taken_from(gone.get((site.id, where), []), texts)
        if where != _OWN:
            raise _BadCellError("Where", _elsewhere(where))
        wanted = self._wanted(number, row)
        if before is not None and as_written is not None:  # what was not edited stays to the letter
            spans = before.spans if texts[3] == as_written[3] else wanted.spans
            note = before.note if texts[4] == as_written[4] else wanted.note
            wanted = DatedException(wanted.date, spans, note, wanted.until)
        if not (isinstance(site.fields.get("operational_hours"), Week) or site.id in self._source.with_hours):
            raise _BadCellError("Hours", "the files do not manage the hours of the site", WITHOUT_HOURS)
        of_site = kept.setdefault(site.id, [])
        if any(_says_the_same(one, wanted) for one in of_site):
            return None
        if other := next((one for one in of_site if one.date <= wanted.last and wanted.date <= one.last), None):
            raise _BadCellError("From", f"the site has an exception of {max(other.date, wanted.date)} already")
        of_site.append(wanted)
        return ExceptionEdit(site.id, before, wanted)

    def _site(self, number: int, row: Row) -> Site | None:
        text = self._text(row, ID)
        if not text:
            raise _BadCellError(ID, "the row has no site id: fill it in, or take the row out")
        read = self._ids.of(row[self._columns[ID]], text)
        if isinstance(read, IdProblem):
            self._problem(read.kind, number, row, ID, read.reason, read.meant)
            return None
        site = self._source.desired.sites.get(read)
        if site is None:
            raise _BadCellError(ID, "no file has this site: take it in first, and its exceptions then", UNKNOWN_SITE)
        return site

    def _wanted(self, number: int, row: Row) -> DatedException:
        first = self._date(row, "From")
        last = self._date(row, "To") if self._text(row, "To") else first
        if last < first:
            raise _BadCellError("To", "the days end before they begin")
        note = self._text(row, "Note")
        return DatedException(first, self._spans(number, row), note or None, last if last != first else None)

    def _date(self, row: Row, name: str) -> datetime.date:
        text = self._text(row, name)
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            raise _BadCellError(name, "it is not a date: write it as 2026-12-24") from None

    def _spans(self, number: int, row: Row) -> tuple[Span, ...]:
        text = self._text(row, "Hours")
        cell = row[self._columns["Hours"]] if text else None
        if reason := "it is a date" if is_date(cell) else error_shown(cell):
            raise _BadCellError("Hours", reason)
        try:
            day = read_day(text)
        except UnreadableHoursError as error:
            raise _BadCellError("Hours", f"{error}; write closed, or hours such as 09:00-14:00") from error
        self._found.remarks += [f"{self._table.where(number, self._columns['Hours'])}: {note}" for note in day.notes]
        return tuple(sorted(span.span(Closing.EXCLUSIVE) for span in day.spans))

    def _text(self, row: Row, name: str) -> str:
        column = self._columns[name]
        return text_of(row[column]) if column < len(row) else ""

    def _problem(
        self,
        kind: ProblemKind,
        row: int,
        cells: Row,
        name: str,
        reason: str,
        expected: str | None = None,
        code: str = BAD_EXCEPTION,
    ) -> None:
        place = (self._table, row, self._columns[name], self._text(cells, name), reason)
        self._found.problems.append(CellProblem(kind, *place, self._text(cells, ID), "exceptions", expected, code))


def _taken_from(
    gone: list[tuple[DatedException, ExceptionTexts]], texts: ExceptionTexts
) -> tuple[DatedException | None, ExceptionTexts | None]:
    """Return the exception that a changed row was before, with its texts, and take it from those that are gone.

    It began or ended on the same day, or had the same note.
    """
    for at, (_, before) in enumerate(gone):
        if before[1] == texts[1] or before[2] == texts[2] or (texts[4] and before[4] == texts[4]):
            return gone.pop(at)
    return None, None


def _says_the_same(one: DatedException, other: DatedException) -> bool:
    notes = [" ".join((each.note or "").split()) for each in (one, other)]
    return (one.date, one.last, one.spans, notes[0]) == (other.date, other.last, other.spans, notes[1])


def _elsewhere(where: str) -> str:
    place = "the defaults" if where == ExceptionOrigin.DEFAULT else f"the {shortened(where, 60)}"
    return (
        f"{place} of dfsync.yaml has it for other sites as well: change it there, or add a row of this day "
        "without Where, which is this site's own"
    )
