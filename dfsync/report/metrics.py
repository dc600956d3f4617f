"""Figures of a run in the text form of Prometheus, for a monitor that notices when applies stop.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/. Unknown figures are left out, since a missing
sample shows that a figure is unknown and a zero does not.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from dfsync.plan.values import Plan

SUCCESS = "dfsync_last_success_timestamp_seconds"
_HELP = {
    "dfsync_last_run_timestamp_seconds": "When the last run ended.",
    "dfsync_last_run_duration_seconds": "How long it took.",
    "dfsync_last_run_exit_code": "Its exit code.",
    SUCCESS: "When the last run ended that did what it was meant to do.",
    "dfsync_planned_changes": "Rows that the plan sends.",
    "dfsync_planned_exceptions": "Sites of the plan where only dated exceptions differ.",
    "dfsync_drifted_sites": "Sites that were edited elsewhere since the last apply.",
    "dfsync_unmanaged_sites": "Live sites that are in no file.",
    "dfsync_live_sites": "Sites that the export has.",
    "dfsync_rows": "Rows of the apply by what became of them.",
    "dfsync_next_exception_timestamp_seconds": "The first of the next days that differ from the week, midnight UTC.",
}
FIRST = b"# HELP dfsync_"
"""The beginning of a file of figures."""


class RunFigures(Struct, frozen=True):
    """The figures at the end of a run. `succeeded_at` is when the last successful run ended (Unix time)."""

    command: str
    target: str
    ended_at: float
    duration_s: float
    exit_code: int
    succeeded_at: float | None = None
    plan: Plan | None = None
    rows: Mapping[str, int] | None = None


def render(run: RunFigures) -> str:
    """Return the figures, each with its help and its type."""
    lines: list[str] = []
    labels = {"command": run.command, "target": run.target}
    for name, more, value in _samples(run):
        if f"# TYPE {name} gauge" not in lines:
            lines += [f"# HELP {name} {_HELP[name]}", f"# TYPE {name} gauge"]
        lines.append(f"{name}{_labels({**labels, **more})} {value:.15g}")
    return "".join(f"{line}\n" for line in lines)


def succeeded_at(text: str, command: str, target: str) -> float | None:
    """Return when the last successful run ended, from what an earlier run wrote."""
    start = re.escape(SUCCESS + _labels({"command": command, "target": target}))
    found = re.search(rf"^{start} ([0-9.e+]{{1,30}})$", text, re.MULTILINE)
    try:
        return float(found[1]) if found else None
    except ValueError:
        return None


def _samples(run: RunFigures) -> Iterator[tuple[str, dict[str, str], float]]:
    yield "dfsync_last_run_timestamp_seconds", {}, run.ended_at
    yield "dfsync_last_run_duration_seconds", {}, run.duration_s
    yield "dfsync_last_run_exit_code", {}, run.exit_code
    if run.succeeded_at is not None:
        yield SUCCESS, {}, run.succeeded_at
    if run.plan is not None:
        yield from _of_plan(run.plan)
    for outcome, count in (run.rows or {}).items():
        yield "dfsync_rows", {"outcome": outcome}, count


def _of_plan(plan: Plan) -> Iterator[tuple[str, dict[str, str], float]]:
    summary, pending = plan.summary, plan.pending
    for kind, prefix in (("site", ""), ("contact", "contacts_")):
        for action in ("create", "update"):
            yield "dfsync_planned_changes", {"kind": kind, "action": action}, summary[f"{prefix}{action}"]
    yield "dfsync_planned_exceptions", {}, pending.exceptions
    if plan.has_state:  # else it is not known
        yield "dfsync_drifted_sites", {}, pending.drifted
    yield "dfsync_unmanaged_sites", {}, len(plan.unmanaged)
    yield "dfsync_live_sites", {}, pending.live
    if plan.coming:
        first = min(each.day.date for each in plan.coming)
        midnight = datetime.datetime.combine(first, datetime.time(), datetime.UTC)
        yield "dfsync_next_exception_timestamp_seconds", {}, midnight.timestamp()


def _labels(labels: Mapping[str, str]) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
