"""`dfsync traffic`: reports, declared hours compared with observed traffic, and the internal ids of sites."""

from __future__ import annotations

import datetime
import sys
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from dfsync.commands.invocation.context import Invocation
from dfsync.commands.invocation.output import chosen_format, write_file, write_output, write_stream
from dfsync.commands.terminal.log_output import bundle_option
from dfsync.errors import UsageError
from dfsync.files.selection import SiteSelection
from dfsync.files.storage.atomic_write import replace_file
from dfsync.model.settings import Config
from dfsync.model.site import Site
from dfsync.model.text import first_few, shortened, visible
from dfsync.runtime.parallel import Count
from dfsync.traffic.analysis.days.frame import STEP
from dfsync.traffic.analysis.findings import HoursReport
from dfsync.traffic.api.fetch import Report
from dfsync.traffic.api.request import ReportRequest
from dfsync.traffic.api.site_ids import Pairing, PairingOutcome, names_of, pairings
from dfsync.traffic.edit_files import FileChange, edited_files, hours_change, id_change
from dfsync.traffic.options import DATE, chart_option, keys, minutes, output_option, sites_options, step
from dfsync.traffic.report import chart as chart_of_report
from dfsync.traffic.report import hours_chart as chart_of_hours
from dfsync.traffic.report.rows import RENDERERS, ReportShape
from dfsync.traffic.report.summary import Summary
from dfsync.traffic.report.svg import png
from dfsync.traffic.site_choice import choose
from dfsync.traffic.survey import asked, survey

Range = tuple[datetime.date, datetime.date]
_HOURS_FORMATS = ("text", "json", "markdown")


@click.group("traffic")
def command() -> None:
    """Traffic reports, and declared hours compared with observed traffic.

    Times are the local wall clock of each site. A site takes part if its file has an internal_id.
    """


@command.command("report")
@sites_options
@click.option("--from", "first", metavar="DATE", type=DATE, help="First day; by default six days before --to.")
@click.option("--to", "last", metavar="DATE", type=DATE, help="Last day; by default yesterday.")
@click.option("--start", metavar="HH:MM", default="00:00", callback=minutes, help="Only from this time of day.")
@click.option("--end", "stop", metavar="HH:MM", default="24:00", callback=minutes, help="Only until this time of day.")
@click.option(
    "--every", "step", metavar="15m|1h", default="1h", callback=step, help="Length of a bucket; by default 1h."
)
@click.option(
    "--by",
    metavar="time,site",
    default="time,site",
    callback=keys,
    help="Split the rows by these; by default by both.",
)
@click.option(
    "--metric",
    "metrics",
    metavar="NAME",
    multiple=True,
    help="entrances (default), dwell_time, transactions, occupancy, walk_bys; repeatable.",
)
@click.option(
    "--format",
    "format",
    type=click.Choice(["table", "csv", "json", "jsonl"]),
    help="The default follows the ending of --output; without one it is table.",
)
@output_option
@chart_option
@bundle_option
@click.pass_obj
def report(
    invocation: Invocation,
    /,
    *,
    ids: tuple[str, ...],
    selection: SiteSelection,
    first: datetime.datetime | None,
    last: datetime.datetime | None,
    metrics: tuple[str, ...],
    format: str | None,
    output: Path | None,
    chart: Path | None,
    bundle: Path | None,
    **shape: Any,
) -> None:
    """Write a traffic report, row by row as it arrives."""
    days = _range(first, last, 7)
    format = chosen_format(format, output, ("csv", "json", "jsonl"), "table")
    request = ReportRequest((), *days, metrics=tuple(dict.fromkeys(metrics)) or ("entrances",), **shape)
    if chart is not None and "time" not in request.by:
        raise UsageError("a chart shows traffic over time", help="leave --by out, or add time to it")
    checked = invocation.checked()
    sites = _chosen(invocation, checked.desired.sites.values(), ids, selection)
    columns = ReportShape(request.by, request.metrics, max(len(site.id) for site in sites))
    summary = Summary(request, {site.id: site.name for site in sites})
    # Rows that run over the terminal are progress enough.
    with (
        invocation.client(checked.config, bundle=bundle, reading=None) as client,
        _progress(invocation, shown=output is not None or not sys.stdout.isatty()) as count,
    ):
        concurrency = checked.config.api.concurrency
        rows = Report(client.traffic_report, request, asked(sites), concurrency, count=count).rows()
        passing = summary.passing(rows) if chart else rows
        texts = RENDERERS[format](passing, columns)
        try:
            write_stream(output, (text.encode() for text in texts))
        except BrokenPipeError:
            if chart is not None:  # whoever read stdout has seen enough; the chart is of all rows
                deque(passing, maxlen=0)
                _write_chart(invocation, chart, chart_of_report.render(summary))
            raise
    if chart is not None:
        _write_chart(invocation, chart, chart_of_report.render(summary))


