"""The log of the same events for a person and for a program."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from dfsync.api.logs import as_json, as_text, is_shown
from dfsync.api.protocol.events import Event, Exchange, ExportRetry, Refreshed, Waiting

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
GOOD = Exchange("production", "GET", "https://x/customer/1/sites/export?p_number=2", AT, 1, 200, "id-1", 0.012, 345)
BAD = Exchange(
    "production",
    "POST",
    "https://x/import",
    AT,
    3,
    503,
    "id\x1b[2J",
    1.5,
    20,
    "success is\nfalse",
    body='{"a": "\x07"}',
)
WAITING = Waiting("GET", "/export", "503", 2, 1.25, 100.0)
EVENTS: tuple[Event, ...] = (
    GOOD,
    BAD,
    WAITING,
    Refreshed("production", AT),
    ExportRetry("production", "s came twice", 2),
)


def test_a_request_is_a_line_with_method_path_status_time_bytes_and_attempt() -> None:
    """With -vv also its id, and what is wrong with it."""
    assert as_text(GOOD) == "GET /customer/1/sites/export?p_number=2 200 12 ms 345 B"
    assert as_text(GOOD, 2).endswith("345 B request id id-1")
    assert as_text(BAD) == "POST /import 503 1500 ms 20 B attempt 3: success is\\nfalse"
    assert as_text(BAD, 2).splitlines()[1] == '  {"a": "\\x07"}'


def test_the_other_events_say_what_the_user_waits_for() -> None:
    """How long, how often, and what is left."""
    assert as_text(WAITING) == "GET /export: 503, trying again in 1.2 s (attempt 3, 100 s left for retries)"
    assert as_text(EVENTS[3]) == "token of target production refreshed, used until 2026-03-01 12:00:00Z"
    assert as_text(EVENTS[4]) == "the export is fetched again (attempt 2): s came twice"


@pytest.mark.parametrize("event", EVENTS)
def test_no_line_holds_what_a_terminal_would_obey(event: Event) -> None:
    """It does not matter what the server sent."""
    assert all(line.isprintable() for line in as_text(event, 2).split("\n"))


@pytest.mark.parametrize("event", EVENTS)
def test_each_json_line_is_one_object_with_run_id_time_and_kind(event: Event) -> None:
    """jq and log collectors can read it."""
    line = as_json(event, "run-1")
    assert "\n" not in line
    form = json.loads(line)
    assert form["run_id"] == "run-1"
    assert datetime.fromisoformat(form["at"]).tzinfo is not None
    assert form["event"] in {"request", "waiting", "token_refreshed", "export_taken_again"}


def test_waiting_is_told_unasked_and_requests_are_not() -> None:
    """With -q nothing is logged."""
    assert [is_shown(event, 0) for event in EVENTS] == [False, False, True, False, True]
    assert not any(is_shown(event, -1) for event in EVENTS)
    assert all(is_shown(event, 1) for event in EVENTS)
