"""The questions to a person at a terminal about a spreadsheet: which field a column is, and how hours are meant."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence

import click
from msgspec.structs import replace

from dfsync.errors import InputError
from dfsync.model.column_targets import all_targets_text, is_target, targets
from dfsync.model.hours.free_text.week_text import Closing
from dfsync.model.likeness.spelling import nearest
from dfsync.model.sheet_settings import BlankDays
from dfsync.model.text import shortened
from dfsync.report.elements.columns import columns, padded
from dfsync.sheets.columns.proposal import Certainty, ColumnProposal
from dfsync.sheets.table.cells import letter
from dfsync.sheets.table.values import CellProblem, Table

_WIDE = 100
_SURE = {Certainty.CERTAIN: "certain", Certainty.LIKELY: "probably", Certainty.UNKNOWN: "left out"}


class TerminalDialogue:
    """Asks on the terminal; prompts go to stderr. `before` is called before anything is asked, and may raise."""

    def __init__(self, before: Callable[[], None]) -> None:
        self._before = before

    def columns(self, table: Table, proposals: Sequence[ColumnProposal]) -> Sequence[ColumnProposal]:
        """Show the proposal, and let the person accept it or change it line by line."""
        self._before()
        agreed = list(proposals)
        while True:
            click.echo(f"\n{table.where(table.header_row)} is the header. Each column is:\n", err=True)
            click.echo(columns_table(agreed, shutil.get_terminal_size((80, 24)).columns), err=True)
            answer = click.prompt(
                "\nEnter accepts, a number changes its line, q stops", default="", show_default=False, err=True
            ).strip()
            if answer.casefold() in ("", "y", "yes"):
                return agreed
            if answer.casefold() in ("q", "n", "no"):
                raise InputError("nothing was written")
            if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(agreed):
                number = int(answer) - 1
                agreed[number] = _asked_target(agreed[number])
            else:
                click.echo(f"There is no line {shortened(answer, 20)}.", err=True)

    def closing(self, cell: CellProblem) -> Closing:
        """Ask whether an end is the last minute open."""
        question = "Is a site closed from its closing time on (c), or open through that minute (o)?"
        end = f"{cell.place} has {shortened(cell.value, 60)}."
        return Closing.EXCLUSIVE if self._is_closed(end, question, "o") else Closing.INCLUSIVE

    def blank_days(self, cell: CellProblem) -> BlankDays:
        """Ask whether a blank day is closed."""
        question = "Is a blank day closed (c), or does the sheet say nothing of it (u)?"
        blank = f"{cell.place}: {shortened(cell.value, 60)}, beside days with hours."
        return "closed" if self._is_closed(blank, question, "u") else "unmanaged"

    def _is_closed(self, cell: str, question: str, other: str) -> bool:
        self._before()
        click.echo(f"\n{cell}", err=True)
        return bool(click.prompt(question, type=click.Choice(["c", other]), default="c", err=True) == "c")

    def defaults(self, text: str) -> bool:
        """Ask whether defaults that are certain by the address are written into dfsync.yaml."""
        self._before()
        click.echo(
            f"\nThe spreadsheet has no column for this, and the address makes it certain:\n\n{text}\n",
            err=True,
        )
        return click.confirm("Write these defaults into dfsync.yaml?", default=True, err=True)


def columns_table(proposals: Sequence[ColumnProposal], width: int) -> str:
    """Return the proposal as a table of at most `width` columns: column, header, field, how sure, samples."""
    rows = [("", "col", "header", "field", "", "samples")]
    for number, one in enumerate(proposals, 1):
        samples = ", ".join(shortened(sample, 20) for sample in one.samples)
        header, target = shortened(one.header, 30 if width > _WIDE else 20), one.target or "-"
        rows.append((str(number), letter(one.column), header, target, _SURE[one.certainty], samples))
    widths = [max(columns(row[column]) for row in rows) for column in range(5)]
    lines = ["  ".join([*map(padded, row[:5], widths), row[5]]).rstrip() for row in rows]
    return "\n".join(_cut(line, width) for line in lines)


def _cut(line: str, width: int) -> str:
    if columns(line) <= width:
        return line
    while columns(line) >= width:
        line = line[:-1]
    return f"{line}…"


def _asked_target(one: ColumnProposal) -> ColumnProposal:
    click.echo(f"The fields: {all_targets_text()}", err=True)
    while True:
        answer = click.prompt(
            f"{shortened(one.header, 30)} is (- leaves it out)", default=one.target or "-", err=True
        ).strip()
        if answer == "-":
            return replace(one, target=None, certainty=Certainty.UNKNOWN)
        if is_target(answer):
            return replace(one, target=answer, certainty=Certainty.CERTAIN)
        meant = nearest(answer, targets())
        click.echo(f"{shortened(answer, 30)} is no field" + (f"; did you mean {meant}?" if meant else ""), err=True)
