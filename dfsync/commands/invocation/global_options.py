"""The global options, which are accepted before and after the command."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from dfsync.commands.invocation.context import Invocation


def apply_globals(ctx: click.Context, given: dict[str, Any]) -> Invocation:
    """Return the invocation of the context with the given global options. Changes the working directory."""
    invocation: Invocation = ctx.obj
    if (directory := given.get("in_directory")) is not None:
        if not Path(directory).is_dir():
            raise click.BadParameter(f"{directory!r} is not a folder", ctx, param_hint="-C")
        _keep_paths_of_git()
        ctx.with_resource(chdir(directory))
        invocation = replace(invocation, directory=Path.cwd())
    if given.get("quiet"):
        invocation = replace(invocation, verbosity=-1)
    elif given.get("verbose"):
        invocation = replace(invocation, verbosity=given["verbose"])
    words = ("target_name", "log_format", "color")
    return replace(invocation, **{name: given[name] for name in words if given.get(name) is not None})


class GlobalOption(click.Option):
    """A global option after the command. The help of the command does not list it."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return nothing: `dfsync --help` lists the global options."""
        del ctx
        return None


def global_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the global options to the group; it gets them by their names."""
    for option in reversed(_options(click.Option)):
        command = option(command)
    return command


def accept_globals(command: click.Command) -> None:
    """Let a command and its subcommands accept the global options too."""
    if any(isinstance(parameter, GlobalOption) for parameter in command.params):
        return
    own = {option for parameter in command.params for option in parameter.opts}
    holder = click.Command(None)
    for option in _options(GlobalOption, expose_value=False, is_eager=True, callback=_taken):
        option(holder)
    command.params += [one for one in holder.params if not own.intersection(one.opts)]
    if isinstance(command, click.Group):
        for below in command.commands.values():
            accept_globals(below)


def _taken(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value and parameter.name:
        ctx.obj = apply_globals(ctx, {parameter.name: value})


def _options(cls: type[click.Option], **how: Any) -> list[Callable[[Any], Any]]:
    option = click.option
    log_formats, colors = click.Choice(["text", "json"]), click.Choice(["auto", "always", "never"])
    return [
        option("-C", "in_directory", cls=cls, metavar="DIR", help="Run as if started in DIR.", **how),
        option(
            "--target", "target_name", cls=cls, metavar="NAME", help="The target, instead of default_target.", **how
        ),
        option("-v", "--verbose", cls=cls, count=True, help="Show each request on stderr; twice for more.", **how),
        option("-q", "--quiet", cls=cls, is_flag=True, help="Show errors only.", **how),
        option("--log-format", cls=cls, type=log_formats, help="The form of what -v shows; by default text.", **how),
        option("--color", cls=cls, type=colors, help="Colour the output; by default on a terminal.", **how),
    ]


def _keep_paths_of_git() -> None:
    """Make the paths absolute that git gives to a hook: they are relative to where the hook started."""
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        if value := os.environ.get(name):
            os.environ[name] = os.path.abspath(value)  # noqa: PTH100  (no link is to be followed)
