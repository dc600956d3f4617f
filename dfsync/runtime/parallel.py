"""Spreads work over all cores, if there is enough of it.

Processes are forked when everything that the work imports and compiles is loaded. They take chunks one after another,
and return bytes through files in memory. Whatever a process does not deliver, the caller does itself.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Self, TypeVar

T = TypeVar("T")
Work = Callable[[Sequence[T]], Iterable[bytes]]
Count = Callable[[int, int], None]
"""Takes how many items are done, and of how many."""

_ENOUGH = 256 * 1024
"""Less work than so many bytes is done before a process has started."""
_CHUNKS_EACH = 120
_MOST_CHUNKS = 250
_LEAST_IN_CHUNK = 16 * 1024
"""The last chunks keep one process busy while the others wait; smaller ones cost more than they save."""
_MOST_GIVEN = 4096
_MOST_PROCESSES = 8


def spread(work: Work[T], items: Sequence[T], sizes: Sequence[int], count: Count | None = None) -> Iterator[bytes]:
    """Yield the result of `work` for all items, in their order. `sizes` are their costs in bytes.

    What `work` yields for an item has no line break, and depends only on the item. `count` is told how far it is; what
    other processes have in hand counts as done. The caller handles results while other processes still work.
    """
    processes = _processes(sum(sizes))
    if processes < 2:
        yield from counting(work(items), len(items), count)
        return
    yield from work(items[:1])  # imports and compiles what all processes then share
    chunks = _chunks(sizes, processes * _CHUNKS_EACH)
    done: dict[int, list[bytes]] = {}
    at = 0
    with _queue(len(chunks)) as queue, _Helpers() as helpers:
        for _ in range(processes - 1):
            helpers.start(lambda out: _write(work, items, chunks, queue, out))
        for number in queue:
            if count is not None:
                count(chunks[number].start, len(items))
            done[number] = list(work(_part(items, chunks[number])))
            done.update(helpers.results())
            while at in done:
                yield from done.pop(at)
                at += 1
        done.update(helpers.last_results())
    for number in range(at, len(chunks)):
        yield from done.pop(number, None) or work(_part(items, chunks[number]))


class BackgroundWork:
    """Work that another process does while the caller goes on. It begins when the caller gives what it needs.

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
        done = self._helpers.last_results()
        return done[0] if 0 in done else list(self._work(self._given))

    def _wait_and_work(self, reader: int, writer: int, out: _Output) -> None:
        os.close(writer)  # else the end of the caller would not end the waiting
        if given := os.read(reader, _MOST_GIVEN):
            out.write(0, self._work(given))


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
    """Split the items after the first into at most 250 runs of about the same size."""
    most = max(sum(sizes) / min(count, _MOST_CHUNKS), _LEAST_IN_CHUNK)
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


class _Output:
    """A file in memory to which one process writes whole chunks, while another reads those that are there."""

    def __init__(self) -> None:
        self._file = os.fdopen(os.memfd_create("dfsync"), "wb")
        self._read = 0

    def write(self, number: int, results: Iterable[bytes]) -> None:
        body = b"\n".join(results)
        self._file.write(b"%d %d\n%b" % (number, len(body), body))
        self._file.flush()

    def read(self) -> dict[int, list[bytes]]:
        """Return the results of the chunks that were not read before, by number."""
        descriptor = self._file.fileno()
        written = os.pread(descriptor, os.fstat(descriptor).st_size - self._read, self._read)
        found: dict[int, list[bytes]] = {}
        at = 0
        while start := written.find(b"\n", at) + 1:
            number, size = map(int, written[at:start].split())
            if start + size > len(written):
                break
            at = start + size
            found[number] = written[start:at].split(b"\n")
        self._read += at
        return found

    def close(self) -> None:
        self._file.close()


class _Helpers:
    """Forked processes, and what they write."""

    def __init__(self) -> None:
        self._running: dict[int, _Output] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process, out in self._running.items():
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            out.close()

    def start(self, work: Callable[[_Output], None]) -> None:
        out = _Output()
        process = os.fork()
        if process:
            self._running[process] = out
            return
        code = 1
        try:
            work(out)
            code = 0
        finally:
            os._exit(code)  # without the caller's buffers and handlers, whatever happened

    def results(self) -> dict[int, list[bytes]]:
        """Return the results that were not returned before, by the numbers of their chunks."""
        return {number: results for out in self._running.values() for number, results in out.read().items()}

    def last_results(self) -> dict[int, list[bytes]]:
        """Wait for all processes, and return what they left. One that failed leaves some to the caller."""
        found: dict[int, list[bytes]] = {}
        for process, out in list(self._running.items()):
            os.waitpid(process, 0)
            del self._running[process]
            found.update(out.read())
            out.close()
        return found


def _part(items: Sequence[T], chunk: range) -> Sequence[T]:
    return items[chunk.start : chunk.stop]


def _write(work: Work[T], items: Sequence[T], chunks: Sequence[range], queue: _Queue, out: _Output) -> None:
    for number in queue:
        out.write(number, work(_part(items, chunks[number])))
