"""Edits that are not committed, in real repositories."""

from __future__ import annotations

from pathlib import Path

from dfsync.pull.uncommitted_files import uncommitted
from tests.support.git import Repository, repository

PATHS = {"kept.yaml", "edited.yaml", "staged.yaml", "new.yaml", "ignored.yaml", "sites/ä b.yaml"}


def changed(made: Repository, below: str = "") -> None:
    """Edit, stage and add files; one stays as it was committed."""
    made.commit({f"{below}{name}": "1\n" for name in PATHS - {"new.yaml", "ignored.yaml"}})
    made.write({f"{below}edited.yaml": "2\n", f"{below}staged.yaml": "2\n", f"{below}sites/ä b.yaml": "2\n"})
    made.git("add", f"{below}staged.yaml")
    made.write({f"{below}new.yaml": "1\n", f"{below}ignored.yaml": "1\n", ".gitignore": "ignored.yaml\n"})


def test_edited_staged_and_new_files_are_found(tmp_path: Path) -> None:
    """Only the paths that are asked for; names with spaces and letters of any script; what git ignores is no loss."""
    made = repository(tmp_path)
    changed(made)
    expected = ["edited.yaml", "new.yaml", "sites/ä b.yaml", "staged.yaml"]
    assert uncommitted(made.root, PATHS) == expected
    assert uncommitted(made.root, {"edited.yaml", "kept.yaml"}) == ["edited.yaml"]
    assert uncommitted(made.root, set()) == []


def test_the_root_may_lie_within_a_larger_repository(tmp_path: Path) -> None:
    """Paths are relative to dfsync's root, not to git's."""
    made = repository(tmp_path)
    changed(made, "stores/")
    assert uncommitted(made.root / "stores", PATHS) == ["edited.yaml", "new.yaml", "sites/ä b.yaml", "staged.yaml"]


def test_before_the_first_commit_everything_is_uncommitted(tmp_path: Path) -> None:
    """Neither staged nor unstaged files are in a commit."""
    made = repository(tmp_path)
    made.write({"kept.yaml": "1\n", "staged.yaml": "1\n"})
    made.git("add", "staged.yaml")
    assert uncommitted(made.root, PATHS) == ["kept.yaml", "staged.yaml"]


def test_outside_git_nothing_can_be_told(tmp_path: Path) -> None:
    """There is no commit to go back to, and none that anybody relies on."""
    (tmp_path / "kept.yaml").write_text("1\n")
    assert uncommitted(tmp_path, PATHS) == []
