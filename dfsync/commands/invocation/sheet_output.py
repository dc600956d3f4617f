"""The messages and questions of `pull --from` about spreadsheets."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from dfsync.commands.invocation.context import Invocation
from dfsync.commands.invocation.output import write_file
from dfsync.commands.terminal.error_output import FindingsError
from dfsync.commands.terminal.sheet_dialogue import TerminalDialogue
from dfsync.errors import InputError
from dfsync.files.storage.root import CONFIG_FILE
from dfsync.findings import Findings
from dfsync.model.text import counted, first_few
from dfsync.pull.new_sites.place_defaults import FolderDefault, default_text
from dfsync.pull.sheet_report import cell_findings, note_lines, problem_lines, problems_of
from dfsync.pull.sheets import Sheets
from dfsync.pull.uncommitted_files import uncommitted
from dfsync.pull.values import PullResult
from dfsync.sheets.columns.answers import AcceptAll, Decisions, Nobody
from dfsync.sheets.output.marked_workbook import marked_workbook
from dfsync.sheets.table.values import CellProblem, ProblemKind, SheetError


def decisions(invocation: Invocation, *, yes: bool, keeps: bool) -> Decisions:
    """Return who answers the questions about a spreadsheet. With `keeps`, the answers go into dfsync.yaml."""
    if yes:
        return AcceptAll()
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return Nobody()
    return TerminalDialogue(lambda: _refuse_uncommitted_config(invocation) if keeps else None)


def agreed_defaults(invocation: Invocation, asked: Decisions, defaults: Sequence[FolderDefault]) -> bool:
    """Show the defaults that are certain for new sites.

    Return whether they are to be written: `--yes` or a person says so.
    """
    if not defaults:
        return False
    if isinstance(asked, TerminalDialogue):
        return asked.defaults(default_text(defaults))
    if isinstance(asked, AcceptAll):
        invocation.say(
            f"certain by country, state and postal code, and not in the spreadsheet:\n{default_text(defaults)}"
        )
        return True
    invocation.say(
        f"certain by country, state and postal code, and not in the spreadsheet; to have it, add to dfsync.yaml:\n"
        f"{default_text(defaults)}"
    )
    return False


def tell_zone_doubts(invocation: Invocation, doubts: Mapping[str, Sequence[str]]) -> None:
    """Say which new sites have no time zone, and why none is proposed."""
    for reason, ids in doubts.items():
        sites = first_few(ids)
        invocation.say(f"no time zone is proposed for {sites}: {reason}; write it into the spreadsheet or the files")


def tell_cells(
    invocation: Invocation, sheets: Sheets, pulled: PullResult, chosen: Collection[str]
) -> list[CellProblem]:
    """Say how ambiguous cells were read, and which cells are not taken. Return the latter."""
    for line in note_lines(sheets):
        invocation.say(line)
    problems = [one for one in problems_of(sheets, pulled.refusals) if not chosen or one.site in chosen]
    for line in problem_lines(problems):
        invocation.say(line)
    return problems


def write_reports(sheets: Sheets, problems: Sequence[CellProblem], reports: Sequence[tuple[str, str]]) -> None:
    """Write the spreadsheets with the cells marked that are not taken."""
    for _, file in reports:
        tables = [reading.table for reading in sheets.readings]
        write_file(Path(file), [marked_workbook(tables, problems)])


def settle_problems(invocation: Invocation, problems: Sequence[CellProblem], *, skip_unreadable: bool) -> bool:
    """Say what happens to the cells that are not taken. Return whether some values of the files stay because of them.

    Raises `FindingsError` if nothing is to be written.
    """
    unreadable = sum(problem.kind is ProblemKind.UNREADABLE for problem in problems)
    if unreadable and not skip_unreadable:
        raise FindingsError(
            f"{counted(unreadable, 'cell')} can't be read; nothing was written",
            Findings(tuple(cell_findings(problems)), len({one.table.file for one in problems}), 0, 0),
            help="correct them in the spreadsheet, or leave them out with --skip-unreadable",
        )
    if unreadable:
        invocation.say(f"{counted(unreadable, 'cell')} left out")
    damaged = sum(problem.kind is ProblemKind.DAMAGED for problem in problems)
    if damaged:
        invocation.say(f"{counted(damaged, 'damaged cell')} left out; the files keep their values (--force takes them)")
    elsewhere = sum(problem.kind is ProblemKind.ELSEWHERE for problem in problems)
    if elsewhere:
        invocation.say(f"{counted(elsewhere, 'edit')} left out: the value stands in a place that other sites share")
    return bool(damaged or elsewhere)


@contextmanager
def cells_as_findings() -> Iterator[None]:
    """Turn a spreadsheet that can't be taken in into an error whose findings name the cells."""
    try:
        yield
    except SheetError as error:
        findings = Findings(tuple(cell_findings(error.problems)), len({one.table.file for one in error.problems}), 0, 0)
        raise FindingsError(error.message, findings, help=error.help) from error


def _refuse_uncommitted_config(invocation: Invocation) -> None:
    """Raise `InputError` if dfsync.yaml has uncommitted edits: an answer could not be written into it."""
    if uncommitted(invocation.root(), {CONFIG_FILE}):
        raise InputError(
            f"{CONFIG_FILE} has edits that are not committed, so what you answer could not be written into it",
            help="commit or stash them first",
        )
