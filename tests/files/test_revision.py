"""Which commit the files are at, and whether they differ from it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from dfsync.files import git as module
from dfsync.files.revision import revision


def git(root: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Me", "-c", "user.email=me@localhost")
    done = subprocess.run(["git", "-C", str(root), *who, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of a repository that has one commit."""
    root = tmp_path / "stores"
    root.mkdir()
    git(tmp_path, "init", "-q")
    (root / "a.yaml").write_text("id: a\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "Start")
    return root


def test_a_clean_work_tree_is_at_its_commit(root: Path) -> None:
    assert revision(root) == (git(root, "rev-parse", "HEAD"), False)


@pytest.mark.parametrize("name", ["a.yaml", "b.yaml", "# branch.oid 0", "é\nb.yaml"])
def test_an_edited_and_an_untracked_file_make_it_dirty(root: Path, name: str) -> None:
    (root / name).write_text("id: b\n")
    assert revision(root) == (git(root, "rev-parse", "HEAD"), True)


def test_what_lies_beside_the_folder_does_not_count(root: Path) -> None:
    (root.parent / "beside.txt").write_text("x")
    assert not revision(root)[1]


def test_before_the_first_commit_and_outside_git_there_is_none(tmp_path: Path) -> None:
    assert revision(tmp_path) == (None, False)
    git(tmp_path, "init", "-q")
    (tmp_path / "a.yaml").write_text("id: a\n")
    assert revision(tmp_path) == (None, False)


def test_git_is_asked_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []
    original = module.git
    monkeypatch.setattr("dfsync.files.revision.git", lambda *arguments: asked.append(arguments) or original(*arguments))
    revision(root)
    assert len(asked) == 1
