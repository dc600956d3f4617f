"""`dfsync holidays`: public holidays as dated exceptions, and those that no exception covers yet."""

from __future__ import annotations

import datetime
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import click

from dfsync.commands.invocation.context import Invocation
from dfsync.commands.invocation.output import write_file
from dfsync.errors import InputError, UsageError
from dfsync.files.edit.calendar import CalendarEdit, calendar_edit
from dfsync.files.edit.dated_exception import exception_node
from dfsync.files.edit.edit import EditError, edited
from dfsync.files.edit.write import in_flow
from dfsync.files.schema_shape import shape_of
from dfsync.files.storage.glob import base
from dfsync.files.storage.root import CONFIG_FILE
from dfsync.model.exception_days import DatedException
from dfsync.model.hours.file_form.read import read_spans
from dfsync.model.hours.week import DAYS, Span
from dfsync.model.settings import Config
from dfsync.model.text import counted, first_few, shortened, visible
from dfsync.validation.geography.public_holidays import (
    AHEAD_DAYS,
    HolidayRegion,
    PublicHoliday,
    managed_by_region,
    missing,
    public_holidays,
    region,
    region_of,
    require_installed,
)


@click.command("holidays")
@click.argument("code", metavar="[REGION]", required=False)
@click.argument("year", metavar="[YEAR]", required=False, type=click.IntRange(1, 9999))
@click.option("--closed", is_flag=True, help="Write them as exceptions on which the sites are closed.")
@click.option(
    "--hours", multiple=True, metavar="SPAN", help="Write them as exceptions with these hours, such as 10:00-14:00."
)
@click.option("--only", multiple=True, metavar="GLOB", help="Only holidays whose name matches; may be repeated.")
@click.option("--write", "calendar", metavar="CALENDAR", help="Put them into this calendar of dfsync.yaml.")
@click.option("--match", metavar="GLOB", help="The site files of a new calendar, such as sites/us/**.")
@click.option("--group", "groups", multiple=True, metavar="NAME", help="The groups of a new calendar.")
@click.option(
    "--missing",
    "show_missing",
    is_flag=True,
    help="List holidays of the next 60 days that no exception covers, by region of your sites.",
)
@click.pass_obj
def command(
    invocation: Invocation,
    /,
    *,
    code: str | None,
    year: int | None,
    closed: bool,
    hours: tuple[str, ...],
    only: tuple[str, ...],
    calendar: str | None,
    match: str | None,
    groups: tuple[str, ...],
    show_missing: bool,
) -> int:
    """Propose the public holidays of a REGION, such as US-CA or DE-BY, in a YEAR as dated exceptions.

    Without --closed or --hours it lists them. --write puts them into a calendar of dfsync.yaml: a new day goes to
    its end, and a day that is there already gets the new hours. Running the same command again changes nothing.
    """
    if show_missing:
        if code or closed or hours or only or calendar or match or groups:
            raise UsageError("--missing goes alone", help="dfsync holidays --missing looks at the sites of the files")
        require_installed()
        _missing(invocation)
        return 0
    if code is None or year is None:
        raise UsageError("say which holidays: REGION YEAR", help="such as dfsync holidays US-CA 2027; or --missing")
    if closed and hours:
        raise UsageError("a day is --closed or has --hours", help="leave one of them out; --only chooses the days")
    if calendar is not None and not closed and not hours:
        raise UsageError("--write needs --closed or --hours", help="add --closed, or --hours 10:00-14:00")
    if calendar is None and (match or groups):
        raise UsageError("--match and --group are for --write CALENDAR", help="name the calendar with --write")
    spans = _spans(hours)
    require_installed()
    where = region(code)
    found = [holiday for holiday in public_holidays(where, year) if _is_named(holiday, only)]
    if not found:
        named = f" named like {' or '.join(map(visible, only))}" if only else ""
        raise InputError(f"no public holiday{named} is known for {where} in {year}")
    if calendar is not None:
        _write(invocation, found, spans, (calendar, match, groups), where)
    elif closed or hours:
        invocation.result("".join(f"- {in_flow(exception_node(day))}\n" for day in _exceptions(found, spans)))
    else:
        invocation.result("".join(f"{_day(each.date)}  {shortened(each.name, 100)}\n" for each in found))
    return 0


def _spans(hours: Sequence[str]) -> tuple[Span, ...]:

    spans, problems = read_spans([part.strip() for text in hours for part in text.split(",")])
    if problems:
        raise UsageError(f"--hours: {problems[0].message}", help=problems[0].help)
    return spans


def _is_named(holiday: PublicHoliday, globs: Sequence[str]) -> bool:
    names = [name.casefold() for name in (holiday.name, *holiday.names, *holiday.local_names)]
    return not globs or any(fnmatchcase(name, glob.casefold()) for name in names for glob in globs)


