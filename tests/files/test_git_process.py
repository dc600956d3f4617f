"""Every call of git ends: within a bounded time, without a question, and with what it started."""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import subprocess
import threading
import time
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from dfsync.errors import InputError
from dfsync.files.storage.git import commands as git_module
from dfsync.files.storage.git import process
from dfsync.files.storage.git import tree as git_tree
from dfsync.files.storage.git.commands import git
from dfsync.files.storage.git.tree import GitTree
from dfsync.files.storage.tree import UnreadableFileError
from dfsync.state.git_ref import GitRef
from tests.support.waiting import wait_until

REAL = shutil.which("git") or "git"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.yaml").write_text("id: a\n")
    author = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "A"]):
        subprocess.run([REAL, "-C", str(root), *command], check=True)
    return root


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a script in the place of git; the real one is `$REAL`."""
    script = tmp_path / "bin" / "git"
    script.parent.mkdir()
    monkeypatch.setenv("PATH", f"{script.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("REAL", REAL)
    return script


def write(script: Path, *lines: str) -> None:
    script.write_text("\n".join(("#!/bin/sh", *lines, "")))
    script.chmod(0o755)


def alive(pid: int) -> bool:
    """Whether a process still runs; one that is killed counts as gone, though nobody waited for it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def test_a_git_that_gives_no_answer_is_ended_with_all_that_it_started(
    root: Path, fake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_module, "LONGEST_S", 1)
    child = tmp_path / "child"
    write(fake, "sleep 600 &", f"echo $! > {child}.new; mv {child}.new {child}", "wait")

    def ended_too_late() -> bool:
        with pytest.raises(InputError, match="git status gave no answer in 1 s"):
            git(root, "status")
        return child.exists()

    wait_until(ended_too_late)
    wait_until(lambda: not alive(int(child.read_text())))


def test_what_git_leaves_running_is_not_waited_for(root: Path, fake: Path) -> None:
    """As ssh does with ControlPersist: its master keeps the error stream of git."""
    write(fake, f"(sleep 600; true) >/dev/null & echo $! >{fake}.left", "echo said")
    assert git(root, "status") == b"said\n"
    left = int(Path(f"{fake}.left").read_text())
    assert alive(left)
    os.kill(left, signal.SIGKILL)


def test_an_answer_is_read_to_its_end_on_a_computer_that_stood_still(
    root: Path, fake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time of one look is over, git has ended, and part of its answer is still in the pipe."""
    write(fake, "head -c 90000 /dev/zero")
    monkeypatch.setattr(process, "_LOOK_S", 0.1)
    looks = count()
    look = selectors.PollSelector.select

    def late(self: selectors.PollSelector, timeout: float | None = None) -> Any:
        found = look(self, timeout)
        if next(looks) == 1:
            time.sleep(0.5)
        return found

    monkeypatch.setattr(selectors.PollSelector, "select", late)
    assert len(git(root, "status")) == 90_000


def test_a_git_that_stops_in_the_midst_of_a_tree_is_ended(
    root: Path, fake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_tree, "LONGEST_S", 1)
    write(fake, 'case "$*" in *cat-file*) exec sleep 600;; esac', 'exec "$REAL" "$@"')
    with GitTree(root, "HEAD") as tree, pytest.raises(UnreadableFileError, match="can't be read from git"):
        tree.read("a.yaml")


def test_no_thread_reads_git(root: Path) -> None:
    """A process with threads must not be forked, so that a check of a revision would use one core."""
    before = threading.active_count()
    with GitTree(root, "HEAD") as tree:
        tree.read("a.yaml")
        assert threading.active_count() == before


def test_a_tree_is_read_on_after_a_file_that_is_too_large(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_tree, "MAX_BYTES", 3)
    with GitTree(root, "HEAD") as tree:
        with pytest.raises(UnreadableFileError, match="is larger"):
            tree.read("a.yaml")
        monkeypatch.setattr(git_tree, "MAX_BYTES", 100)
        assert tree.read("a.yaml") == b"id: a\n"


def test_git_has_no_terminal_to_ask_on(root: Path, fake: Path) -> None:
    write(fake, "ps -o sid= -p $$")
    assert int(git(root, "status")) != os.getsid(0)


def test_no_hook_runs_when_the_state_is_stored(root: Path) -> None:
    hook = root / ".git/hooks/reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    write(hook, "exit 1")
    ref = GitRef(root, "refs/dfsync/state/production", None)
    ref.tip()
    ref.move(ref.commit({"state.json": b"{}"}, None, "A state"))
    assert ref.blob(ref.local(), "state.json") == b"{}"
