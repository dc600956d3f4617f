"""What is told of the wire while a command runs: log lines on stderr, and the support bundle."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dfsync.api.events import Event, Watch

if TYPE_CHECKING:
    from dfsync.commands.context import Invocation

bundle_option: Callable[[Any], Any] = click.option(
    "--support-bundle",
    "bundle",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what support asks for (requests, ids, redacted answers) to FILE.",
)
"""For every command that talks to the API."""


@contextmanager
def watching(invocation: Invocation, bundle: Path | None = None, also: Watch | None = None) -> Iterator[Watch]:
    """Give the listener of a command's requests; the bundle is written at the end, also after an error.

    `also` is a listener of the command's own.
    """
    from dfsync.api.support import SupportBundle

    run_id = uuid.uuid4().hex
    kept = SupportBundle() if bundle is not None else None

    def watch(event: Event) -> None:
        if kept is not None:
            kept(event)
        _log(event, invocation, run_id)
        if also is not None:
            also(event)

    try:
        yield watch
    finally:
        if kept is not None and bundle is not None:
            kept.write(bundle, run_id)
            invocation.say(f"support bundle written to {bundle}")


def _log(event: Event, invocation: Invocation, run_id: str) -> None:
    from dfsync.api.logs import as_json, as_text, is_shown

    if is_shown(event, invocation.verbosity):
        json = invocation.log_format == "json"
        sys.stderr.write((as_json(event, run_id) if json else as_text(event, invocation.verbosity)) + "\n")
