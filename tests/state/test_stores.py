"""Both backends, held to the same tests: a file, a git ref, a git ref that is shared through a remote."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from dfsync.errors import ConfigError, DfsyncError, InputError, NotSentError
from dfsync.model.last_applied import LastAppliedSite
from dfsync.model.settings import Config, StateSettings, Target
from dfsync.state.folder.files import safe_name
from dfsync.state.git import GitStore
from dfsync.state.store import Store, open_store
from dfsync.state.target_state import ApplyEntry, empty_state
from tests.support.git import git

TARGET = Target("production", 123)
Open = Callable[[], Store]
REF = "refs/dfsync/state/production"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository with a remote, as a CI runner has it: bare of any name of a user."""
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "nobody"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    root = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "remote.git")], check=True)
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    git(root, "remote", "add", "origin", str(tmp_path / "remote.git"))
    return root


@pytest.fixture(params=["file", "git", "git with a remote"])
def opened(request: pytest.FixtureRequest, repository: Path) -> Open:
    remote = "origin" if request.param == "git with a remote" else None
    config = Config(state=StateSettings("file" if request.param == "file" else "git", remote))
    return lambda: open_store(config, repository, TARGET)


def entry(number: int = 0) -> ApplyEntry:
    return ApplyEntry(
        f"2026-01-01T00:00:{number:02}Z", "me", "complete", None, False, "sha256:0", {}, {"applied": number}
    )


def test_what_is_saved_is_loaded(opened: Open) -> None:
    state = replace(empty_state(), sites={"s": LastAppliedSite("0" * 16)}).with_applied(entry())
    store = opened()
    assert store.load().history == ()
    with store.lock():
        store.save(state, "Apply")
    assert opened().load() == state
    assert opened().load(offline=True) == state


def test_who_holds_the_lock_is_told_to_who_comes_second(opened: Open) -> None:
    with opened().lock(), pytest.raises(NotSentError) as raised, opened().lock():
        pass
    assert f"process {os.getpid()}" in raised.value.message
    assert "since 20" in raised.value.message


def test_the_lock_is_free_afterwards_whatever_happened(opened: Open) -> None:
    with pytest.raises(RuntimeError), opened().lock():
        raise RuntimeError
    with opened().lock() as left:
        assert left is None


def test_without_a_save_the_lock_leaves_no_trace(opened: Open) -> None:
    store = opened()
    with store.lock():
        store.save(empty_state().with_applied(entry(1)), "Apply")
    before = opened().load()
    with opened().lock():
        pass
    assert opened().load() == before