@command.command("hours")
@sites_options
@click.option("--weeks", type=click.IntRange(4, 52), default=8, show_default=True, help="How many weeks of traffic.")
@click.option("--to", "last", metavar="DATE", type=DATE, help="The last day of them; by default yesterday.")
@click.option(
    "--staff",
    "staff_min",
    metavar="MINUTES",
    type=click.IntRange(0, 120),
    default=45,
    show_default=True,
    help="Minutes before opening and after closing whose traffic counts as staff.",
)
@click.option("--format", "format", type=click.Choice(_HOURS_FORMATS), default="text")
@output_option
@chart_option
@click.option("--suggest", is_flag=True, help="Write the proposed hours into the files, for review; never to live.")
@bundle_option
@click.pass_obj
def hours(
    invocation: Invocation,
    /,
    *,
    ids: tuple[str, ...],
    selection: SiteSelection,
    weeks: int,
    last: datetime.datetime | None,
    staff_min: int,
    format: str,
    output: Path | None,
    chart: Path | None,
    suggest: bool,
    bundle: Path | None,
) -> None:
    """Compare declared opening hours with observed traffic.

    Shows where sites are busy while declared closed or empty while declared open, where opening or closing seems
    shifted, how sure that is, and why. Dated exceptions and days that look closed are left out.
    """
    checked = invocation.checked()
    sites = _chosen(invocation, checked.desired.sites.values(), ids, selection)
    found = _survey(invocation, checked.config, sites, _range(None, last, weeks * 7), staff_min, bundle)
    if chart is not None:  # first, for whoever reads stdout may close it
        _write_chart(invocation, chart, chart_of_hours.render(found))
    rendered = import_module(f"dfsync.traffic.report.hours_{format}").render(found)
    write_output(str(output) if output else None, rendered, invocation)
    if suggest:
        proposed = {site.id: site.verdict.proposed for site in found.sites}
        _edit(invocation, [hours_change(site, week) for site in sites if (week := proposed.get(site.id)) is not None])


@command.command("map")
@click.argument("internal_ids", metavar="ID...", nargs=-1, required=True, type=click.IntRange(0))
@click.option("--write", is_flag=True, help="Write what was learned into the site files.")
@bundle_option
@click.pass_obj
def map_(invocation: Invocation, /, *, internal_ids: tuple[int, ...], write: bool, bundle: Path | None) -> None:
    """Learn which internal id belongs to which site, from the names in four weeks of reports.

    If several sites have the same name, it is reported and never guessed.
    """
    checked = invocation.checked()
    ids = dict.fromkeys(internal_ids)
    names = []
    with (
        invocation.client(checked.config, bundle=bundle, reading=None) as client,
        invocation.progress("Asking for traffic", "ids") as count,
    ):
        for name in names_of(client.traffic_report, ids, *_range(None, None, 28)):
            names.append(name)
            if count is not None:
                count(len(names), len(ids))
    found = pairings(names, [*checked.desired.sites.values()])
    invocation.result("".join(_pairing_line(pairing) for pairing in found))
    learned = [pairing for pairing in found if pairing.outcome is PairingOutcome.LEARNED]
    if write:
        _edit(invocation, [id_change(pairing.sites[0], pairing.internal_id) for pairing in learned])


def _range(first: datetime.datetime | None, last: datetime.datetime | None, days: int) -> Range:
    """Return the first and the last day, by default so many that end yesterday."""
    yesterday = datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=1)
    to = last.date() if last else yesterday
    return (first.date() if first else to - datetime.timedelta(days=days - 1)), to


def _chosen(
    invocation: Invocation, sites: Iterable[Site], ids: tuple[str, ...], selection: SiteSelection
) -> list[Site]:
    """Return the sites to ask for; say which were meant and can't be."""
    sites, without_id = choose(sites, replace(selection, only=(*selection.only, *ids)))
    if without_id:
        some = first_few([site.id for site in without_id])
        invocation.say(f"left out, without internal_id: {some} ({len(without_id)}); see dfsync traffic map")
    return sites


def _survey(
    invocation: Invocation, config: Config, sites: Sequence[Site], days: Range, staff_min: int, bundle: Path | None
) -> HoursReport:
    """Fetch the traffic of the sites that declare hours, and judge each of them."""
    declaring = [site for site in sites if site.week is not None]
    request = ReportRequest((), *days, step=STEP)
    with (
        invocation.client(config, bundle=bundle, reading=None) as client,
        _progress(invocation, shown=True) as count,
    ):
        rows = Report(client.traffic_report, request, asked(declaring), config.api.concurrency, count=count).rows()
        judged = tuple(survey(declaring, rows, days, staff_min))
    return HoursReport(*days, staff_min, judged, tuple(site.id for site in sites if site.week is None))


def _progress(invocation: Invocation, *, shown: bool) -> AbstractContextManager[Count | None]:
    return invocation.progress("Asking for traffic", "days of sites") if shown else nullcontext()


def _pairing_line(pairing: Pairing) -> str:
    names = ", ".join(shortened(name) for name in pairing.names) or "-"
    sites = ", ".join(visible(site.id) for site in pairing.sites) or "-"
    return f"{pairing.internal_id}\t{pairing.outcome}\t{sites}\t{names}\n"


def _edit(invocation: Invocation, changes: Sequence[FileChange]) -> None:
    """Make changes in the files, and say which."""
    files = edited_files(invocation.tree(), changes)
    for file, data in files.items():
        replace_file(invocation.root(), file, data)
        invocation.say(f"edited {visible(file)}")
    invocation.say("review with git diff; nothing was sent" if files else "nothing to write")


def _write_chart(invocation: Invocation, file: Path, svg: str) -> None:
    write_file(file, [png(svg) if file.suffix.lower() == ".png" else svg.encode()])
    invocation.say(f"chart written to {file}")
