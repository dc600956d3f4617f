"""Messages give git's real answer, which is never taken for "no repository"."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.git import Repository, repository
from tests.support.run import CONFIG, dfsync

LIVE = json.dumps([{"Site ID": "s1", "Site Name": "As live has it"}])
FOREIGN = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """Return a repository with a site that was edited and not committed."""
    made = repository(tmp_path / "repo")
    made.commit({"dfsync.yaml": CONFIG, "sites/a.yaml": "id: s1\nname: Committed\n", "live.json": LIVE})
    made.write({"sites/a.yaml": "id: s1\nname: Edited\n"})
    return made


def only_dfsync(folder: Path) -> dict[str, str]:
    """Return an environment whose PATH has dfsync's Python and no git."""
    folder.mkdir()
    (folder / "python").symlink_to(sys.executable)
    return {"PATH": str(folder)}


@pytest.mark.parametrize("case", ["asked", "foreign", "absent"])
def test_pull_overwrites_no_uncommitted_edit_whatever_git_says(repo: Repository, tmp_path: Path, case: str) -> None:
    """Also where git refuses a checkout of another user, and where there is no git."""
    environments: dict[str, Mapping[str, str]] = {"foreign": FOREIGN, "absent": only_dfsync(tmp_path / "bin")}
    told = {"asked": "not committed", "foreign": "dubious ownership", "absent": "git is not installed"}
    done = dfsync(repo.root, "pull", "--from", "live.json", environment=environments.get(case))
    assert done.code == 1
    assert told[case] in done.err
    assert "--force" in done.err
    assert "name: Edited" in (repo.root / "sites/a.yaml").read_text()
    forced = dfsync(repo.root, "pull", "--from", "live.json", "--force", environment=environments.get(case))
    assert forced.code == 0, forced.err
    assert "changed sites/a.yaml" in forced.err


def test_the_way_out_that_git_names_is_passed_on(repo: Repository) -> None:
    done = dfsync(repo.root, "pull", "--from", "live.json", environment=FOREIGN)
    assert f"git config --global --add safe.directory {repo.root}" in done.err


def test_a_plan_does_not_say_what_nobody_could_ask(repo: Repository, tmp_path: Path) -> None:
    """Neither "no commit" as if there were none, nor "not dirty"."""
    for environment in (FOREIGN, only_dfsync(tmp_path / "bin")):
        done = dfsync(repo.root, "plan", "--live", "live.json", "--format", "json", environment=environment)
        assert json.loads(done.out)["source"] == {"commit": None, "dirty": None}
    known = dfsync(repo.root, "plan", "--live", "live.json", "--format", "json")
    assert json.loads(known.out)["source"]["dirty"] is True


def test_a_stray_file_is_no_change_of_the_work_tree(repo: Repository) -> None:
    repo.commit()
    repo.write({"notes.txt": "buy milk\n", "receipt.json": "{}\n"})
    done = dfsync(repo.root, "plan", "--live", "live.json", "--format", "json")
    assert json.loads(done.out)["source"]["dirty"] is False
    repo.write({"sites/new.yaml": "id: s2\nname: New\n"})
    done = dfsync(repo.root, "plan", "--live", "live.json", "--format", "json")
    assert json.loads(done.out)["source"]["dirty"] is True


def test_doctor_names_the_reason(repo: Repository, tmp_path: Path) -> None:
    """Where git can't be asked a check fails; a folder without git is worth a note."""
    done = dfsync(repo.root, "doctor", environment=FOREIGN)
    line = next(line for line in done.out.splitlines() if line.split()[1] == "git")
    assert line.startswith("fail")
    assert "dubious ownership" in line
    assert "safe.directory" in line
    bare = tmp_path / "plain"
    shutil.copytree(repo.root, bare, ignore=shutil.ignore_patterns(".git"))
    line = next(line for line in dfsync(bare, "doctor").out.splitlines() if line.split()[1] == "git")
    assert line.startswith("note")
    assert "not a git repository" in line


