"""`dfsync calendar`: dated exceptions to come."""

from __future__ import annotations

import datetime

import click

from dfsync.commands.invocation.context import Invocation
from dfsync.commands.invocation.output import write_output
from dfsync.model.text import json_document
from dfsync.plan.exception_weeks import PlanDay
from dfsync.plan.upcoming_exceptions import UpcomingException, upcoming_exceptions
from dfsync.report import icalendar
from dfsync.report.calendar import document, render
from dfsync.validation.check import Checked


@click.command("calendar")
@click.option(
    "--format", "format", type=click.Choice(["text", "json", "ics"]), default="text", help="The format of the output."
)
@click.option("--output", metavar="FILE", help="Write to FILE instead of stdout.")
@click.pass_obj
def command(invocation: Invocation, /, *, format: str, output: str | None) -> None:
    """List the dated exceptions to come: the day, the hours, the sites, and the day on which they enter the week.

    --format ics writes a calendar for Google, Outlook and Apple. Importing it again updates the same events.
    """
    checked = invocation.checked()
    plan_day = PlanDay(datetime.datetime.now(datetime.UTC), checked.config.days_ahead)
    days = upcoming_exceptions(checked.desired.sites.values(), plan_day)
    if format == "json":
        write_output(output, json_document(document(days)), invocation)
    elif format == "ics":
        write_output(output, _ics(checked, days, plan_day.now.date()), invocation)
    else:
        if not days:
            invocation.say("there are no dated exceptions to come")
        if days or output is not None:
            write_output(output, render(days), invocation)


def _ics(checked: Checked, days: list[UpcomingException], today: datetime.date) -> str:
    sites = checked.desired.sites
    zones = {id: site.text("timezone") for id, site in sites.items()}
    owner = ",".join(sorted({f"{target.customer_id}" for target in checked.config.targets.values()}))
    return icalendar.render(days, zones, {id: site.name for id, site in sites.items()}, today, owner)
