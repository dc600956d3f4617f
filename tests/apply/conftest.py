"""A shop of five sites, and no waiting."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from dfsync.api.calls import retry
from dfsync.sandbox.sandbox import Sandbox
from tests.apply.shop import Shop

NewShop = Callable[..., Shop]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    monkeypatch.setattr(retry, "pause", lambda ended, seconds: ended.is_set())


@pytest.fixture
def new_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewShop]:
    with ExitStack() as stack:

        def make(rows: Any = (), folder: str = "shop", **sandbox: Any) -> Shop:
            box = stack.enter_context(Sandbox(rows, **sandbox))
            return Shop(tmp_path / folder, box, monkeypatch)

        yield make


@pytest.fixture
def shop(new_shop: NewShop) -> Shop:
    return new_shop()