def test_an_edit_in_a_submodule_or_behind_a_link_is_an_edit(tmp_path: Path) -> None:
    """The repository above knows only the submodule's commit."""
    inner = repository(tmp_path / "inner")
    inner.commit({"a.yaml": "id: s1\nname: Committed\n"})
    outer = repository(tmp_path / "outer")
    outer.commit({"dfsync.yaml": CONFIG, "live.json": LIVE})
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.root), "sites")
    outer.commit()
    (outer.root / "sites/a.yaml").write_text("id: s1\nname: Edited\n")
    done = dfsync(outer.root, "pull", "--from", "live.json")
    assert (done.code, "not committed" in done.err) == (1, True), done.err
    assert "name: Edited" in (outer.root / "sites/a.yaml").read_text()


def test_a_folder_that_looks_like_a_bare_repository_is_no_reason_to_overwrite(repo: Repository) -> None:
    """Git refuses to look into it, and so nobody knows what is committed above it."""
    repo.write({"HEAD": "ref: refs/heads/main\n", "objects/keep": "", "refs/keep": ""})
    shutil.move(repo.root / ".git", repo.root.parent / ".git")
    done = dfsync(repo.root, "pull", "--from", "live.json")
    assert (done.code, "bare" in done.err) == (1, True), done.err


@pytest.mark.parametrize("remote", ["there", "gone"])
def test_doctor_asks_for_the_right_to_push_and_changes_nothing(tmp_path: Path, remote: str) -> None:
    """State in git: fetched and tried, with git's own reason when it fails."""
    made = repository(tmp_path / "repo")
    shared = tmp_path / "shared.git"
    made.git("init", "-q", "--bare", str(shared))
    made.git("remote", "add", "origin", str(shared))
    state = "state: {backend: git, remote: origin}\n"
    made.commit({"dfsync.yaml": CONFIG + state, "sites/a.yaml": "id: a\nname: A\n"})
    if remote == "gone":
        shutil.rmtree(shared)
    line = next(line for line in dfsync(made.root, "doctor").out.splitlines() if line.split()[1] == "state")
    assert line.startswith("ok" if remote == "there" else "fail"), line
    assert ("refs/dfsync/state/production" if remote == "there" else "git ls-remote failed") in line
    assert made.git("for-each-ref", "refs/dfsync") == ""
    if remote == "there":
        assert repository_of(shared).git("for-each-ref") == ""


def repository_of(root: Path) -> Repository:
    return Repository(root)


def test_a_commit_that_is_not_here_is_told_with_the_reason(tmp_path: Path) -> None:
    """A shallow clone, as CI makes it, and a repository without any commit."""
    made = repository(tmp_path / "repo")
    made.write({"dfsync.yaml": CONFIG, "sites/a.yaml": "id: a\nname: A\n"})
    assert "there is no commit yet" in dfsync(made.root, "diff", "HEAD").err
    assert "git add puts it there" in dfsync(made.root, "validate", "--staged").err
    made.commit()
    made.commit()
    shallow = tmp_path / "shallow"
    made.git("clone", "-q", "--depth", "1", made.root.as_uri(), str(shallow))
    for line in (("diff", "HEAD~1"), ("validate", "--diff-base", "HEAD~1")):
        done = dfsync(shallow, *line)
        assert done.code == 1
        assert "this clone is shallow: git fetch --unshallow" in done.err
    assert "names no commit" in dfsync(made.root, "diff", "nosuch").err


def test_doctor_fails_where_git_is_broken(repo: Repository) -> None:
    (repo.root / ".git/index").write_bytes(b"junk")
    line = next(line for line in dfsync(repo.root, "doctor").out.splitlines() if line.split()[1] == "git")
    assert line.startswith("fail")
    assert "index file smaller than expected" in line
