"""A line on a terminal for what takes longer than two seconds: what is done, how far it is, how long it may take."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_AFTER_S = 2.0
_EVERY_S = 0.25
_CLEAR = "\r\x1b[K"


class ProgressLine:
    """The line; nothing is shown before two seconds are over, and nothing is left when it stops. Thread-safe."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._began = time.monotonic()
        self._counted_from: float | None = None
        self._done = self._total = 0
        self._stopped = threading.Event()
        self._shown = False
        self._thread = threading.Thread(target=self._draw, daemon=True)
        self._thread.start()

    def count(self, done: int, total: int) -> None:
        """Take how much is done and of how much; before the first count, only the time is shown."""
        self._counted_from = self._counted_from or time.monotonic()
        self._done, self._total = done, total

    def stop(self) -> None:
        """Take the line away."""
        self._stopped.set()
        self._thread.join()

    def _draw(self) -> None:
        wait = _AFTER_S
        while not self._stopped.wait(wait):
            wait, self._shown = _EVERY_S, True
            _write(f"{_CLEAR}{self._text()}")
        if self._shown:
            _write(_CLEAR)

    def _text(self) -> str:
        now = time.monotonic()
        if not self._total or self._counted_from is None:
            return f"{self._label} ({now - self._began:.0f} s)"
        done = min(self._done, self._total)
        bar = "#" * (20 * done // self._total)
        text = f"{self._label}  [{bar:<20}]  {done:,} of {self._total:,}"
        elapsed = now - self._began
        left = elapsed * (self._total - done) / done if done else 0
        return f"{text}  about {left:.0f} s left" if left >= 1 else text


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


@contextmanager
def progress_line(label: str, *, shown: bool) -> Iterator[ProgressLine | None]:
    """Show a line while something is done, where it is to be `shown` and somebody can see it."""
    if not shown or not sys.stderr.isatty():
        yield None
        return
    line = ProgressLine(label)
    try:
        yield line
    finally:
        line.stop()
