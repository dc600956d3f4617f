"""Every test runs without what the user, a CI server or a hook has set."""

from __future__ import annotations

import os
import re
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


_OF_OTHERS = re.compile(
    r"(DFSYNC|GIT|GITHUB|GITLAB|CI|SSL_CERT)_.*|CI|PRE_COMMIT|NO_COLOR|FORCE_COLOR|COLUMNS|LINES|.*_proxy",
    re.IGNORECASE,
)


@pytest.fixture(autouse=True)
def _surroundings_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give each test an environment without tokens, proxies and CI, git without settings, and a cache folder."""
    for name in filter(_OF_OTHERS.fullmatch, [*os.environ]):
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def cache_home() -> Path:
    """Return the cache folder of this test."""
    return Path(os.environ["XDG_CACHE_HOME"])
