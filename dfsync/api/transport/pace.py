"""Limits how many requests start in a second."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable


class Pace:
    """Starts a limited number of requests in any second, over all threads. Requests below that number do not wait.

    Less than one request a second is one request in more than a second.
    """

    def __init__(
        self,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        most = max(1, int(per_second))
        self._span_s = most / per_second
        self._turns: deque[float] = deque(maxlen=most)
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Wait for this request's turn."""
        with self._lock:
            now = self._clock()
            full = len(self._turns) == self._turns.maxlen
            turn = max(now, self._turns[0] + self._span_s) if full else now
            self._turns.append(turn)
        if turn > now:
            self._sleep(turn - now)