def test_a_lock_left_by_a_dead_process_is_recognised(opened: Open, repository: Path) -> None:
    """The process is killed while it holds the lock; the next one takes it over, and can say whose it was."""
    store = opened()
    kind = type(store)
    remote = [store._ref.remote] if isinstance(store, GitStore) else []
    script = (
        "import os, signal\nfrom pathlib import Path\nfrom dfsync.model.settings import Target\n"
        f"from {kind.__module__} import {kind.__name__} as Store\n"
        f"with Store(Path({str(repository)!r}), Target('production', 123), *{remote!r}).lock():\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    died = subprocess.run([sys.executable, "-c", script], check=False, cwd=Path(__file__).parents[2])
    assert died.returncode == -9
    with opened().lock() as left:
        assert left is not None
        assert left.pid != os.getpid()
    with opened().lock() as left:
        assert left is None


@pytest.mark.parametrize(
    "name", ["prod/eu", "..", "a b", ".hidden", "x.lock", "é", "@{", "-n", "a~b^c:d?e*f[g\\h", "a%b"]
)
def test_any_target_name_is_safe_as_a_file_and_as_a_ref(repository: Path, name: str) -> None:
    safe = safe_name(name)
    assert "/" not in safe
    assert not safe.startswith(".")
    assert git(repository, "check-ref-format", f"refs/dfsync/state/{safe}") == ""
    for settings in (StateSettings("file"), StateSettings("git")):
        store = open_store(Config(state=settings), repository, replace(TARGET, name=name))
        with store.lock():
            store.save(empty_state().with_applied(entry(1)), "Apply")
        assert store.load().history == (entry(1),)


def test_names_that_differ_stay_different() -> None:
    names = ["a/b", "a%2Fb", "a b", "a_b", "a-b", "A-b"]
    assert len({safe_name(name) for name in names}) == len(names)


class TestFile:
    def test_a_save_that_fails_leaves_the_former_state(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        store = open_store(Config(), tmp_path, TARGET)
        with store.lock():
            store.save(empty_state().with_applied(entry(1)), "Apply")
            monkeypatch.setattr(os, "fsync", full_disk)
            with pytest.raises(OSError, match="No space"):
                store.save(empty_state().with_applied(entry(2)), "Apply")
        assert store.load().history == (entry(1),)
        assert [file.name for file in (tmp_path / ".dfsync/state").iterdir()] == ["production.json"]

    def test_git_is_told_to_leave_it_alone_and_nobody_else_can_read_it(self, repository: Path) -> None:
        store = open_store(Config(), repository, TARGET)
        with store.lock():
            store.save(empty_state(), "Apply")
        assert git(repository, "status", "--porcelain", "--untracked-files=all") == ""
        assert (repository / ".dfsync/state/production.json").stat().st_mode & 0o077 == 0


def full_disk(descriptor: int) -> None:
    raise OSError(28, "No space left on device")


class TestGit:
    def shared(self, root: Path) -> GitStore:
        return GitStore(root, TARGET, "origin")

    @pytest.fixture
    def clone(self, repository: Path, tmp_path: Path) -> Path:
        root = tmp_path / "clone"
        subprocess.run(["git", "init", "-q", str(root)], check=True)
        git(root, "remote", "add", "origin", str(tmp_path / "remote.git"))
        return root

    def save(self, root: Path, number: int) -> None:
        store = self.shared(root)
        with store.lock():
            store.save(store.load().with_applied(entry(number)), f"Apply {number}")

    def test_a_runner_without_a_disk_finds_what_another_left(self, repository: Path, clone: Path) -> None:
        """State goes through the remote: each clone continues where the other ended."""
        for number, root in enumerate((repository, clone, repository), 1):
            self.save(root, number)
        assert [applied.rows["applied"] for applied in self.shared(clone).load().history] == [1, 2, 3]

    def test_the_history_of_the_ref_is_the_audit_trail_without_the_locks(self, repository: Path) -> None:
        self.save(repository, 1)
        self.save(repository, 2)
        assert git(repository, "log", "--format=%s", REF).splitlines() == ["Apply 2", "Apply 1"]
        assert git(repository, "ls-tree", "--name-only", REF) == "state.json"

    def test_another_clone_is_kept_out_by_the_ref_itself(self, repository: Path, clone: Path) -> None:
        """No disk is shared, so only the compare-and-swap on the ref can do it."""
        with self.shared(repository).lock():
            with pytest.raises(NotSentError) as raised, self.shared(clone).lock():
                pass
            assert REF in raised.value.message
            assert f"git push --force origin :{REF}" in (raised.value.help or "")
        with self.shared(clone).lock():
            pass

    def test_of_two_that_swap_at_the_same_time_one_wins(
        self, repository: Path, clone: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The ref moves between the second one's look and its push: the push is refused, nothing is overwritten."""
        self.save(repository, 1)
        second = self.shared(clone)
        push = second._ref._push

        def late(commit: str | None) -> None:
            monkeypatch.setattr(second._ref, "_push", push)
            self.save(repository, 2)
            push(commit)

        monkeypatch.setattr(second._ref, "_push", late)
        with pytest.raises(NotSentError, match="just now"), second.lock():
            pass
        assert [applied.rows["applied"] for applied in self.shared(clone).load().history] == [1, 2]

    def test_a_state_that_was_moved_while_rows_were_sent_is_not_overwritten(
        self, repository: Path, clone: Path
    ) -> None:
        store = self.shared(repository)
        with store.lock():
            git(clone, "push", "--force", "origin", f":{REF}")
            with pytest.raises(DfsyncError, match="moved by somebody else"):
                store.save(empty_state(), "Apply")

    def test_neither_index_nor_work_tree_nor_head_is_touched(self, repository: Path) -> None:
        self.save(repository, 1)
        assert git(repository, "status", "--porcelain", "--untracked-files=all") == ""
        assert not (repository / ".git/index").exists()

    def test_what_the_user_fetched_last_is_still_known(self, repository: Path, clone: Path) -> None:
        """He may be about to merge FETCH_HEAD."""
        (clone / ".git/FETCH_HEAD").write_text("of the user\n")
        self.save(repository, 1)
        assert len(self.shared(clone).load().history) == 1
        assert (clone / ".git/FETCH_HEAD").read_text() == "of the user\n"

    def test_pushes_are_not_signed(self, repository: Path) -> None:
        """Few servers take signed pushes, and a CI job has no key."""
        git(repository, "config", "push.gpgSign", "true")
        self.save(repository, 1)

    def test_a_remote_that_is_none_is_refused(self, repository: Path) -> None:
        """A pull request that edits dfsync.yaml can't have state pushed to an address, or an option passed to git."""
        for remote in ("https://evil.example.com/x.git", "--upload-pack=touch x", "nowhere"):
            with pytest.raises(ConfigError, match="no remote"):
                GitStore(repository, TARGET, remote).load()

    def test_a_remote_that_can_not_be_reached_is_an_error_unless_offline(
        self, repository: Path, tmp_path: Path
    ) -> None:
        self.save(repository, 1)
        (tmp_path / "remote.git").rename(tmp_path / "gone.git")
        with pytest.raises(InputError, match="git ls-remote failed"):
            self.shared(repository).load()
        assert self.shared(repository).load(offline=True).history == (entry(1),)

    def test_outside_a_repository_it_says_so(self, tmp_path: Path) -> None:
        folder = tmp_path / "plain"
        folder.mkdir()
        with pytest.raises(InputError, match="state is kept in git"):
            GitStore(folder, TARGET, None).load()


@pytest.mark.parametrize("remote", [None, "origin"])
def test_a_change_from_file_to_git_takes_what_is_remembered_along(repository: Path, remote: str | None) -> None:
    """Else what is drift would count as change until the next apply, and be overwritten."""
    in_file = open_store(Config(), repository, TARGET)
    state = replace(empty_state(), sites={"s": LastAppliedSite("0" * 16)}).with_applied(entry())
    with in_file.lock():
        in_file.save(state, "Apply")
    in_git = open_store(Config(state=StateSettings("git", remote)), repository, TARGET)
    assert in_git.load() == state
    with in_git.lock():
        in_git.save(state.with_applied(entry(1)), "Apply")
    with in_file.lock():
        in_file.save(empty_state(), "Apply")
    assert len(in_git.load().history) == 2


def test_a_push_that_is_refused_says_why(repository: Path) -> None:
    """The server's own words, and what is usually missing."""
    hook = repository.parent / "remote.git/hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho 'nobody may push here'\nexit 1\n")
    hook.chmod(0o755)
    store = open_store(Config(state=StateSettings("git", "origin")), repository, TARGET)
    with pytest.raises(InputError, match="nobody may push here") as raised, store.lock():
        pass
    assert "the right to push" in (raised.value.help or "")


def test_a_state_that_came_with_git_is_not_believed(repository: Path) -> None:
    """A pull request could say with it what was applied last; .dfsync is no part of the repository."""
    store = open_store(Config(), repository, TARGET)
    with store.lock():
        store.save(empty_state().with_applied(entry()), "Apply")
    assert len(store.load().history) == 1
    git(repository, "add", "--force", ".dfsync/state/production.json")
    for backend in ("file", "git"):
        with pytest.raises(InputError, match="where a pull request can write it"):
            open_store(Config(state=StateSettings(backend)), repository, TARGET).load()


def test_offline_a_file_is_not_taken_for_what_the_remote_has(repository: Path) -> None:
    """It stays behind when the backend changes, and may be old."""
    in_file = open_store(Config(), repository, TARGET)
    with in_file.lock():
        in_file.save(empty_state().with_applied(entry()), "Apply")
    in_git = open_store(Config(state=StateSettings("git", "origin")), repository, TARGET)
    assert in_git.load(offline=True).history == ()
    assert len(in_git.load().history) == 1
