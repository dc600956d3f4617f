"""The documented API on loopback, for trying, tests and CI."""

from __future__ import annotations

from dfsync.sandbox.backend.log import LoggedRequest
from dfsync.sandbox.faults import Fault
from dfsync.sandbox.sandbox import Sandbox
from dfsync.sandbox.settings import SandboxSettings

__all__ = ["Fault", "LoggedRequest", "Sandbox", "SandboxSettings"]
