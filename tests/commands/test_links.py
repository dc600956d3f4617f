"""A pull request may bring links; no command writes through one to a place outside the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfsync.sandbox.sandbox import Sandbox
from tests.support.run import CONFIG, SITE, dfsync, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a repository and a saved export without sites, beside a file of the user's."""
    write(tmp_path, {"profile": "mine"})
    return write(tmp_path / "repository", {"dfsync.yaml": CONFIG, "sites/a.yaml": SITE, "live.json": "[]"})


def link(root: Path, name: str, to: str = "profile") -> None:
    """Put a link into the repository that leads out of it."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(root.parent / to)


@pytest.mark.parametrize("name", ["plan.json", "plan.json.partial"])
def test_a_report_is_not_written_through_a_link(root: Path, name: str) -> None:
    """Neither the file of a report nor what stands there while it is written is a link that is followed."""
    link(root, name)
    assert dfsync(root, "plan", "--live", "live.json", "--out", "plan.json").code == 0
    assert (root.parent / "profile").read_text() == "mine"


@pytest.mark.parametrize("to", ["profile", "not-there"])
def test_render_writes_no_sheet_through_a_link(root: Path, to: str) -> None:
    """A link where a sheet belongs is replaced, also one that leads to what does not exist yet."""
    link(root, "out/sites.001.csv", to)
    assert dfsync(root, "render", "--live", "live.json", "--out", "out").code == 0
    assert (root.parent / "profile").read_text() == "mine"
    assert not (root.parent / "not-there").exists()
    assert not (root / "out/sites.001.csv").is_symlink()


@pytest.mark.parametrize(
    ("name", "to"),
    [(".dfsync", "elsewhere"), (".dfsync/journal", "elsewhere"), (".dfsync/journal/production.jsonl", "profile")],
)
def test_apply_keeps_no_record_through_a_link(root: Path, name: str, to: str) -> None:
    """Where state or journal would leave the repository nothing is sent, and nothing is written outside."""
    (root.parent / "elsewhere").mkdir()
    link(root, name, to)
    with Sandbox() as box:
        outcome = dfsync(root, "apply", "--auto-approve", environment=box.environment())
        assert outcome.code == 1, outcome.err
        assert not box.rows()
    assert (root.parent / "profile").read_text() == "mine"
    assert not list((root.parent / "elsewhere").iterdir())
