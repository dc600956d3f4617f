"""`dfsync log`: what was applied when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from dfsync.commands.invocation.context import Invocation
from dfsync.commands.invocation.output import format_option
from dfsync.commands.invocation.state_store import state_store
from dfsync.model.text import json_document, shortened
from dfsync.state.target_state import ApplyEntry


@click.command("log")
@format_option
@click.pass_obj
def command(invocation: Invocation, /, *, format: str) -> None:
    """Show what was applied when, from which commit, and how many rows; the last apply first."""
    config = invocation.config()
    history = state_store(invocation, config).load().entries
    if format == "json":
        invocation.result(json_document({"format": "dfsync/log", "format_version": 1, "applies": _entries(history)}))
        return
    if not history:
        invocation.say("nothing was ever applied from here")
        return
    invocation.result("".join(_line(applied) for applied in reversed(history)))


def _entries(history: Sequence[ApplyEntry]) -> list[dict[str, Any]]:
    """Return the applies as plain values, the last first."""
    return [
        {
            "at": applied.at,
            "outcome": applied.outcome,
            "commit": applied.commit,
            "dirty": applied.dirty,
            "by": applied.by,
            "changes": dict(applied.changes),
            "rows": dict(applied.rows),
        }
        for applied in reversed(history)
    ]


def _line(applied: ApplyEntry) -> str:
    dirty = " with uncommitted edits" if applied.dirty else ""
    commit = f"commit {shortened(applied.commit, 12)}{dirty}" if applied.commit else "no commit"
    planned = ", ".join(f"{number:,} {shortened(name).replace('_', ' ')}" for name, number in _sent(applied))
    rows = ", ".join(f"{number:,} {shortened(name).replace('_', ' ')}" for name, number in applied.rows.items())
    what = f"{planned}: {rows or 'what became of them is not recorded'}" if planned else "nothing to send"
    parts = (shortened(applied.at), shortened(applied.outcome), commit, shortened(applied.by, 60), what)
    return "  ".join(parts) + "\n"


def _sent(applied: ApplyEntry) -> list[tuple[str, int]]:
    return [(name, number) for name, number in applied.changes.items() if name not in ("unchanged", "unmanaged")]
