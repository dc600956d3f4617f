"""Work for all cores: the same results in the same order, whatever becomes of the other processes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

import pytest

from dfsync.validation import parallel
from dfsync.validation.parallel import spread

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other processes are forked on Linux alone")
_MB = 1024 * 1024


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    # Threads of other tests, or of the test runner, forbid to fork; none of them runs code of dfsync here.
    monkeypatch.setattr(parallel.threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})


def _spread(work: Callable[[int], bytes], sizes: Sequence[int]) -> list[bytes]:
    return spread(lambda items: map(work, items), range(len(sizes)), sizes)


@pytest.mark.parametrize("count", [1, 2, 3, 50, 1000])
def test_results_are_those_of_one_process(count: int) -> None:
    """All results, in the order of the items, also where some are large."""
    found = _spread(lambda n: b"%d " % n * (n % 7) * 100, [_MB] * count)
    assert found == [b"%d " % n * (n % 7) * 100 for n in range(count)]


def test_other_processes_do_take_part() -> None:
    """Enough work is done by more than one process."""
    assert len(set(_spread(lambda _: str(os.getpid()).encode() + b" " + bytes(sum(range(9999)) % 1), [_MB] * 400))) > 1


def test_little_work_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook on a few files pays for no fork."""
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


def test_an_error_is_raised_as_in_one_process() -> None:
    """Whatever fails in another process fails here too, and no process is left behind."""

    def work(number: int) -> bytes:
        if number == 50:
            raise ValueError("50")
        return b""

    with pytest.raises(ValueError, match="50"):
        _spread(work, [_MB] * 100)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
