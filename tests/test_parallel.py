"""Work for all cores: the same results in the same order, whatever becomes of the other processes."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

import pytest

from dfsync.files.storage.git.tree import GitTree
from dfsync.runtime import parallel
from dfsync.runtime.parallel import BackgroundWork, spread
from tests.support.git import repository
from tests.support.waiting import PATIENCE_S

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other processes are forked on Linux alone")
_MB = 1024 * 1024


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    # Threads of other tests, or of the test runner, forbid to fork; none of them runs code of dfsync here.
    monkeypatch.setattr(parallel.threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that are forked from here on."""
    found: list[int] = []
    fork = os.fork
    monkeypatch.setattr(os, "fork", lambda: found.append(process := fork()) or process)
    return found


def _is_left(process: int) -> bool:
    """Whether nobody has waited for a process of this one."""
    try:
        os.waitpid(process, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def _spread(work: Callable[[int], bytes], sizes: Sequence[int]) -> list[bytes]:
    return list(spread(lambda items: map(work, items), range(len(sizes)), sizes))


@pytest.mark.parametrize("count", [1, 2, 3, 50, 1000])
def test_results_are_those_of_one_process(count: int) -> None:
    """All results, in the order of the items, also where some are large."""
    found = _spread(lambda n: b"%d " % n * (n % 7) * 100, [_MB] * count)
    assert found == [b"%d " % n * (n % 7) * 100 for n in range(count)]


def test_other_processes_do_take_part() -> None:
    """Enough work is done by more than one process."""
    meet = _meeting()

    def work(_: int) -> bytes:
        meet()
        return str(os.getpid()).encode()

    assert len(set(_spread(work, [_MB] * 400))) > 1


def test_little_work_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook on a few files does not pay for a fork."""
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked"))
    assert _spread(lambda n: b"%d" % n, [100] * 50) == [b"%d" % n for n in range(50)]


def test_what_a_process_does_not_bring_is_done_here() -> None:
    """A process that is killed, as for want of memory, costs time and nothing else."""
    parent = os.getpid()

    def work(number: int) -> bytes:
        if os.getpid() != parent:
            os.kill(os.getpid(), 9)
        return b"%d" % number

    assert _spread(work, [_MB] * 100) == [b"%d" % n for n in range(100)]


def test_an_error_is_raised_as_in_one_process(forked: list[int]) -> None:
    """Whatever fails in another process fails here too, and no process is left behind."""

    def work(number: int) -> bytes:
        if number == 50:
            raise ValueError("50")
        return b""

    with pytest.raises(ValueError, match="50"):
        _spread(work, [_MB] * 100)
    assert len(forked) == 2
    assert not any(map(_is_left, forked))


def test_a_caller_that_stops_halfway_leaves_no_process_behind() -> None:
    """What fails on the way, or Ctrl-C, ends the other processes too."""

    def take() -> None:
        for result in spread(lambda items: (b"%d" % n for n in items), range(1000), [_MB] * 1000):
            if result == b"500":
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_every_process_reads_git_for_itself(tmp_path: Path) -> None:
    """The blobs of a revision reach the process that asked for them, and no git process is left behind."""
    repo = repository(tmp_path / "repo")
    texts = {f"sites/{number}.yaml": f"id: site-{number}\n" * 200 for number in range(300)}
    repo.commit({"dfsync.yaml": "version: 1\n", **texts})
    with GitTree(repo.root) as index:
        line = _line(index, _meeting())
        found = list(spread(lambda files: map(line, files), [*texts], [len(text) for text in texts.values()]))
    assert len({line.split(b" ")[0] for line in found}) > 1
    assert [line.partition(b" ")[2] for line in found] == [text.encode().hex().encode() for text in texts.values()]


def _line(index: GitTree, meet: Callable[[], None]) -> Callable[[str], bytes]:
    def line(file: str) -> bytes:
        meet()
        return b"%d %s" % (os.getpid(), index.read(file).hex().encode())

    return line


def _meeting() -> Callable[[], None]:
    """Return what each process calls before each item: this one waits at its second until another has begun."""
    reader, writer = os.pipe()
    parent, calls = os.getpid(), count(1)

    def meet() -> None:
        if os.getpid() != parent:
            os.write(writer, b"x")
        elif next(calls) == 2:
            assert select.select([reader], [], [], PATIENCE_S)[0]

    return meet


def _pid_and(given: bytes) -> list[bytes]:
    return [str(os.getpid()).encode(), given, b""]


def test_another_process_works_meanwhile(forked: list[int]) -> None:
    """It works on what it is given after it was forked, and is gone in the end."""
    with BackgroundWork(_pid_and, _MB) as work:
        work.begin(b"key")
        pid, *rest = work.results()
    assert int(pid) != os.getpid()
    assert rest == [b"key", b""]
    assert [_is_left(process) for process in forked] == [False]


def test_what_is_not_done_meanwhile_is_done_here() -> None:
    """A process that is killed, or that was not worth starting, costs nothing but time."""

    def work(given: bytes) -> list[bytes]:
        if os.getpid() != parent:
            os.kill(os.getpid(), 9)
        return [given]

    parent = os.getpid()
    for size in (_MB, 100):
        with BackgroundWork(work, size) as begun:
            begun.begin(b"key")
            assert begun.results() == [b"key"]


def test_work_that_is_not_needed_is_not_waited_for(forked: list[int]) -> None:
    """An apply that is refused, before or after the work began, leaves no process behind."""
    for given in (None, b"key"):
        with BackgroundWork(lambda _: [bytes(time.sleep(600) or 0)], _MB) as work:
            if given is not None:
                work.begin(given)
    assert [_is_left(process) for process in forked] == [False, False]


def test_the_process_ends_with_its_caller() -> None:
    """A caller that is killed leaves a process behind only until its work is done."""
    reader, writer = os.pipe()
    caller = os.fork()
    if not caller:
        with BackgroundWork(lambda _: [], _MB):
            os.kill(os.getpid(), 9)
    os.close(writer)
    os.waitpid(caller, 0)
    assert os.read(reader, 1) == b"", "the last process that could write has ended"
    os.close(reader)
