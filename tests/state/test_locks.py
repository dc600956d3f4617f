"""Locks that several machines share. They are taken over only from a dead apply, and no clock is compared."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from dfsync.errors import InputError, NotSentError
from dfsync.model.settings import Target
from dfsync.state import git_ref
from dfsync.state.git import GitStore
from dfsync.state.lock import holder as holders
from dfsync.state.lock import machine, ref, takeover, trace
from dfsync.state.lock.holder import Holder, is_alive
from dfsync.state.lock.machine import LockLostError, machine_lock
from dfsync.state.target_state import empty_state
from tests.support.git import git
from tests.support.waiting import PATIENCE_S, wait_until

TARGET = Target("production", 123)
REF = "refs/dfsync/state/production"


@pytest.fixture
def clones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Return two clones of a bare repository."""
    monkeypatch.setattr(ref, "PAUSES_S", (0.0, 0.0, 0.0))
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "remote.git")], check=True)
    for name in ("one", "two"):
        subprocess.run(["git", "init", "-q", str(tmp_path / name)], check=True)
        git(tmp_path / name, "remote", "add", "origin", str(tmp_path / "remote.git"))
    return tmp_path / "one", tmp_path / "two"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Renew and look often."""
    monkeypatch.setattr(ref, "RENEW_S", 0.2)
    monkeypatch.setattr(takeover, "WATCH_S", PATIENCE_S)
    monkeypatch.setattr(takeover, "POLL_S", 0.1)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let each lock be taken as if on another kernel, where processes can't be looked up."""
    kernels = iter("abcdefghijklmnop")
    monkeypatch.setattr(holders, "_kernel", lambda: next(kernels))
    monkeypatch.setattr(holders, "_boot", lambda: next(kernels))
    return iter(())


def store(root: Path) -> GitStore:
    return GitStore(root, TARGET, "origin")


