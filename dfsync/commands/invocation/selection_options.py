"""`--only`, `--group`, `--path`, `--exclude`: the sites for a command. The same for every command."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from dfsync.files.selection import SiteSelection

_KINDS = {
    "only": "Only these site ids; may be repeated.",
    "group": "Only sites of these groups; may be repeated.",
    "path": "Only sites written in these files or folders, from the root; may be repeated.",
    "exclude": "Not these site ids; may be repeated.",
}


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the four options; the command gets them as one `SiteSelection`, as `selection`."""

    @wraps(command)
    def selected(*arguments: Any, **options: Any) -> Any:
        globs = {kind: tuple(options.pop(kind)) for kind in _KINDS}
        return command(*arguments, selection=SiteSelection(**globs), **options)

    for kind, help in reversed(_KINDS.items()):
        selected = click.option(f"--{kind}", multiple=True, metavar="GLOB", help=help)(selected)
    return selected
