"""Retries: what is sent again, when, and for how long at most."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.api.calls.retry import Budget, Retries, wait_before, worth_repeating
from dfsync.api.protocol.errors import (
    AnswerError,
    LostAnswerError,
    NoAnswerError,
    StatusError,
    UnreachableError,
)
from dfsync.api.protocol.events import Event, Exchange, Waiting, ignore
from dfsync.api.protocol.headers import http_date, retry_after

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def exchange(status: int | None = None, attempt: int = 1) -> Exchange:
    return Exchange("production", "GET", "https://x/customer/1/sites/export", NOW, attempt, status)


def status_error(status: int, attempt: int = 1, retry_after_s: float | None = None) -> StatusError:
    return StatusError(exchange(status, attempt), retry_after_s=retry_after_s)


def test_only_429_and_5xx_and_faults_are_repeated() -> None:
    """Other 4xx never, nor redirects, nor an answer that can't be believed, nor an import whose answer is lost."""
    repeated = {status for status in range(300, 600) if worth_repeating(status_error(status))}
    assert repeated == {429, *range(500, 600)}
    assert worth_repeating(NoAnswerError("x", exchange()))
    assert worth_repeating(UnreachableError("x", exchange()))
    assert not worth_repeating(UnreachableError("x", exchange(), lasting=True))
    assert not worth_repeating(AnswerError("x", exchange(200)))
    assert not worth_repeating(LostAnswerError("x", exchange(503)))


@given(st.integers(1, 10))
def test_the_wait_is_full_jitter_below_a_doubling_bound(attempt: int) -> None:
    """It is random(0, min(30, 0.5 * 2 ** attempt)) seconds."""
    assert 0 <= wait_before(status_error(503, attempt)) <= min(30.0, 0.5 * 2**attempt)


def test_retry_after_is_waited_for_and_never_shortens_the_back_off() -> None:
    """A server that says 0 is not hammered."""
    assert wait_before(status_error(429, retry_after_s=42.0)) == 42.0
    assert any(wait_before(status_error(429, retry_after_s=0.0)) > 0 for _ in range(5))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "120"}, 120.0),
        ({"retry-after": " 0 "}, 0.0),
        ({"retry-after": "9" * 400}, 999999999.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "1.5"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "１２"}, None),
        ({"retry-after": "Sun, 01 Mar 2026 12:01:00 GMT"}, 60.0),
        ({"retry-after": "Sun, 01 Mar 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "Thu, 01 Jan 2026 00:00:00 +999999999999999999999"}, None),
        ({"retry-after": "Sun, 99 Mar 2026 11:00:00 GMT"}, None),
        ({"retry-after": "Sun, 01 Mar 2026 15:00:30 GMT", "date": "Sun, 01 Mar 2026 15:00:00 GMT"}, 30.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    """A date counts from the server's own Date, so that a wrong clock here does not matter."""
    assert retry_after(headers, NOW) == seconds


@given(st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC)))
def test_http_dates_are_read_back(date: datetime) -> None:
    """To the second, which is all they hold."""
    assert http_date(format_datetime(date, usegmt=True)) == date


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_budget_counts_time_once_however_many_threads_wait() -> None:
    """Four threads that wait for the same ten seconds cost ten seconds."""
    clock = Clock()
    budget = Budget(100, clock)
    assert [budget.spend(0, 10) for _ in range(4)] == [90, 90, 90, 90]
    clock.now = 10
    assert budget.spend(0, 20) == 70
    clock.now = 50
    assert budget.spend(10, 5) == 55, "an attempt that took ten seconds to fail costs them"
    assert budget.spend(0, 61) is None
    assert budget.spend(0, 60) == 0, "a refusal takes nothing"


def test_what_waiting_would_not_fit_the_budget_is_raised_at_once() -> None:
    """An hour's Retry-After is not waited for."""
    told: list[Event] = []
    retries = Retries(Budget(120), told.append)
    sent: list[int] = []

    def send(attempt: int) -> None:
        sent.append(attempt)
        raise status_error(429, attempt, retry_after_s=3600)

    with pytest.raises(StatusError, match="429"):
        retries.call(send)
    assert sent == [1]
    assert told == []


def test_attempts_are_bounded_and_told() -> None:
    """Ten, each wait told with what is left."""
    told: list[Event] = []
    retries = Retries(Budget(10_000), told.append)

    def send(attempt: int) -> None:
        raise status_error(503, attempt)

    with pytest.raises(StatusError, match="attempt 10"):
        retries.call(send)
    assert [event.attempt for event in told if isinstance(event, Waiting)] == list(range(1, 10))


def test_the_end_of_the_command_ends_all_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that waits for Retry-After does not hold up Ctrl-C."""
    retries = Retries(Budget(1000), lambda event: retries.end())

    def send(attempt: int) -> None:
        raise status_error(429, attempt, retry_after_s=500)

    monkeypatch.undo()
    with pytest.raises(StatusError):
        retries.call(send)


def test_retries_really_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only tests switch the waiting off."""
    import time

    began = time.monotonic()
    answers = iter([status_error(429, 1, retry_after_s=0.0), "done"])

    def send(attempt: int) -> object:
        answer = next(answers)
        if isinstance(answer, StatusError):
            raise status_error(429, attempt, retry_after_s=1e-9) from None
        return answer

    waits: list[float] = []
    monkeypatch.undo()
    retries = Retries(Budget(1000), lambda event: waits.append(event.wait_s) if isinstance(event, Waiting) else None)
    assert retries.call(send) == "done"
    assert time.monotonic() - began >= waits[0]


def test_other_errors_pass_untouched() -> None:
    """A defect is no fault of the network."""
    with pytest.raises(ZeroDivisionError):
        Retries(Budget(10), ignore).call(lambda attempt: 1 // 0)
