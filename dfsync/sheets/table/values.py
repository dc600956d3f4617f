"""Plain values for everything that is read from a spreadsheet, from its rows to its sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct, field

from dfsync.errors import InputError
from dfsync.model.exception_days import DatedException
from dfsync.model.hours.free_text.week_text import Closing
from dfsync.model.sheet_settings import BlankDays
from dfsync.sheets.table.cells import Cell, letter

Row = Sequence[Cell]
DAMAGED_VALUE, UNREADABLE_HOURS, NO_ID, SITE_TWICE, UNKNOWN_COLUMN = "DF410", "DF206", "DF102", "DF301", "DF510"
"""Codes of the rules that explain what is wrong with a cell."""


class Worksheet(Struct, frozen=True):
    """All rows of a worksheet from its first, blank ones as well: row 1 of the program is `rows[0]`."""

    name: str
    rows: Sequence[Row]
    alone: bool = True
    """Whether no other worksheet of the file has rows."""


class Table(Struct, frozen=True):
    """A worksheet with its header. `rows` are those below it that are not blank, with the program's row numbers.

    `headers` has a name for each column, "" if the column is empty.
    """

    file: str
    worksheet: str
    header_row: int
    headers: Sequence[str]
    rows: Sequence[tuple[int, Row]]
    sheet_rows: Sequence[Row] = ()
    """All rows of the worksheet, titles and blank ones as well."""
    alone: bool = True
    """Whether no other worksheet of the file has rows."""

    def where(self, row: int, column: int | None = None) -> str:
        """Return a place as messages name it: `stores.xlsx, sheet Stores, row 7, column B`."""
        sheet = f", sheet {self.worksheet}" if self.worksheet else ""
        return f"{self.file}{sheet}, " + (f"row {row}" if column is None else f"row {row}, column {letter(column)}")


class ColumnMapping(Struct, frozen=True):
    """The field of each column, and how hours are meant. A setting that is None is not decided.

    `targets` has the target of each column by the number of the column (see `dfsync.model.column_targets`).
    """

    targets: Mapping[int, str]
    closing: Closing | None = None
    blank_days: BlankDays | None = None
    export: bool = False
    """Whether it is live as `export` writes it: fields that a file leaves out stay out."""
    own: bool = False
    """Whether `dfsync sheet` wrote it."""


class ProblemKind(StrEnum):
    """Why a cell is not taken: unreadable, damaged, with two meanings, or written where other sites share it."""

    UNREADABLE = "unreadable"
    DAMAGED = "damaged"
    UNDECIDED = "undecided"
    ELSEWHERE = "elsewhere"


class CellProblem(Struct, frozen=True):
    """A cell that is not taken: where it stands, what it holds, why, and what it should be, where that is known."""

    kind: ProblemKind
    table: Table
    row: int
    column: int
    value: str
    reason: str
    site: str = ""
    field: str = ""
    expected: str | None = None
    code: str = DAMAGED_VALUE
    """The rule that explains it, as `dfsync explain` takes it."""

    @property
    def place(self) -> str:
        """Return the place as messages name it."""
        return self.table.where(self.row, self.column)


def header_problem(table: Table, column: int, reason: str) -> CellProblem:
    """Return what is wrong with a column, at its header."""
    header = table.headers[column] if column < len(table.headers) else ""
    return CellProblem(ProblemKind.UNREADABLE, table, table.header_row, column, header, reason, code=UNKNOWN_COLUMN)


class SheetError(InputError):
    """The spreadsheet can't be taken in until somebody settles some of its cells."""

    def __init__(self, message: str, problems: Sequence[CellProblem], *, help: str | None = None) -> None:
        super().__init__(message, help=help)
        self.problems = tuple(problems)


ExceptionTexts = tuple[str, str, str, str, str, str]
"""A row of dated exceptions as its texts: the site, first and last day, hours, note, and where it is written."""


class ExceptionEdit(Struct, frozen=True):
    """A dated exception of a site before and after; none before is a new one, none after is one to take out."""

    site: str
    before: DatedException | None
    after: DatedException | None


class SiteRow(Struct, frozen=True):
    """The site of a row: texts by field, and hours as JSON in the API's form."""

    id: str
    row: int
    cells: Mapping[str, str]
    columns: Mapping[str, int]
    hours: str | None = None
    contact: Mapping[str, str] = field(default_factory=dict)
