"""Manual pages for `man dfsync` and `man dfsync-plan`: a page a command, from its help.

`python docs/generate.py` writes them into docs/man, and the wheel has them in share/man.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from dfsync import __version__
from dfsync.commands.main import group

FOLDER = Path(__file__).resolve().parent / "man"


def pages() -> Iterator[tuple[str, str]]:
    """Yield the file name and the text of the page of each command."""
    context = click.Context(group, info_name="dfsync", terminal_width=80, help_option_names=["-h", "--help"])
    yield from _pages_of(group, context)


def _pages_of(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    inner: dict[str, click.Command] = {}
    if isinstance(command, click.Group):
        found = {name: command.get_command(context, name) for name in command.list_commands(context)}
        inner = {name: one for name, one in found.items() if one is not None}
    yield f"{context.command_path.replace(' ', '-')}.1", _page(command, context, inner)
    for name, one in inner.items():
        yield from _pages_of(one, click.Context(one, info_name=name, parent=context, terminal_width=80))


def _page(command: click.Command, context: click.Context, inner: dict[str, click.Command]) -> str:
    path, name = context.command_path, context.command_path.replace(" ", "-")
    about = inspect.cleandoc(command.help or "")
    records = [record for one in command.get_params(context) if (record := one.get_help_record(context))]
    parts = [
        f'.TH "{name.upper()}" "1" "" "dfsync {__version__}" "dfsync manual"',
        ".SH NAME",
        f"{_roff(name)} \\- {_roff(command.get_short_help_str(200))}",
        ".SH SYNOPSIS",
        f".B {_roff(path)}",
        _roff(" ".join(command.collect_usage_pieces(context))),
        ".SH DESCRIPTION",
        *(_roff(line) if line else ".PP" for line in about.splitlines()),
        ".SH OPTIONS",
        *(line for option, help in records for line in (".TP", f"\\fB{_roff(option)}\\fP", _roff(help))),
    ]
    if inner:
        parts.append(".SH COMMANDS")
        for one, member in inner.items():
            parts += [".TP", f"\\fB{_roff(name)}\\-{_roff(one)}\\fP(1)", _roff(member.get_short_help_str(200))]
    if command.epilog:
        lines = inspect.cleandoc(command.epilog.replace("\b", "")).splitlines()
        parts += [".SH EXIT STATUS", ".nf", *(_roff(line) for line in lines[1:]), ".fi"]
    return "\n".join(parts) + "\n"


def _roff(text: str) -> str:
    """Return text that man shows as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("\n", " ")
    return f"\\&{text}" if text.startswith((".", "'")) else text
