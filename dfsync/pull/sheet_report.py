"""The messages about spreadsheets: cells that are not taken, ambiguous cells, and sites that a sheet lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from dfsync.findings import Finding
from dfsync.model.column_targets import hours_column
from dfsync.model.place import Place, Span
from dfsync.model.site import Desired
from dfsync.model.text import counted, first_few, shortened
from dfsync.pull.sheets import Sheets
from dfsync.pull.values import UnfitValue
from dfsync.sheets.table.cells import letter
from dfsync.sheets.table.values import CellProblem, ProblemKind

_MOST_ALIKE = 50


def problems_of(sheets: Sheets, refusals: Sequence[UnfitValue]) -> list[CellProblem]:
    """Return the cells that are not taken, also those whose value no file may hold, in the order of the sheets."""
    found = sheets.problems
    told = {problem.site for problem in found}
    for refusal in refusals:
        problem = _problem(sheets, refusal)
        whole_site = refusal.field in ("", "id", "name")  # a name that can't be read is told already
        if problem is not None and not (whole_site and refusal.site in told):
            found.append(problem)
    order = {id(reading.table): number for number, reading in enumerate(sheets.readings)}
    return sorted(found, key=lambda one: (order.get(id(one.table), 0), one.row, one.column))


def _problem(sheets: Sheets, refusal: UnfitValue) -> CellProblem | None:
    for reading in sheets.readings:
        for row in reading.sites.rows if reading.sites else ():
            if row.id != refusal.site:
                continue
            column = row.columns.get(refusal.field, row.columns["id"])
            if refusal.field == "operational_hours":
                column = next((at for name, at in row.columns.items() if hours_column(name)), column)
            value = row.cells.get(refusal.field, "" if refusal.field in row.columns else row.id)
            return CellProblem(
                ProblemKind.UNREADABLE,
                reading.table,
                row.row,
                column,
                value,
                refusal.reason,
                row.id,
                refusal.field,
                code=refusal.code,
            )
    return None


def problem_lines(problems: Sequence[CellProblem]) -> Iterator[str]:
    """Yield a line for each problem.

    If many have the same reason, only the first ones get a line, and the others are counted.
    """
    counts: Counter[str] = Counter()
    for problem in problems:
        counts[problem.reason] += 1
        if counts[problem.reason] <= _MOST_ALIKE:
            yield problem_line(problem)
    for reason, count in counts.items():
        if count > _MOST_ALIKE:
            yield f"and {counted(count - _MOST_ALIKE, 'other cell')}: {reason}"


def problem_line(problem: CellProblem) -> str:
    """Return a problem on one line: `stores.csv, row 7, column D (Mon): "9-May": it is a date`."""
    header = problem.table.headers[problem.column]
    named = f" ({shortened(header, 30)})" if header else ""
    site = f" of site {shortened(problem.site, 40)}" if problem.site else ""
    line = f'{problem.place}{named}{site}: "{shortened(problem.value, 60)}": {problem.reason}'
    if problem.expected is None:
        return line
    return f"{line}; the files have {shortened(problem.expected, 60)}"


def cell_findings(problems: Iterable[CellProblem]) -> Iterator[Finding]:
    """Yield the problems as findings: the line is the row as the spreadsheet shows it, the column counts from 1."""
    for problem in problems:
        column = problem.column + 1
        yield Finding(
            problem.code,
            problem_line(problem),
            Place(problem.table.file),
            span=Span(problem.row, column, problem.row, column + 1),
            id=problem.site or None,
            field=problem.field or None,
        )


def cell_document(problem: CellProblem) -> dict[str, Any]:
    """Return a problem as plain values; the row counts as the spreadsheet shows it."""
    table = problem.table
    return {
        "kind": str(problem.kind),
        "file": table.file,
        "worksheet": table.worksheet or None,
        "cell": f"{letter(problem.column)}{problem.row}",
        "header": table.headers[problem.column],
        "site": problem.site or None,
        "field": problem.field or None,
        "value": problem.value,
        "reason": problem.reason,
        "expected": problem.expected,
    }


def note_lines(sheets: Sheets) -> Iterator[str]:
    """Yield a line for each way in which ambiguous cells were read."""
    for reading in sheets.readings:
        for note, places in reading.notes.items():
            more = f" and {counted(len(places) - 1, 'other cell')}" if len(places) > 1 else ""
            yield f"{places[0]}{more}: {note}"


def lacking_line(sheets: Sheets, desired: Desired, among: Collection[str]) -> str | None:
    """Return the line about sites of the files that the sheets lack; `among` limits it unless it is empty."""
    tables = [reading for reading in sheets.readings if reading.sites is not None]
    if not tables:
        return None
    damaged = {problem.expected or problem.site for problem in sheets.problems if problem.field == "id"}
    lacking = [
        id for id in desired.sites if id not in sheets.sites and id not in damaged and (not among or id in among)
    ]
    if not lacking:
        return None
    files = " and ".join(dict.fromkeys(reading.table.file for reading in tables))
    return f"{counted(len(lacking), 'site')} of the files not in {files}, left as they are: {first_few(lacking)}"
