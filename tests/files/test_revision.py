"""Which commit the files are at, and whether they differ from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfsync.errors import InputError
from dfsync.files.storage.git import commands as module
from dfsync.files.storage.git.commands import in_repository
from dfsync.files.storage.git.revision import Revision, lacks, revision
from tests.support.git import git, repository


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of a repository that has one commit."""
    root = tmp_path / "stores"
    root.mkdir()
    repository(tmp_path)
    (root / "a.yaml").write_text("id: a\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "Start")
    return root


def test_a_clean_work_tree_is_at_its_commit(root: Path) -> None:
    assert revision(root) == Revision(git(root, "rev-parse", "HEAD"), dirty=False)


@pytest.mark.parametrize("name", ["a.yaml", "b.yaml", "# branch.oid 0", "é\nb.yaml"])
def test_an_edited_and_an_untracked_file_make_it_dirty(root: Path, name: str) -> None:
    (root / name).write_text("id: b\n")
    assert revision(root, ["**"]) == Revision(git(root, "rev-parse", "HEAD"), dirty=True)


def test_a_stray_file_that_is_no_site_file_does_not_count(root: Path) -> None:
    (root / "notes.txt").write_text("buy milk\n")
    assert revision(root, ["*.yaml"]).dirty is False
    (root / "b.yaml").write_text("id: b\n")
    assert revision(root, ["*.yaml"]).dirty is True


def test_what_lies_beside_the_folder_does_not_count(root: Path) -> None:
    (root.parent / "beside.txt").write_text("x")
    assert revision(root, ["**"]).dirty is False


def test_before_the_first_commit_and_outside_git_there_is_none(tmp_path: Path) -> None:
    assert revision(tmp_path) == Revision(reason="not a git repository")
    git(tmp_path, "init", "-q")
    (tmp_path / "a.yaml").write_text("id: a\n")
    assert revision(tmp_path) == Revision(reason="a git repository without a commit")


def test_what_git_can_not_be_asked_about_is_not_known(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is taken neither for "no repository" nor for "not changed"."""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    found = revision(root)
    assert (found.commit, found.dirty) == (None, None)
    assert "dubious ownership" in (found.reason or "")
    with pytest.raises(InputError, match="dubious ownership") as caught:
        in_repository(root)
    assert "safe.directory" in (caught.value.help or "")


def test_git_is_asked_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []
    original = module.git
    monkeypatch.setattr(
        "dfsync.files.storage.git.revision.git", lambda *arguments: asked.append(arguments) or original(*arguments)
    )
    revision(root)
    assert len(asked) == 1


def commit(root: Path, name: str) -> str:
    (root / name).write_text("id: x\n")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", name)
    return git(root, "rev-parse", "HEAD")


def test_an_older_commit_lacks_a_later_one_and_a_side_branch_the_other(root: Path) -> None:
    first = git(root, "rev-parse", "HEAD")
    second = commit(root, "b.yaml")
    git(root, "checkout", "-q", "-b", "side", first)
    side = commit(root, "c.yaml")
    assert lacks(root, first, second)
    assert lacks(root, side, second)
    assert not lacks(root, second, first)
    assert not lacks(root, second, second)


def test_a_commit_that_nobody_fetched_is_missed(root: Path) -> None:
    """A colleague applied it, and git pull was forgotten."""
    assert lacks(root, git(root, "rev-parse", "HEAD"), "f" * 40)


@pytest.mark.parametrize("other", ["HEAD", "--output=x", "", "main", "F" * 40, "f" * 41])
def test_what_names_no_commit_is_not_missed(root: Path, other: str) -> None:
    """State says what was applied, and may come from anywhere."""
    assert not lacks(root, git(root, "rev-parse", "HEAD"), other)
    assert not (root / "x").exists()


def test_a_shallow_clone_can_not_tell(root: Path, tmp_path: Path) -> None:
    """The commit on main is here, that the branch builds on it is not known: CI clones so."""
    main = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "-q", "-b", "side")
    side = commit(root, "b.yaml")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth=1", "--no-single-branch", (root.parent / ".git").as_uri(), str(clone))
    assert git(clone, "cat-file", "-t", main) == "commit"
    assert not lacks(clone, side, main)
    assert not lacks(clone, side, "f" * 40)
