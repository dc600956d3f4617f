"""Ctrl-C and SIGTERM while rows are sent: the first asks to stop soon, and the second stops at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Whether somebody asked to stop. `heard` is called at once, from within a signal handler."""

    def __init__(self, heard: Callable[[], None]) -> None:
        self.asked = False
        self._heard = heard

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Hold back the first signal while the block runs. Outside the main thread it does nothing."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = [(number, signal.signal(number, self._handle)) for number in _SIGNALS]
        try:
            yield
        finally:
            for number, handler in before:
                signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            signal.default_int_handler(number, frame)
        self.asked = True
        self._heard()
