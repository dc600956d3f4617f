"""A line on a terminal for what takes longer than two seconds: what is done, how far it is, how long it may take."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from types import FrameType
from typing import Any, Protocol, Self

_AFTER_S = 2.0
_EVERY_S = 0.25
_CLEAR = "\r\x1b[K"


class ProgressLine:
    """The line; nothing is shown before two seconds are over, and nothing is left when it stops.

    `noun` is what is counted. Counting costs nothing: the line is drawn by a clock, not by who counts.
    """

    def __init__(self, label: str, noun: str = "") -> None:
        self._label = label
        self._noun = noun
        self._began = time.monotonic()
        self._counted_from: float | None = None
        self._done = self._total = 0
        self._shown = False
        self._clock: _Clock = _clock(self._draw)

    def count(self, done: int, total: int) -> None:
        """Take how much is done and of how much; before the first count, only the time is shown."""
        if self._counted_from is None:
            self._counted_from = time.monotonic()
        self._done, self._total = done, total

    def stop(self) -> None:
        """Take the line away."""
        self._clock.stop()
        if self._shown:
            self._write(_CLEAR)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _draw(self) -> None:
        self._shown = True
        self._write(f"{_CLEAR}{self._text()}")

    def _text(self) -> str:
        now = time.monotonic()
        if not self._total or self._counted_from is None:
            return f"{self._label} ({now - self._began:.0f} s)"
        done, total = min(self._done, self._total), self._total
        bar = "#" * (20 * done // total)
        text = f"{self._label}  [{bar:<20}]  {done:,} of {total:,}{self._noun and f' {self._noun}'}"
        left = (now - self._counted_from) * (total - done) / done if done else 0
        return f"{text}  about {left:.0f} s left" if left >= 1 else text

    @staticmethod
    def _write(text: str) -> None:
        """Write past the buffers of Python, since the code that the clock interrupts may be writing to them."""
        os.write(sys.stderr.fileno(), text.encode("utf-8", "replace"))


class _Clock(Protocol):
    def stop(self) -> None: ...


class _Alarm:
    """Calls `tick` in the main thread, by a signal. So no thread runs, and work can be spread over processes."""

    def __init__(self, tick: Any) -> None:
        self._tick = tick
        self._before = signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, _AFTER_S, _EVERY_S)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._tick()

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._before)


class _Thread:
    """Calls `tick` from a thread, where the system has no alarm."""

    def __init__(self, tick: Any) -> None:
        self._tick = tick
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        wait = _AFTER_S
        while not self._stopped.wait(wait):
            wait = _EVERY_S
            self._tick()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()


def _clock(tick: Any) -> _Clock:
    is_main = threading.current_thread() is threading.main_thread()
    return _Alarm(tick) if hasattr(signal, "setitimer") and is_main else _Thread(tick)
