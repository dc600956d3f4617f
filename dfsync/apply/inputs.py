"""The inputs of an apply: the target, its state, the planner, a client, and somebody who approves."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from msgspec import Struct

from dfsync.api.client import Client
from dfsync.plan.build import Planner
from dfsync.plan.values import Plan
from dfsync.state.store import Store
from dfsync.state.target_state import TargetState


class SavedPlan(Struct, frozen=True):
    """A plan that was saved, and its digest."""

    plan: Plan
    digest: str


class ApplyInputs(Struct, frozen=True):
    """What is to be applied, and with what.

    `sites` is how many the files have. `planner` makes a planner from a state. `connect` opens a client that may send.
    `approve` returns if the plan may be sent, and else raises DfsyncError. `saved` is None if apply makes the plan
    itself.
    """

    root: Path
    target: str
    store: Store
    sites: int
    planner: Callable[[TargetState], Planner]
    connect: Callable[[], AbstractContextManager[Client]]
    approve: Callable[[Plan], None]
    saved: SavedPlan | None = None
    accepted: tuple[str, ...] = ()
    verify: bool = True
