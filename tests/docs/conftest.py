"""Tests that look at pages have a browser, and a site that is built once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from tests.support.browser import browser

__all__ = ["browser"]
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Build the site for all workers, and return its folder. What Sphinx warns of is in warnings.txt there."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "site"
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", str(DOCS), str(folder)]
            done = subprocess.run(command, stderr=subprocess.PIPE, check=True)
            (folder / "warnings.txt").write_bytes(done.stderr)
    return folder
