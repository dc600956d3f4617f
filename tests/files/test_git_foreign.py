"""A folder that only looks like a git repository is data that a pull request brought, and nothing in it is run."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli import CONFIG, SITE, dfsync, write


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
