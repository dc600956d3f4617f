"""The page for developers names the packages and folders that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "dfsync"
PAGE = (ROOT / "docs/developing/index.md").read_text(encoding="utf-8")


def test_every_package_and_module_at_the_top_is_in_the_table() -> None:
    table = PAGE.split("| package | what it is |")[1].split("\n\n")[0]
    named = {name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.partition("|")[2].split("|")[0])}
    there = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert named == {name for name in there if not name.startswith("__")}


def test_every_folder_that_the_page_names_is_there() -> None:
    folders = [
        name for name in re.findall(r"`([a-z_]+(?:/[a-z_]+)+)`", PAGE) if (PACKAGE / name.split("/")[0]).is_dir()
    ]
    assert len(folders) > 10
    assert [folder for folder in folders if not (PACKAGE / folder).is_dir()] == []
