"""The options that the traffic commands share, and how their values are read."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from dfsync.commands.invocation.selection_options import selection_options

DATE = click.DateTime(["%Y-%m-%d"])
_FILE = click.Path(dir_okay=False, path_type=Path)
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_EVERY = re.compile(r"([1-9][0-9]{0,3})([mh])")


def minutes(ctx: click.Context, param: click.Parameter, value: str) -> int:
    """Read a time of day as minutes from midnight."""
    if not _TIME.fullmatch(value):
        raise click.BadParameter(f"{value!r} is not a time HH:MM", ctx, param)
    return int(value[:2]) * 60 + int(value[3:])


def step(ctx: click.Context, param: click.Parameter, value: str) -> int:
    """Read the length of a bucket, `15m` or `1h`, as minutes."""
    match = _EVERY.fullmatch(value)
    if match is None:
        raise click.BadParameter(f"{value!r} is not a time like 15m or 1h", ctx, param)
    return int(match[1]) * (60 if match[2] == "h" else 1)


def keys(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, ...]:
    """Read a list of words with commas, each once."""
    del ctx, param
    return tuple(dict.fromkeys(key.strip() for key in value.split(",")))


def _chart_file(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    if value is not None and value.suffix.lower() not in (".svg", ".png"):
        raise click.BadParameter("a chart's file ends in .svg or .png", ctx, param)
    return value


def sites_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose sites, `--sites` beside them; the command gets the globs of that one as `ids`."""
    ids = click.option("--sites", "ids", metavar="GLOB", multiple=True, help="The same as --only.")
    return selection_options(ids(function))


chart_option = click.option(
    "--chart", metavar="FILE", type=_FILE, callback=_chart_file, help="Draw a chart as well; FILE ends in .svg or .png."
)
output_option = click.option("--output", metavar="FILE", type=_FILE, help="Write to FILE.")
