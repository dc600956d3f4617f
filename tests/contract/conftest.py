"""Every test of the contract has a repository and an API of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.stub import Stub
from tests.contract.world import World


@pytest.fixture
def api() -> Iterator[Stub]:
    """Serve the documented API."""
    with Stub() as stub:
        yield stub


@pytest.fixture
def world(api: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return an empty repository, in which the test stands."""
    root = tmp_path / "repository"
    root.mkdir()
    monkeypatch.chdir(root)
    return World(root, api)