def test_a_lock_whose_process_is_gone_from_this_kernel_is_taken_over_at_once(clones: tuple[Path, Path]) -> None:
    """Killed, and the disk lost: the next clone on this machine need not wait."""
    one, two = clones
    script = (
        "import os, signal\nfrom pathlib import Path\nfrom dfsync.model.settings import Target\n"
        "from dfsync.state.git import GitStore\n"
        f"with GitStore(Path({str(one)!r}), Target('production', 123), 'origin').lock():\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    died = subprocess.run([sys.executable, "-c", script], check=False, cwd=Path(__file__).parents[2])
    assert died.returncode == -9
    with store(two).lock(pytest.fail) as left:  # without watching it
        assert left is not None


@pytest.mark.usefixtures("hurried", "elsewhere")
def test_a_lock_that_is_renewed_is_never_taken_over(clones: tuple[Path, Path]) -> None:
    """Neither host name, nor device and inode, nor any clock is asked: a copy of the machine has them all."""
    one, two = clones
    watched: list[Holder] = []
    with store(one).lock():
        with pytest.raises(NotSentError, match="is locked by"), store(two).lock(watched.append):
            pass
        assert len(watched) == 1


@pytest.mark.usefixtures("hurried", "elsewhere")
def test_a_lock_that_nobody_renews_is_taken_over(clones: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """After a minute at most, whatever the note says of its time."""
    one, two = clones
    monkeypatch.setattr(ref.RefLock, "release", lambda self: None)  # as if it had died
    monkeypatch.setattr(ref, "RENEW_S", 1000.0)
    with store(one).lock():
        pass
    monkeypatch.undo()
    monkeypatch.setattr(takeover, "WATCH_S", 0.5)
    monkeypatch.setattr(takeover, "POLL_S", 0.1)
    monkeypatch.setattr(holders, "_kernel", lambda: "another")
    with store(two).lock() as left:
        assert left is not None


@pytest.mark.usefixtures("hurried", "elsewhere")
def test_a_lock_that_is_given_back_while_it_is_watched_is_taken(clones: tuple[Path, Path]) -> None:
    one, two = clones
    first = store(one).lock()
    first.__enter__()
    given_back: list[Holder] = []

    def give_back(holder: Holder) -> None:
        given_back.append(holder)
        first.__exit__(None, None, None)

    with store(two).lock(give_back) as left:
        assert left is None
    assert given_back


def test_a_note_that_can_not_be_read_is_no_free_lock(
    clones: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = clones
    monkeypatch.setattr(takeover, "WATCH_S", 0.3)
    monkeypatch.setattr(takeover, "POLL_S", 0.1)
    blob = subprocess.run(
        ["git", "-C", str(one), "hash-object", "-w", "--stdin"], input="[]", capture_output=True, text=True, check=True
    ).stdout.strip()
    tree = subprocess.run(
        ["git", "-C", str(one), "mktree"],
        input=f"100644 blob {blob}\tlock.json\n",
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    commit = git(one, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit-tree", tree, "-m", "x")
    git(one, "push", "-q", "origin", f"{commit}:{REF}")
    watched: list[Holder] = []
    with store(two).lock(watched.append):
        assert watched


@pytest.mark.usefixtures("hurried")
def test_renewals_leave_no_trace_in_the_history(clones: tuple[Path, Path]) -> None:
    one, _ = clones
    shared = store(one)
    with shared.lock():
        begun = shared._ref.tip()
        wait_until(lambda: shared._ref.current() != begun)
        shared.save(empty_state(), "Apply 1")
    assert git(one, "log", "--format=%s", REF).splitlines() == ["Apply 1"]


def test_a_lock_that_somebody_moved_is_found_lost(clones: tuple[Path, Path]) -> None:
    one, two = clones
    shared = store(one)
    with shared.lock():
        shared.check_lock()
        git(two, "push", "--force", "-q", "origin", f":{REF}")
        with pytest.raises(LockLostError):
            shared.check_lock()
        with pytest.raises(LockLostError):
            shared.begin(empty_state(), "Apply, begun")


@pytest.mark.parametrize("at_remote", [False, True])
def test_what_keeps_git_from_the_ref_is_not_taken_for_another_apply(clones: tuple[Path, Path], at_remote: bool) -> None:
    """A machine that lost its power while git wrote the ref leaves git's own lock behind."""
    one, _ = clones
    place = one.parent / "remote.git" if at_remote else one / ".git"
    left = place / "refs/dfsync/state/production.lock"
    left.parent.mkdir(parents=True)
    left.touch()
    store = GitStore(one, TARGET, "origin" if at_remote else None)
    with pytest.raises(InputError, match="Unable to create"), store.lock():
        pass
    left.unlink()
    with store.lock():
        pass


def test_what_was_stored_before_the_sending_stays_when_the_lock_is_given_back(clones: tuple[Path, Path]) -> None:
    one, two = clones
    shared, state = store(one), empty_state()
    with shared.lock():
        shared.begin(state, "Apply, begun")
        shared.check_lock()
    assert store(two).load().key == state.key


def test_a_push_that_fails_for_a_while_is_tried_again(clones: tuple[Path, Path], tmp_path: Path) -> None:
    """The third of three pushes arrives."""
    one, two = clones
    hook, count = tmp_path / "remote.git/hooks/pre-receive", tmp_path / "count"
    shared, state = store(one), empty_state()
    with shared.lock():
        hook.write_text(f"#!/bin/sh\necho x >> {count}\n[ $(wc -l < {count}) -gt 2 ]\n")
        hook.chmod(0o755)
        shared.save(state, "Apply")
    assert store(two).load().key == state.key


def test_a_remote_that_never_answers_is_given_up(clones: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_ref, "LONGEST_S", 0.5)
    one, _ = clones
    with socket.create_server(("127.0.0.1", 0)) as silent:
        git(one, "remote", "set-url", "origin", f"git://127.0.0.1:{silent.getsockname()[1]}/x.git")
        with pytest.raises(InputError, match="no answer from origin"):
            store(one).load()


def test_a_lock_file_that_is_taken_away_is_found_lost(tmp_path: Path) -> None:
    from dfsync.state.file import FileStore

    kept = FileStore(tmp_path, TARGET)
    with kept.lock():
        kept.check_lock()
        (tmp_path / ".dfsync/locks/production.lock").unlink()
        with pytest.raises(LockLostError):
            kept.check_lock()


@pytest.mark.usefixtures("hurried")
def test_a_machine_that_went_on_from_the_same_snapshot_takes_no_lock_over(
    clones: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has kernel, boot, files and processes of the other, but for what began since; the other lives and renews."""
    one, two = clones
    with store(one).lock():
        monkeypatch.setattr(trace, "_FOLDERS", (two,))  # what happened on the other since is in its memory alone
        monkeypatch.setattr(holders, "_HELD", set())
        watched: list[Holder] = []
        with pytest.raises(NotSentError, match="is locked by"), store(two).lock(watched.append):
            pass
        assert [holder.pid for holder in watched] == [os.getpid()], "not even the same number of a process convinces"


def test_a_lock_leaves_no_trace_when_it_is_given_back_or_taken_over(tmp_path: Path) -> None:
    with machine_lock(tmp_path, "x") as held:
        assert trace.was_left(held.holder.id)
        note = (tmp_path / "x.lock.json").read_text()
    assert not trace.was_left(held.holder.id)
    trace.leave(held.holder.id)  # as if it had died
    (tmp_path / "x.lock.json").write_text(note)
    with machine_lock(tmp_path, "x") as next_one:
        assert next_one.left is not None
        assert next_one.left.id == held.holder.id != next_one.holder.id
    assert not trace.was_left(held.holder.id)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("is_same_kernel", [True, False])
def test_a_copy_of_a_folder_takes_no_lock_over(
    clones: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, is_same_kernel: bool
) -> None:
    """A backup, an image or a snapshot has the note of an apply that runs where it was made."""
    one, _ = clones
    copy = one.with_name("copy")
    with store(one).lock() as left:
        assert left is None
        subprocess.run(["cp", "-R", str(one), str(copy)], check=True)
        with monkeypatch.context() as elsewhere:
            if not is_same_kernel:
                elsewhere.setattr(holders, "_kernel", lambda: "another")
            with pytest.raises(NotSentError, match="locked by"), store(copy).lock():
                pass
        assert (copy / ".dfsync/locks/production.lock.json").exists() is is_same_kernel
    with store(copy).lock():
        pass


def test_a_lock_file_that_is_taken_away_lets_nobody_else_in(tmp_path: Path) -> None:
    with machine_lock(tmp_path, "x"):
        (tmp_path / "x.lock").unlink()
        with pytest.raises(NotSentError, match="locked by"), machine_lock(tmp_path, "x"):
            pass
        assert (tmp_path / "x.lock.json").exists()


def test_traces_of_killed_applies_do_not_pile_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "_FOLDERS", (tmp_path,))
    old, young, new = ("a" * 32, "b" * 32, "c" * 32)
    trace.leave(old)
    trace.leave(young)
    (tmp_path / "dfsync-notes").touch()
    for name in (f"dfsync-{old}", "dfsync-notes"):
        os.utime(tmp_path / name, (0, 0))
    trace.leave(new)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"dfsync-{young}", f"dfsync-{new}", "dfsync-notes"]


def test_a_full_disk_is_named_with_the_file_of_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(machine, "write_whole", full)
    with pytest.raises(InputError, match=r"x\.lock\.json can't be written, so nothing was sent: No space"):
        machine_lock(tmp_path, "x").__enter__()


@pytest.mark.parametrize("id", ["", "../../etc/passwd", "x" * 32])
def test_a_note_can_not_name_a_file_as_its_trace(id: str) -> None:
    trace.leave(id)
    assert not trace.was_left(id)


def test_a_process_is_known_by_its_number_and_its_beginning(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """A number that another process has got since is not the holder."""
    with machine_lock(tmp_path, "x") as held:
        holder = held.holder
        assert is_alive(holder)
    assert is_alive(holder) is None, "a machine that went on from the same snapshot would not know it either"
    trace.leave(holder.id)
    request.addfinalizer(lambda: trace.erase(holder.id))
    assert is_alive(holder) is False, "this process holds it no more"
    parent = os.getppid()
    assert is_alive(replace(holder, pid=parent, started=holders._started(parent)))
    assert is_alive(replace(holder, pid=parent, started="1")) is False
    assert is_alive(replace(holder, pid=2**22 + 1)) is False
    assert is_alive(replace(holder, kernel="another")) is None
    assert is_alive(replace(holder, kernel="")) is None


def test_a_process_that_was_killed_and_not_waited_for_is_dead(tmp_path: Path) -> None:
    """In a container without an init process it stays in the table of processes for ever."""
    with machine_lock(tmp_path, "x") as held, subprocess.Popen(["sleep", "600"]) as sleeper:
        holder = replace(held.holder, pid=sleeper.pid, started=holders._started(sleeper.pid))
        assert is_alive(holder)
        sleeper.kill()
        wait_until(lambda: is_alive(holder) is False)
