"""`dfsync calendar`: dated exceptions to come."""

from __future__ import annotations

import datetime

import click

from dfsync.commands.context import Invocation
from dfsync.commands.output import format_option
from dfsync.model.text import json_document
from dfsync.plan.dated_exceptions import Calendar, coming
from dfsync.report.calendar import document, render


@click.command("calendar")
@format_option
@click.pass_obj
def command(invocation: Invocation, /, *, format: str) -> None:
    """List the dated exceptions to come: the day, the hours, the sites, and since when the week has them."""
    checked = invocation.checked()
    calendar = Calendar(datetime.datetime.now(datetime.UTC), checked.config.days_ahead)
    days = coming(checked.desired.sites.values(), calendar)
    if format == "json":
        invocation.result(json_document(document(days)))
        return
    if not days:
        invocation.say("no dated exception is to come")
        return
    invocation.result(render(days))
