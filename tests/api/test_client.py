"""The costs of a client: requests, connections, and imports of modules."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from dfsync.api.protocol.events import Event, Exchange
from dfsync.api.protocol.values import Upload
from dfsync.sandbox.sandbox import Sandbox
from dfsync.sandbox.settings import SandboxSettings
from tests.api.clients import open_client, row


def test_pages_are_fetched_at_once_within_the_bound_on_kept_connections() -> None:
    """There are never more requests under way, and never more connections, than `api.concurrency`."""
    rows = [row(number) for number in range(200)]
    with Sandbox(rows, settings=SandboxSettings(latency_ms=15)) as box, open_client(box, concurrency=3) as client:
        assert len(client.export(lambda site: site.id)) == 200
        requests = box.requests
    assert len({request.client_port for request in requests}) <= 3
    overlapping = [
        sum(other.started <= request.started < (other.finished or 0) for other in requests) for request in requests
    ]
    assert max(overlapping) == 3


def test_many_commands_worth_of_calls_share_their_connections(box: Sandbox) -> None:
    """A command has one client, and its calls share connections."""
    with open_client(box, may_send=True, concurrency=2) as client:
        for _ in range(5):
            client.export(lambda site: site.id)
            client.export(lambda site: site.id, ids=["site-001"])
            client.import_sheets(Upload(sites=b"Site ID,Site Name\r\nsite-001,Store 1\r\n"))
    assert len({request.client_port for request in box.requests}) <= 2


def test_each_request_is_told_once(box: Sandbox) -> None:
    """The events are those that the server logged."""
    events: list[Event] = []
    with open_client(box, watch=events.append) as client:
        client.export(lambda site: site.id)
    exchanges = [event for event in events if isinstance(event, Exchange)]
    assert {exchange.request_id for exchange in exchanges} == {request.request_id for request in box.requests}
    assert all(exchange.status == 200 and exchange.size > 0 and exchange.elapsed_s > 0 for exchange in exchanges)
    assert all(exchange.path == "/customer/123/sites/export" for exchange in exchanges)


def test_listeners_are_told_one_event_at_a_time(box: Sandbox) -> None:
    """So that a listener needs no lock."""
    inside = threading.Semaphore(1)

    def watch(event: Event) -> None:
        assert inside.acquire(blocking=False)
        inside.release()

    with open_client(box, watch=watch) as client:
        client.export(lambda site: site.id)


def test_a_probe_costs_one_row_and_tells_the_clocks_difference(box: Sandbox) -> None:
    """The difference is exact to the second, as the Date header is."""
    with open_client(box) as client:
        probe = client.probe()
    assert probe.total == 25
    assert probe.skew_s is not None
    assert -1 < probe.skew_s < 2
    assert [request.query for request in box.requests] == ["p_number=1&p_size=1"]


def test_an_upload_has_a_sheet() -> None:
    """The document asks for at least one of the two files."""
    with pytest.raises(ValueError, match="at least one"):
        Upload()


def test_importing_the_face_costs_no_http_client() -> None:
    """Commands that call nothing don't pay for it."""
    program = "import sys, dfsync.api.client, dfsync.api.protocol.errors, dfsync.api.logs; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"httpx", "jwt", "filelock", "platformdirs", "asyncio"} & set(modules)
