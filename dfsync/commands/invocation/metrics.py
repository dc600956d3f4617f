"""`--metrics FILE`: figures of a run for a monitor, written at its end, however it ends."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from dfsync.commands.invocation.context import Invocation
from dfsync.commands.invocation.output import write_file
from dfsync.errors import DfsyncError, ExitCode, InputError
from dfsync.model.text import visible
from dfsync.plan.values import Plan
from dfsync.report.metrics import FIRST, RunFigures, render, succeeded_at

metrics_option: Callable[[Any], Any] = click.option(
    "--metrics", metavar="FILE", type=click.Path(path_type=Path), help="Write figures of the run for Prometheus."
)


@dataclass
class RunRecord:
    """The figures of a run, filled in step by step."""

    code: int = ExitCode.ERROR
    plan: Plan | None = None
    rows: Mapping[str, int] | None = None


@contextmanager
def measured(
    path: Path | None, invocation: Invocation, command: str, *, good: tuple[int, ...] = (ExitCode.OK,)
) -> Iterator[RunRecord]:
    """Give a record to fill, and write its figures at the end. `good` are the exit codes of a run that succeeded.

    Raises `InputError` at once if the file can't be written, or holds anything else than such figures.
    """
    record = RunRecord()
    if path is None:
        yield record
        return
    if not path.absolute().parent.is_dir() or path.is_dir() or not os.access(path.absolute().parent, os.W_OK):
        raise InputError(f"{visible(str(path))} can't be written", help="name another file with --metrics")
    if not _may_be_replaced(path):
        help = "name another file with --metrics, or remove this one"
        raise InputError(
            f"{visible(str(path))} holds something other than figures of dfsync, so it is not overwritten", help=help
        )
    began = time.monotonic()
    try:
        yield record
    except DfsyncError as error:
        record.code = error.exit_code
        raise
    except KeyboardInterrupt:
        record.code = ExitCode.INTERRUPTED
        raise
    finally:
        _write(path, record, _target(invocation, record), (command, time.monotonic() - began, record.code in good))


def _may_be_replaced(path: Path) -> bool:
    """Whether there is no file, an empty one, or one that an earlier run wrote."""
    if not path.is_file():
        return True
    try:
        with path.open("rb") as file:
            start = file.read(len(FIRST))
    except OSError:
        return False
    return start in (b"", FIRST)


def _write(path: Path, record: RunRecord, target: str, run: tuple[str, float, bool]) -> None:
    command, duration, is_good = run
    now = time.time()
    before = None
    if not is_good:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            before = succeeded_at(path.read_text(encoding="utf-8"), command, target)
    figures = RunFigures(
        command, target, now, duration, record.code, now if is_good else before, record.plan, record.rows
    )
    write_file(path, [render(figures).encode()])


def _target(invocation: Invocation, record: RunRecord) -> str:
    """Return the name of the target, even if the run ended before it was needed; "" if it is not known."""
    if record.plan is not None:
        return record.plan.target.name
    with contextlib.suppress(DfsyncError):
        return invocation.target(invocation.config()).name
    return ""
