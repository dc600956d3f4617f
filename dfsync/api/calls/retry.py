"""When a request is sent again, and how long to wait before.

Source: the Common API Guide, "Rate Limiting and Retries". A 429 waits as long as Retry-After says (RFC 9110, 10.2.3),
a 5xx or a fault of the connection `random(0, min(30, 0.5 * 2 ** attempt))` seconds (full jitter); no other 4xx is
repeated. One budget bounds the whole command, however many requests share it.
"""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from dfsync.api.protocol.errors import NoAnswerError, RequestError, StatusError, UnreachableError
from dfsync.api.protocol.events import Waiting, Watch

T = TypeVar("T")

_ATTEMPTS = 10
_FIRST_S = 0.5
_LONGEST_S = 30.0
TOO_MANY_REQUESTS = 429


class Budget:
    """The seconds that a command may spend on failed attempts and waiting, counted once however many threads wait."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._left = seconds
        self._clock = clock
        self._counted_until = clock()
        self._lock = threading.Lock()

    def spend(self, lost_s: float, wait_s: float) -> float | None:
        """Take an attempt that took `lost_s` and the wait to come; return what is left, None if it was too little."""
        with self._lock:
            now = self._clock()
            until = now + wait_s
            cost = max(0.0, until - max(now - lost_s, self._counted_until))
            if cost > self._left:
                return None
            self._left -= cost
            self._counted_until = max(self._counted_until, until)
            return self._left


class Retries:
    """Repeats what is worth repeating, within the budget."""

    def __init__(self, budget: Budget, watch: Watch) -> None:
        self._budget = budget
        self._watch = watch
        self._ended = threading.Event()

    def call(self, send: Callable[[int], T], before_again: Callable[[], None] | None = None) -> T:
        """Call `send` with the number of the attempt until it returns; `before_again` before each repetition.

        Raises the last RequestError, and whatever `before_again` raises.
        """
        for attempt in itertools.count(1):
            try:
                return send(attempt)
            except RequestError as error:
                if not (worth_repeating(error) and self.wait(error, attempt)):
                    raise
            if before_again is not None:
                before_again()
        raise AssertionError("unreachable")

    def end(self) -> None:
        """Let no thread wait any longer."""
        self._ended.set()

    def wait(self, error: RequestError, attempt: int) -> bool:
        """Wait as long as is due after attempt number `attempt`; False when it is not to be repeated any more."""
        wait_s = wait_before(error, attempt)
        exchange = error.exchange
        if self._ended.is_set() or attempt >= _ATTEMPTS:
            return False
        left_s = self._budget.spend(exchange.elapsed_s, wait_s)
        if left_s is None:
            return False
        reason = str(error.status) if error.status else exchange.fault or ""
        self._watch(Waiting(exchange.method, exchange.path, reason, attempt, wait_s, left_s))
        return not pause(self._ended, wait_s)


def pause(ended: threading.Event, seconds: float) -> bool:
    """Wait, but no longer than until the end of the command; returns whether that has come."""
    return ended.wait(seconds)


def worth_repeating(error: RequestError) -> bool:
    """Whether the same request may fare better, and can do no harm; a lost import is apply's to look into."""
    if isinstance(error, StatusError):
        status = error.status or 0
        return status == TOO_MANY_REQUESTS or status >= 500
    return isinstance(error, NoAnswerError) or (isinstance(error, UnreachableError) and not error.lasting)


def wait_before(error: RequestError, attempt: int = 0) -> float:
    """Return the seconds to wait: what the server asks for, and at least the back-off with full jitter."""
    most = min(_LONGEST_S, _FIRST_S * 2 ** (attempt or error.exchange.attempt))
    jitter = random.uniform(0, most)  # noqa: S311  (spreads load, hides nothing)
    asked = error.retry_after_s if isinstance(error, StatusError) else None
    return max(asked or 0.0, jitter)
