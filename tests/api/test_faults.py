"""Every single fault of a request, and pairs of them, end in success or in a clear error."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from dfsync.api.client import Client, connect
from dfsync.api.protocol.errors import ApiError, LostAnswerError
from dfsync.api.protocol.values import Upload
from dfsync.sandbox.faults import Fault
from dfsync.sandbox.sandbox import Sandbox
from tests.api.clients import ids, row, settings, target

STATUSES = (206, 300, 301, 307, 400, 401, 403, 404, 405, 408, 409, 410, 413, 414, 422, 425, 429, 431, 451)
BODIES: tuple[Any, ...] = (
    "",
    "{}",
    "[]",
    "null",
    "7",
    '"text"',
    '{"success": true',
    "[" * 5000,
    '{"success": false}',
    {"success": True},
    {"success": True, "data": None},
    {"success": True, "data": [], "total": 3, "total_pages": 1},
    {"success": True, "data": [], "total": 10**30, "total_pages": 10**20},
    {"success": True, "data": {"errors": {"sites": "x"}}},
    {"success": True, "data": {"IdToken": "a b"}},
    {"success": True, "data": {"InsightResponse": None}},
    {"success": True, "data": [row(0), row(0)], "total": 2, "total_pages": 1},
    {"success": True, "data": [{}], "total": 1, "total_pages": 1},
)
FAULTS: dict[str, Fault] = {
    **{f"status {status}": Fault("status", status=status) for status in (*STATUSES, 500, 501, 502, 503, 504, 599)},
    **{f"body {body!r:.40}": Fault("status", status=200, body=body) for body in BODIES},
    "rate limit, seconds": Fault("status", status=429, headers={"Retry-After": "3"}),
    "rate limit, date": Fault("status", status=429, headers={"Retry-After": "Sun, 01 Mar 2026 12:01:00 GMT"}),
    "rate limit, nonsense": Fault("status", status=429, headers={"Retry-After": "-soon"}),
    "rate limit, for ever": Fault("status", status=429, headers={"Retry-After": "999999"}),
    "redirect": Fault("status", status=302, headers={"Location": "https://evil.example/"}),
    "redirect, nonsense": Fault("status", status=302, headers={"Location": "http://[::bad"}),
    "gzip that is none": Fault("status", status=200, headers={"Content-Encoding": "gzip"}, body="no"),
    "drop": Fault("drop"),
    "drop, effect": Fault("drop", after=True),
    "cut": Fault("cut"),
    "html": Fault("html"),
    "html, effect": Fault("html", after=True),
    "slow": Fault("delay", seconds=3600),
    "slow, effect": Fault("delay", seconds=3600, after=True),
    "500, effect": Fault("status", status=500, after=True),
}


def export(client: Client, box: Sandbox) -> None:
    """Return an export, which is complete or ends in an error."""
    assert client.export(lambda site: site.id) == ids()


def export_some(client: Client, box: Sandbox) -> None:
    assert client.export(lambda site: site.id, ids=["site-003", "site-017"]) == ["site-003", "site-017"]


def import_one(client: Client, box: Sandbox) -> None:
    """Success means that it is there; an error other than a lost answer means that it is not."""
    try:
        client.import_sheets(Upload(sites=b"Site ID,Site Name\r\nsite-001,New\r\n"))
    except LostAnswerError:
        raise
    except ApiError:
        assert box.rows()["site-001"]["Site Name"] == "Store 1"
        raise
    assert box.rows()["site-001"]["Site Name"] == "New"


def report(client: Client, box: Sandbox) -> None:
    config = {
        "sites_facet": {"site_ids": [1]},
        "date_facet": {"dateRange": "custom", "custom": {"range": ["2026-02-18", "2026-02-18"]}},
        "time_facet": {"timeOfDay": "custom", "custom": {"range": ["09:00:00", "10:00:00"]}},
        "group_by_facet": {"time": {"unit": "hours", "number": 1}, "groupBys": ["time", "site"]},
        "metrics_facet": {"metrics": ["entrances"]},
        "version": "V2",
    }
    assert isinstance(client.traffic_report(config), dict)


Doing = Callable[[Client, Sandbox], None]
REQUESTS: dict[str, tuple[Doing, str, str]] = {
    "refresh": (export, "/get_new_tokens", "*"),
    "page 1": (export, "*", "*p_number=1&*"),
    "page 2": (export, "*", "*p_number=2&*"),
    "some": (export_some, "*", "*site_external_ids*"),
    "import": (import_one, "*/import", "*"),
    "report": (report, "*/generate_traffic_report", "*"),
}


def attempt(box: Sandbox, doing: Doing, *faults: Fault) -> ApiError | None:
    """Do it with these faults; an error that is no ApiError, or has no help, fails the test."""
    box.faults.clear()
    box.faults.add(*faults)
    box.edit("site-001", "Site Name", "Store 1")
    environment = {"DFSYNC_REFRESH_TOKEN": box.refresh_token}
    patience = settings(timeout_s=0.3 if any(fault.action == "delay" for fault in faults) else 30.0)
    error = None
    try:
        with connect(target(box), patience, environment, may_send=True) as client:
            doing(client, box)
    except ApiError as caught:
        error = caught
    assert error is None or (error.help and error.message.isprintable()), error
    return error


@pytest.fixture
def _no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nowhere")


@pytest.mark.usefixtures("_no_cache")
@pytest.mark.parametrize("request_name", REQUESTS)
def test_each_single_fault_ends_well_or_in_a_clear_error(box: Sandbox, request_name: str) -> None:
    """No traceback, no hang, no half-believed export, no import of unknown effect that is not called lost."""
    doing, path, query = REQUESTS[request_name]
    for name, fault in FAULTS.items():
        error = attempt(box, doing, replace(fault, path=path, query=query))
        healed = fault.action in ("drop", "delay", "cut") or fault.status == 429 or fault.status >= 500
        if request_name != "import" and healed and fault.action != "html" and "for ever" not in name:
            assert error is None, f"{name}: {error}"
        if request_name == "import" and (fault.after or fault.action in ("drop", "cut", "delay", "html")):
            assert isinstance(error, LostAnswerError), f"{name}: {error}"


@pytest.mark.usefixtures("_no_cache")
@pytest.mark.parametrize("request_name", REQUESTS)
def test_a_fault_that_never_ends_becomes_an_error(box: Sandbox, request_name: str) -> None:
    """Within the attempts that there are."""
    doing, path, query = REQUESTS[request_name]
    for name in ("status 503", "status 401", "status 429", "drop", "html", "body ''", "rate limit, nonsense"):
        fault = replace(FAULTS[name], path=path, query=query, nth=None)
        assert attempt(box, doing, fault) is not None, name


@pytest.mark.usefixtures("_no_cache")
def test_random_pairs_of_faults_end_well_or_in_a_clear_error(box: Sandbox) -> None:
    """Each run draws the same pairs. The second fault meets the repetition of the first request, or another one."""
    chance = random.Random(4)
    for _ in range(150):
        doing = chance.choice([export, export_some, import_one, report])
        paths = [chance.choice(list(REQUESTS.values()))[1:] for _ in range(2)]
        faults = [
            replace(chance.choice(list(FAULTS.values())), path=path, query=query, nth=chance.choice([1, 1, 2]))
            for path, query in paths
        ]
        attempt(box, doing, *faults)
