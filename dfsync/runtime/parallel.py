"""Spreads work over all cores, if there is enough of it.

Processes are forked when everything that the work imports and compiles is loaded. They take chunks one after another,
and return bytes through a file in memory. Whatever a process does not deliver, the caller does itself.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Self, TypeVar

T = TypeVar("T")
Work = Callable[[Sequence[T]], Iterable[bytes]]
Count = Callable[[int, int], None]
"""Takes how many items are done, and of how many."""

_ENOUGH = 256 * 1024
"""Less work than so many bytes is done before a process has started."""
_CHUNKS_EACH = 40
_MOST_GIVEN = 4096
_MOST_PROCESSES = 8


def spread(work: Work[T], items: Sequence[T], sizes: Sequence[int], count: Count | None = None) -> list[bytes]:
    """Return the result of `work` for all items, in their order. `sizes` are their costs in bytes.

    What `work` yields for an item has no line break, and depends only on the item. `count` is told how far it is; what
    other processes have in hand counts as done.
    """
    processes = _processes(sum(sizes))
    if processes < 2:
        return list(counting(work(items), len(items), count))
    warm = list(work(items[:1]))  # imports and compiles what all processes then share
    chunks = _chunks(sizes, processes * _CHUNKS_EACH)
    done: dict[int, list[bytes]] = {}
    with _queue(len(chunks)) as queue, _Helpers() as helpers:
        for _ in range(processes - 1):
            helpers.start(lambda out: _write(work, items, chunks, queue, out))
        for number in queue:
            if count is not None:
                count(chunks[number].start, len(items))
            done[number] = list(work(_part(items, chunks[number])))
        done.update(helpers.results())
    found = [done.get(n) or list(work(_part(items, chunk))) for n, chunk in enumerate(chunks)]
    return [*warm, *(result for of_chunk in found for result in of_chunk)]


class Meanwhile:
    """Work of another process while the caller goes on: begun when it is known with what, and waited for in the end.

    The process is forked on entry, before the caller takes a lock or starts a thread. `size` is the cost of the work in
    bytes, as for `spread`. A context manager; on exit the process ends.
    """

    def __init__(self, work: Callable[[bytes], Iterable[bytes]], size: int) -> None:
        self._work = work
        self._size = size
        self._given = b""
        self._writer: int | None = None
        self._helpers = _Helpers()

    def __enter__(self) -> Self:
        if _processes(self._size) > 1:
            reader, writer = os.pipe()
            self._helpers.start(lambda out: self._wait_and_work(reader, writer, out))
            os.close(reader)
            self._writer = writer
        return self

    def __exit__(self, *_: object) -> None:
        self.begin(b"")
        self._helpers.__exit__()

    def begin(self, given: bytes) -> None:
        """Give what the work needs; it is not empty, and so small that a pipe takes it at once."""
        self._given = given
        if self._writer is not None:
            with contextlib.suppress(OSError):  # the process is gone
                os.write(self._writer, given)
            os.close(self._writer)
            self._writer = None

    def results(self) -> list[bytes]:
        """Wait for the results of `work`, each without a line break. Whatever fails there is done here."""
        done = self._helpers.results()
        return done[0] if 0 in done else list(self._work(self._given))

    def _wait_and_work(self, reader: int, writer: int, out: IO[bytes]) -> None:
        os.close(writer)  # else the end of the caller would not end the waiting
        if given := os.read(reader, _MOST_GIVEN):
            _write_results(0, list(self._work(given)), out)


def counting(items: Iterable[T], total: int, count: Count | None) -> Iterator[T]:
    """Yield the items, and tell `count` of each that is done."""
    for number, item in enumerate(items, 1):
        yield item
        if count is not None:
            count(number, total)


def _processes(size: int) -> int:
    """Return how many processes are worth starting. A process with threads must not be forked."""
    if sys.platform != "linux" or size < _ENOUGH or threading.active_count() > 1:
        return 1
    return min(len(os.sched_getaffinity(0)), _MOST_PROCESSES)


def _chunks(sizes: Sequence[int], count: int) -> list[range]:
    """Split the items after the first into at most 255 runs of about the same size."""
    most = sum(sizes) / min(count, 250)
    chunks: list[range] = []
    start, size = 1, 0
    for place in range(1, len(sizes)):
        size += sizes[place]
        if size >= most:
            chunks.append(range(start, place + 1))
            start, size = place + 1, 0
    if start < len(sizes):
        chunks.append(range(start, len(sizes)))
    return chunks


class _Queue:
    """Numbers in a pipe. Each is taken by one process."""

    def __init__(self, reader: int) -> None:
        self._reader = reader

    def __iter__(self) -> Iterator[int]:
        while taken := os.read(self._reader, 1):
            yield taken[0]


@contextlib.contextmanager
def _queue(count: int) -> Iterator[_Queue]:
    reader, writer = os.pipe()
    os.write(writer, bytes(range(count)))
    os.close(writer)
    try:
        yield _Queue(reader)
    finally:
        os.close(reader)


class _Helpers:
    """Forked processes, and the files to which they write."""

    def __init__(self) -> None:
        self._running: dict[int, IO[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process, out in self._running.items():
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            out.close()

    def start(self, work: Callable[[IO[bytes]], None]) -> None:
        out = os.fdopen(os.memfd_create("dfsync"), "w+b")
        process = os.fork()
        if process:
            self._running[process] = out
            return
        code = 1
        try:
            work(out)
            out.flush()
            code = 0
        finally:
            os._exit(code)  # without the caller's buffers and handlers, whatever happened

    def results(self) -> dict[int, list[bytes]]:
        """Wait for all, and return the results of those that finished."""
        found: dict[int, list[bytes]] = {}
        for process, out in list(self._running.items()):
            _, status = os.waitpid(process, 0)
            del self._running[process]
            with out:
                if status == 0:
                    out.seek(0)
                    found.update(_read(out))
        return found


def _part(items: Sequence[T], chunk: range) -> Sequence[T]:
    return items[chunk.start : chunk.stop]


def _write(work: Work[T], items: Sequence[T], chunks: Sequence[range], queue: _Queue, out: IO[bytes]) -> None:
    for number in queue:
        _write_results(number, list(work(_part(items, chunks[number]))), out)


def _write_results(number: int, results: Sequence[bytes], out: IO[bytes]) -> None:
    out.write(b"%d %d\n" % (number, len(results)))
    out.writelines(result + b"\n" for result in results)


def _read(out: IO[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    while header := out.readline():
        number, count = map(int, header.split())
        yield number, [out.readline()[:-1] for _ in range(count)]
