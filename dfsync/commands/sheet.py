"""`dfsync sheet`: the sites of the files as a spreadsheet for people. Opens no socket."""

from __future__ import annotations

from pathlib import Path

import click

from dfsync.commands.invocation.context import Invocation
from dfsync.commands.invocation.output import write_file
from dfsync.commands.invocation.selection_options import selection_options
from dfsync.errors import UsageError
from dfsync.files.selection import SiteSelection
from dfsync.model.text import counted, shortened
from dfsync.sheets.output.people_sheet import csv_bytes, people_sheet, xlsx_bytes

_ONE_TABLE = "; a .csv is one table, so contacts and dated exceptions are only in a .xlsx"
_WRITERS = {".csv": csv_bytes, ".xlsx": xlsx_bytes}


@click.command("sheet")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@selection_options
@click.pass_obj
def command(invocation: Invocation, /, *, file: Path, selection: SiteSelection) -> None:
    """Write the sites of the files as a spreadsheet for people to edit: FILE ends in .xlsx or .csv.

    Each site is a row, each weekday a column, and every cell is text. Contacts and dated exceptions have worksheets of
    their own. `dfsync pull --from FILE` takes the edits back. A spreadsheet that nobody edited changes nothing.
    """
    writer = _WRITERS.get(file.suffix.lower())
    if writer is None:
        raise UsageError(f"{shortened(str(file))} is neither .xlsx nor .csv", help="name it like stores.xlsx")
    desired = invocation.checked().desired
    ids = selection.ids(desired.sites.values())
    sites = [site for id, site in desired.sites.items() if id in ids]
    with invocation.progress("Writing the spreadsheet", "rows") as count:
        write_file(file, [writer(people_sheet(sites, desired.contacts.values()), count)])
    invocation.say(f"{shortened(str(file))}: {counted(len(sites), 'site')}{_ONE_TABLE if writer is csv_bytes else ''}")
