"""`dfsync pull`: writes live, or a spreadsheet, into the files."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from msgspec import Struct
from msgspec.structs import replace

from dfsync.commands.invocation.context import Invocation
from dfsync.commands.invocation.output import format_option
from dfsync.commands.invocation.report_files import report_option
from dfsync.commands.invocation.selection_options import selection_options
from dfsync.commands.invocation.sheet_output import (
    agreed_defaults,
    cells_as_findings,
    decisions,
    settle_problems,
    tell_cells,
    tell_zone_doubts,
    write_reports,
)
from dfsync.commands.invocation.state_store import state_store
from dfsync.commands.terminal.log_output import bundle_option
from dfsync.commands.terminal.unified_diff import unified
from dfsync.errors import DfsyncError, ExitCode, InputError, UsageError
from dfsync.files.selection import SiteSelection
from dfsync.files.storage.atomic_write import replace_file
from dfsync.files.storage.root import CONFIG_FILE
from dfsync.model.last_applied import LastApplied
from dfsync.model.settings import Config
from dfsync.model.text import counted, first_few, json_document, shortened, visible
from dfsync.plan.exception_weeks import PlanDay
from dfsync.pull.branch import check_new_branch, commit_to_branch
from dfsync.pull.ids import chosen_ids, missing_ids, refuse_file_names
from dfsync.pull.new_sites.layout import Layout
from dfsync.pull.new_sites.place_defaults import default_changes, place_defaults, zone_doubts
from dfsync.pull.run import Form, OtherChanges, PullRepository, pull
from dfsync.pull.sheet_report import cell_document, lacking_line
from dfsync.pull.sheets import Sheets, read_files
from dfsync.pull.uncommitted_files import uncommitted
from dfsync.pull.values import FileChange, IncomingSite, Notice, PullResult, PullScope
from dfsync.sheets.columns.answers import Decisions
from dfsync.sheets.reader import SheetReader
from dfsync.sheets.table.values import CellProblem
from dfsync.validation.check import Checked

LAYOUTS = ("one-per-site", "per-state", "single")


@click.command("pull")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option(
    "--from",
    "files",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A saved export or a spreadsheet (.csv, .xlsx, .xls, .ods) instead of live; may be given twice.",
)
@click.option(
    "--yes", is_flag=True, help="Accept the proposed meaning of a spreadsheet's columns, and write it to dfsync.yaml."
)
@click.option("--skip-unreadable", is_flag=True, help="Leave out the cells of a spreadsheet that can't be read.")
@report_option(["xlsx"])
@click.option("--branch", metavar="NAME", help="Commit what is written to a new branch.")
@click.option("--dry-run", is_flag=True, help="Write nothing; show how the files would change.")
@click.option("--only-drift", is_flag=True, help="Only what was edited elsewhere since the last apply.")
@click.option("--unmanaged", is_flag=True, help="Only sites that no file has.")
@click.option("--layout", type=click.Choice(LAYOUTS), default=LAYOUTS[0], help="How many new sites share a file.")
@click.option("--factor", is_flag=True, help="Write what new sites have in common as defaults and hours profiles.")
@click.option(
    "--force",
    is_flag=True,
    help="Overwrite edits not committed or not applied; take damaged cells as they are.",
)
@selection_options
@format_option
@bundle_option
@click.pass_obj
def command(invocation: Invocation, /, **wanted: Any) -> int:
    """Write live into the files: all sites, or those with the given ids.

    New sites become new files. Changed fields are edited in place, and every other byte stays. Fields that a file
    leaves out stay out. What was edited in the files and not yet applied stays, unless --force is given. Before the
    first apply dfsync does not know what was edited, and takes the values of live.
    """
    options = PullOptions(**wanted)
    if options.only_drift and options.unmanaged:
        raise UsageError("--only-drift and --unmanaged exclude each other")
    if options.branch and not options.dry_run:
        check_new_branch(invocation.root(), options.branch)
    checked = invocation.checked_or_empty("the files have errors, so nothing is pulled")
    refuse_file_names(options.ids, checked.desired.sites)
    repository = _repository(invocation, checked, offline=bool(options.files))
    if options.only_drift and not repository.last_applied.known:
        raise DfsyncError(
            "nothing was ever applied from here, so what was edited elsewhere can't be told from what changed",
            help="dfsync pull without --only-drift takes all of live",
        )
    asked = decisions(invocation, yes=options.yes, keeps=not options.dry_run and not options.force)
    incoming = _incoming(invocation, checked, options, asked)
    chosen = chosen_ids(options.ids, options.selection, checked.desired.sites, incoming.sites)
    scope = PullScope(chosen, options.only_drift, options.unmanaged, options.force)
    form = Form(Layout(options.layout), options.factor)
    pulled = _pulled(invocation, repository, incoming, scope, form, asked)
    for remark in _remarks(options, incoming, repository):
        invocation.say(remark)
    if not (options.files or options.ids or options.unmanaged):
        gone = (one for one in _gone(repository, incoming.sites) if not scope.ids or one.who in scope.ids)
        pulled = replace(pulled, notices=(*pulled.notices, *gone))
    _tell(invocation, pulled.notices)
    problems = tell_cells(invocation, incoming, pulled, chosen)
    write_reports(incoming, problems, options.reports)
    damaged = settle_problems(invocation, problems, skip_unreadable=options.skip_unreadable)
    if lacking := lacking_line(incoming, checked.desired, chosen):
        invocation.say(lacking)
    _finish(invocation, options, pulled, problems)
    return ExitCode.ERROR if damaged else ExitCode.OK


class PullOptions(Struct, frozen=True):
    """The options of a pull."""

    ids: tuple[str, ...]
    files: tuple[Path, ...]
    yes: bool
    skip_unreadable: bool
    reports: Sequence[tuple[str, str]]
    branch: str | None
    dry_run: bool
    only_drift: bool
    unmanaged: bool
    layout: str
    factor: bool
    force: bool
    selection: SiteSelection
    format: str
    bundle: Path | None


def _finish(invocation: Invocation, options: PullOptions, pulled: PullResult, problems: Sequence[CellProblem]) -> None:
    """Write the files, or show how they would change, and say what was done."""
    summary = _summary(pulled, options.files, dry_run=options.dry_run)
    if not options.dry_run:
        _write(invocation, pulled.changes, force=options.force)
        source = " and ".join(file.name for file in options.files) or "live"
        _commit(invocation, options.branch, pulled.changes, f"Take in {source}\n\n{summary}")
    elif options.format == "text":
        _show(invocation, pulled.changes)
    if options.format == "json":
        invocation.result(json_document(_document(pulled, problems, dry_run=options.dry_run)))
    invocation.say(summary)


def _remarks(options: PullOptions, incoming: Sheets, repository: PullRepository) -> Iterator[str]:
    """Yield remarks about what comes in, and about ids that do not. Raises `InputError` for ids that exist nowhere."""
    missing = missing_ids(options.ids, incoming, repository.desired.sites, from_files=bool(options.files))
    if options.files and not (incoming.sites or incoming.contacts or incoming.problems):
        yield f"no site and no contact is in {' and '.join(shortened(str(file)) for file in options.files)}"
    yield from (*incoming.remarks, *missing)


def _commit(invocation: Invocation, branch: str | None, changes: Sequence[FileChange], message: str) -> None:
    """Commit the changes to a new branch, if one is asked for and anything has changed."""
    if not branch or not changes:
        return
    commit_to_branch(invocation.root(), branch, [change.path for change in changes], message)
    invocation.say(f"committed to the new branch {visible(branch)}; git push -u origin {visible(branch)} sends it")


def _pulled(
    invocation: Invocation, repository: PullRepository, sheets: Sheets, scope: PullScope, form: Form, asked: Decisions
) -> PullResult:
    """Return what the pull changes, with the defaults for new sites that a person at the terminal agrees to."""
    sites, contacts = sheets.sites.values(), sheets.contacts.values()
    also = OtherChanges(sheets.changes, sheets.exceptions, sheets.contact_keys)
    with invocation.progress("Comparing with the files", "files") as count:
        pulled = pull(repository, sites, contacts, scope, form, also, count)
    if not sheets.of_people:
        return pulled
    tell_zone_doubts(invocation, zone_doubts(pulled.placed, repository.config))
    defaults = place_defaults(pulled.placed, repository.desired, repository.config)
    if not agreed_defaults(invocation, asked, defaults):
        return pulled
    also = replace(also, config=[*sheets.changes, *default_changes(defaults)])
    return pull(repository, sites, contacts, scope, form, also)


def _repository(invocation: Invocation, checked: Checked, *, offline: bool) -> PullRepository:
    config = checked.config
    plan_day = PlanDay(datetime.datetime.now(datetime.UTC), config.days_ahead)
    last_applied = _last_applied(invocation, config, offline=offline)
    return PullRepository(invocation.tree(), config, checked.desired, last_applied, plan_day)


def _last_applied(invocation: Invocation, config: Config, *, offline: bool) -> LastApplied:
    """Return what was last applied. A spreadsheet can come in before there is a target."""
    if offline and not config.targets:
        return LastApplied()
    return state_store(invocation, config).load(offline=offline).last_applied()


def _incoming(invocation: Invocation, checked: Checked, options: PullOptions, asked: Decisions) -> Sheets:
    if options.files:
        with cells_as_findings():
            reader = SheetReader(checked.config, checked.desired, asked, force=options.force)
            return read_files(options.files, reader)
    with invocation.client(checked.config, bundle=options.bundle) as client:
        return Sheets({site.live.id: site for site in client.export(IncomingSite, ids=options.ids or None)})


def _gone(repository: PullRepository, found: Collection[str]) -> list[Notice]:
    """Return the sites of the files that somebody deleted in live."""
    known = repository.last_applied.sites
    what = "deleted in live since the last apply: remove its entry from the files, or apply creates it again"
    return [Notice(what, id) for id in repository.desired.sites if id in known and id not in found]


def _document(pulled: PullResult, problems: Sequence[CellProblem], *, dry_run: bool) -> dict[str, Any]:
    """Return the result of a pull as plain values; with --dry-run, what would be written."""
    return {
        "format": "dfsync/pull",
        "format_version": 1,
        "dry_run": dry_run,
        "summary": {"new_sites": pulled.created, "changed_sites": pulled.updated, "files": len(pulled.changes)},
        "files": [{"file": change.path, "new": change.before is None} for change in pulled.changes],
        "cells": [cell_document(problem) for problem in problems],
        "notices": [{"about": notice.who, "message": notice.what} for notice in pulled.notices],
    }


def _tell(invocation: Invocation, notices: Sequence[Notice]) -> None:
    """Show each kind of notice once, with the first few sites or contacts."""
    for what, alike in groupby(sorted(notices, key=lambda notice: notice.what), key=lambda notice: notice.what):
        invocation.say(f"{first_few([notice.who for notice in alike])}: {shortened(what, 200)}")


def _show(invocation: Invocation, changes: Sequence[FileChange]) -> None:
    color = invocation.colored(sys.stdout)
    invocation.result("".join(unified(change.path, change.before, change.after, color=color) for change in changes))


def _write(invocation: Invocation, changes: Sequence[FileChange], *, force: bool) -> None:
    """Write all files; or none, if one has uncommitted edits. Raises `InputError`."""
    root = invocation.root()
    replaced = {change.path for change in changes if change.before is not None}
    try:
        at_risk = [] if force else uncommitted(root, replaced)
    except InputError as error:
        raise InputError(
            f"nothing was written: whether the files have uncommitted edits can't be told, since {error.message}",
            help=f"{error.help or 'let git answer first'}; or overwrite such edits with --force",
        ) from error
    if at_risk:
        raise InputError(
            f"{first_few(at_risk)} would change and has edits that are not committed; nothing was written",
            help="commit or stash them first, or overwrite them with --force",
        )
    for change in changes:
        replace_file(root, change.path, change.after)
        invocation.say(f"{'created' if change.before is None else 'changed'} {visible(change.path)}")


def _summary(pulled: PullResult, files: Sequence[Path], *, dry_run: bool) -> str:
    if not pulled.changes and pulled.notices:
        return "nothing to write; what is listed above stays as it is"
    if not pulled.changes:
        source = " and ".join(visible(file.name) for file in files) or "live"
        return f"nothing to pull: the files agree with {source}"
    sites = ((pulled.created, "new site"), (pulled.updated, "changed site"))
    parts = ", ".join(counted(number, noun) for number, noun in sites if number)
    if not parts:
        parts = CONFIG_FILE if {change.path for change in pulled.changes} == {CONFIG_FILE} else "contacts"
    return f"{parts}; {counted(len(pulled.changes), 'file')} {'would be written' if dry_run else 'written'}"
