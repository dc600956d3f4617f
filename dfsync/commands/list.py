"""`dfsync list`: the sites of the files. Opens no socket."""

from __future__ import annotations

import shutil
import sys

import click

from dfsync.commands.invocation.context import Invocation, no_cache_option
from dfsync.commands.invocation.selection_options import selection_options
from dfsync.files.selection import SiteSelection
from dfsync.model.text import counted
from dfsync.report.site_list import RENDERERS


@click.command("list")
@click.option(
    "--format", "format", type=click.Choice(["text", "json", "csv"]), default="text", help="The format of the output."
)
@selection_options
@no_cache_option
@click.pass_obj
def command(invocation: Invocation, /, *, format: str, selection: SiteSelection, no_cache: bool) -> None:
    """List the sites of the files: id, name, file, groups, and which fields are managed."""
    checked = invocation.checked(cached=not no_cache)
    sites = checked.desired.sites
    ids = selection.ids(sites.values())
    width = shutil.get_terminal_size((120, 24)).columns if sys.stdout.isatty() else 0
    invocation.result(RENDERERS[format]([site for id, site in sites.items() if id in ids], width))
    if format == "text":
        total = counted(len(sites), "site")
        invocation.say(f"{len(ids):,} of {total}" if len(ids) < len(sites) else total)
