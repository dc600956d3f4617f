"""Every test runs without a token, proxy or cache of the user."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No test fails by chance: the examples are the same in every run, and none of them is timed.
# `pytest --hypothesis-profile=search` looks for new ones.
settings.register_profile("dfsync", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.register_profile("search", settings.get_profile("dfsync"), derandomize=False)
settings.load_profile("dfsync")

# A shell starts what runs in the background with Ctrl-C ignored, and dfsync would heed that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _surroundings_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give each test an environment without DFSYNC_* and proxies, and a cache folder of its own."""
    for name in os.environ:
        if name.startswith("DFSYNC_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def cache_home() -> Path:
    """Return the cache folder of this test."""
    return Path(os.environ["XDG_CACHE_HOME"])