def _exceptions(found: Iterable[PublicHoliday], spans: tuple[Span, ...]) -> list[Any]:

    return [DatedException(each.date, spans, each.name) for each in found]


def _write(
    invocation: Invocation,
    found: Sequence[PublicHoliday],
    spans: tuple[Span, ...],
    wanted: tuple[str, str | None, tuple[str, ...]],
    where: HolidayRegion,
) -> None:
    """Put holidays into a calendar of dfsync.yaml, and say what was written."""
    config = invocation.config()
    name, match, groups = wanted
    chosen = _chosen(invocation, config, name, match, groups, where)
    edit = calendar_edit(config.calendars.get(name), name, chosen, _exceptions(found, spans))
    tree = invocation.tree()
    try:
        data = edited(tree.read(CONFIG_FILE), edit.changes, shape_of("config")).data
    except EditError as error:
        raise InputError(f"{CONFIG_FILE} {error.message}", help=error.help) from error
    if edit.changes:
        write_file(tree.root / CONFIG_FILE, [data])
    invocation.result(_written(name, edit, found))


def _chosen(
    invocation: Invocation, config: Config, name: str, match: str | None, groups: tuple[str, ...], where: HolidayRegion
) -> Mapping[str, Any]:
    """Return which sites a new calendar is for; nothing for a calendar that exists.

    Raises `UsageError` if that is unknown.
    """
    calendar = config.calendars.get(name)
    if calendar is not None:
        if match not in (None, calendar.match) or groups:
            raise UsageError(
                f"calendar {visible(name)} is there already", help="leave out --match and --group, or edit them there"
            )
        return {}
    if match is None and not groups:
        match = _folder_of(invocation, config, where)
        invocation.say(f"calendar {visible(name)} is for {visible(match)}; to change that, edit its match")
    return {**({"match": match} if match else {}), **({"groups": list(groups)} if groups else {})}


def _folder_of(invocation: Invocation, config: Config, where: HolidayRegion) -> str:
    """Return the pattern of the folder that holds the sites of a region and none that are known to be elsewhere.

    If no site is known to be in the region, the sites whose region is not known count; without sites, all that will be.
    """
    sites = invocation.checked_or_empty("the files have errors, so nothing is written").desired.sites.values()
    folders: dict[bool | None, set[str]] = {True: set(), None: set(), False: set()}
    for site in sites:
        folders[_is_in(where, region_of(site))].add(site.place.file.rpartition("/")[0])
    chosen = folders[True] or folders[None] or (set() if sites else {base(config.sites[0]) if config.sites else ""})
    folder = posixpath.commonpath(chosen) if chosen else ""
    if not chosen or any(f"{other}/".startswith(f"{folder}/" if folder else "") for other in folders[False]):
        raise UsageError(
            f"no folder holds the sites of {where} and no others, so dfsync can't tell which sites the calendar is for",
            help="say it with --match, such as --match 'sites/us/**', or with --group",
        )
    return f"{folder}/**" if folder else "**"


def _is_in(where: HolidayRegion, there: HolidayRegion | None) -> bool | None:
    """Whether a site is in a region by its own; None if that is not known, or only its country is."""
    if there is None:
        return None
    if there.country == where.country and where.part and not there.part:
        return None
    return there.country == where.country and where.part in ("", there.part)


def _written(name: str, edit: CalendarEdit, found: Sequence[PublicHoliday]) -> str:
    names = {each.date: each.name for each in found}
    parts = (
        ("added to", edit.added),
        ("given these hours in", edit.changed),
        ("left as they are, inside a range of", edit.in_range),
    )
    lines = [
        f"{_day(date)}  {what} {visible(name)}: {shortened(names[date], 100)}\n"
        for what, dates in parts
        for date in dates
    ]
    if edit.there:
        lines.append(f"{counted(len(edit.there), 'day')} in {visible(name)} already\n")
    return "".join(lines)


def _missing(invocation: Invocation) -> None:
    """Show the holidays of the next days that no exception covers."""
    today = datetime.datetime.now(datetime.UTC).date()
    by_region = managed_by_region(invocation.checked().desired.sites.values())
    lines = [
        f"{each.region}  {_day(each.holiday.date)}  {shortened(each.holiday.name, 100)}"
        f"  no exception at {len(each.sites):,} of {counted(each.of, 'site')}: {first_few(each.sites)}\n"
        for each in missing(by_region, today)
    ]
    if unknown := by_region.get(None):
        has = "has" if len(unknown) == 1 else "have"
        ids = first_few([site.id for site in unknown])
        invocation.say(f"{counted(len(unknown), 'site')} {has} no address.country with known holidays: {ids}")
    if not lines:
        invocation.say(f"every public holiday of the next {AHEAD_DAYS} days is covered by an exception")
    invocation.result("".join(lines))


def _day(date: datetime.date) -> str:
    return f"{date} {DAYS[date.weekday()]}"
