"""A folder that only looks like a git repository is data that a pull request brought, and nothing in it is run."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.support.run import CONFIG, SITE, dfsync, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a repository whose folder `stores` holds dfsync.yaml and the files of a bare repository."""
    orders = f"\tfsmonitor = \"touch '{tmp_path / 'run'}'; false\"\n"
    filters = f'[filter "x"]\n\tclean = "touch \'{tmp_path / "run"}\'; cat"\n'
    write(
        tmp_path / "repository/stores",
        {
            "dfsync.yaml": CONFIG,
            "sites/a.yaml": SITE,
            "live.json": json.dumps([]),
            "HEAD": "ref: refs/heads/main\n",
            "objects/keep": "",
            "refs/keep": "",
            "config": f"[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n{orders}{filters}",
            ".gitattributes": "* filter=x\n",
        },
    )
    subprocess.run(["git", "init", "-q", str(tmp_path / "repository")], check=True)
    return tmp_path / "repository/stores"


@pytest.mark.parametrize(
    "arguments", [("plan", "--live", "live.json"), ("validate", "--staged"), ("diff", "HEAD"), ("log",), ("doctor",)]
)
def test_nothing_that_its_config_names_is_run(root: Path, arguments: tuple[str, ...]) -> None:
    """Neither a file monitor nor a filter, whichever command asks git."""
    dfsync(root, *arguments)
    assert not (root.parent.parent / "run").exists()


@pytest.mark.parametrize(
    ("version", "told"), [("2.37.9", True), ("2.38.0", False), ("3.0", False), ("nonsense", False)]
)
def test_doctor_says_that_git_is_too_old_to_be_kept_from_it(tmp_path: Path, version: str, told: bool) -> None:
    """Older ones do not know the setting."""
    write(
        tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": SITE, "bin/git": f"#!/bin/sh\necho git version {version}\n"}
    )
    (tmp_path / "bin/git").chmod(0o755)
    said = dfsync(tmp_path, "doctor", environment={"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}).out
    assert ("obeys any folder that looks like a repository" in said) == told
