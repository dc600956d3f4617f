"""Writes a copy of a spreadsheet in which each cell that was not taken is marked, with the reason as a comment."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from typing import Any

from dfsync.sheets.output.people_sheet import new_workbook
from dfsync.sheets.table.cells import Cell, text_of
from dfsync.sheets.table.values import CellProblem, ProblemKind, Table

_YELLOW = "#FFE08A"
_COLORS = dict.fromkeys(ProblemKind, _YELLOW) | {ProblemKind.UNREADABLE: "#F4B6B6"}


def marked_workbook(tables: Sequence[Table], problems: Sequence[CellProblem]) -> bytes:
    """Return a workbook with the rows of the tables where they stood. Raises `DfsyncError` without the extra."""
    out = io.BytesIO()
    book = new_workbook(out)
    formats = {kind: book.add_format({"bg_color": color, "num_format": "@"}) for kind, color in _COLORS.items()}
    plain = book.add_format({"num_format": "@"})
    for number, table in enumerate(tables, 1):
        sheet = book.add_worksheet(f"Sheet {number}")
        sheet.set_column(0, max(len(table.headers) - 1, 0), 18, plain)
        for at, row in enumerate(table.sheet_rows):
            for column, cell in enumerate(row):
                _write(sheet, at, column, cell, plain)
        for problem in problems:
            if problem.table is table:
                _mark(sheet, problem, formats[problem.kind])
    book.close()
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Cell, plain: Any) -> None:
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        sheet.write_number(row, column, cell)
    elif cell is not None and not isinstance(cell, datetime.timedelta | datetime.date | datetime.time | str):
        sheet.write_boolean(row, column, cell)
    elif text := text_of(cell):
        sheet.write_string(row, column, text[:32_767], plain)


def _mark(sheet: Any, problem: CellProblem, format: Any) -> None:
    sheet.write_string(problem.row - 1, problem.column, problem.value[:32_767], format)
    should = f"\nThe files have: {problem.expected}" if problem.expected is not None else ""
    sheet.write_comment(problem.row - 1, problem.column, f"{problem.reason}{should}"[:2_000], {"author": "dfsync"})
