"""Shows the progress of an apply: a bar on a terminal, and the few messages that are needed anywhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

import click

from dfsync.api.protocol.events import Event as WireEvent
from dfsync.api.protocol.events import PageRead, Waiting
from dfsync.apply.outcome.events import (
    Answered,
    AnswerLost,
    Event,
    LockLeft,
    LockWatched,
    NotSeenYet,
    PlanReady,
    Refused,
    Resumed,
    Sending,
    Verifying,
)
from dfsync.commands.invocation.context import Invocation
from dfsync.commands.terminal.progress_line import ProgressLine
from dfsync.model.kind import Kind
from dfsync.model.text import counted, shortened


class Progress(AbstractContextManager["Progress"]):
    """Listens to an apply and to its requests. The bar counts rows, and beside it uploads and repetitions."""

    def __init__(self, invocation: Invocation, show_plan: Callable[[PlanReady], None]) -> None:
        self._invocation = invocation
        self._show_plan = show_plan
        self._bar: Any = None
        self._rows = 0
        self._batches = 0
        self._retries = 0
        self._line: ProgressLine | None = None
        self._reading = "Reading live"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    def expect(self, rows: int) -> None:
        """Take the number of rows to send. From now on there is a bar, if anybody can see it."""
        self._end_line()
        if self._invocation.shows_progress and rows:
            self._bar = click.progressbar(
                length=rows, label="Sending", file=sys.stderr, item_show_func=lambda _: self._shown(), show_pos=True
            )
            self._bar.__enter__()

    def wire(self, event: WireEvent) -> None:
        """Count the requests that are sent again."""
        if isinstance(event, Waiting):
            self._retries += 1
            self._move(0)
        elif isinstance(event, PageRead) and self._bar is None and self._invocation.shows_progress:
            self._line = self._line or ProgressLine(self._reading, "sites")
            self._line.count(event.sites, event.total)

    def __call__(self, event: Event) -> None:
        """Show an event."""
        self._end_line()
        if isinstance(event, PlanReady):
            self._show_plan(event)
        elif isinstance(event, Sending):
            self._batches = event.batch
        elif isinstance(event, Answered) or (isinstance(event, Refused) and event.final):
            self._move(len(event.sheet.rows))
        elif isinstance(event, AnswerLost):
            self._retries += 1
            self._say(f"the answer to upload {event.batch} was lost; {_next(event)}")
        elif isinstance(event, Verifying):
            self._close()
            self._reading = "Reading live again"
            self._say("reading the site again" if event.sites == 1 else f"reading the {event.sites:,} sites again")
        elif isinstance(event, NotSeenYet):
            sites = counted(event.sites, "site")
            self._say(f"live does not show all of it yet for {sites}: looking again, for {event.most_s:g} s at most")
        elif isinstance(event, LockWatched):
            self._say(f"the lock is held by {event.holder}: watching for a minute whether that apply is still alive")
        elif isinstance(event, LockLeft):
            self._say(f"took over a lock that was left by {event.holder}")
        elif isinstance(event, Resumed):
            self._say(_resumed(event))

    def _shown(self) -> str:
        again = f", {self._retries} sent again" if self._retries else ""
        return f"upload {self._batches}{again}"

    def _move(self, rows: int) -> None:
        if self._bar is not None:
            self._bar.update(rows, self._batches)

    def _say(self, text: str) -> None:
        if self._bar is None:
            self._invocation.say(text)

    def _end_line(self) -> None:
        if self._line is not None:
            self._line.stop()
            self._line = None

    def _close(self) -> None:
        self._end_line()
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None


def _next(event: AnswerLost) -> str:
    if event.sheet.kind is Kind.CONTACT:
        return "contacts can't be looked up, so they are sent again only if the API said that it failed"
    return "looking at live before anything is sent again"


def _resumed(event: Resumed) -> str:
    sent = counted(event.sent, "upload")
    return (
        f"an apply that began at {shortened(event.begun_at, 30)} was killed: it had sent {sent},"
        f" {event.answered} of them answered; now the rest is done"
    )
