"""Shows the requests of a command: log lines on stderr, and the support bundle."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from dfsync.api.logs import as_json, as_text, is_shown
from dfsync.api.protocol.events import Event, Watch
from dfsync.api.support_bundle import SupportBundle

bundle_option: Callable[[Any], Any] = click.option(
    "--support-bundle",
    "bundle",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write requests, ids and redacted answers to FILE, for a bug report.",
)
"""For every command that talks to the API."""


@contextmanager
def watching(verbosity: int, log_format: str, bundle: Path | None, also: Watch | None) -> Iterator[Watch]:
    """Give a listener for the requests of a command. The bundle is written at the end, also after an error.

    `also` is a listener of the command's own. Raises `InputError` if the bundle can't be written.
    """
    run_id = uuid.uuid4().hex
    kept = SupportBundle() if bundle is not None else None

    def watch(event: Event) -> None:
        if kept is not None:
            kept(event)
        if is_shown(event, verbosity):
            line = as_json(event, run_id) if log_format == "json" else as_text(event, verbosity)
            sys.stderr.write(f"{line}\n")
        if also is not None:
            also(event)

    try:
        yield watch
    finally:
        if kept is not None and bundle is not None:
            kept.write(bundle, run_id)
            if verbosity >= 0:
                click.echo(f"support bundle written to {bundle}", err=True)
