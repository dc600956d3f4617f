"""A sandbox with three pages of sites, and retries that don't wait."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dfsync.api.calls import retry
from dfsync.sandbox.sandbox import Sandbox
from tests.api.clients import SITES, row


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "pause", lambda ended, seconds: ended.is_set())


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """Serve three pages of sites."""
    with Sandbox([row(number) for number in range(SITES)]) as sandbox:
        yield sandbox
