"""The bundle holds what the common guide asks for, and only the user can read it."""

from __future__ import annotations

import json
import stat
from datetime import datetime
from pathlib import Path

import pytest

from dfsync.api.protocol.errors import LostAnswerError, StatusError
from dfsync.api.protocol.values import Upload
from dfsync.api.support_bundle import SupportBundle
from dfsync.errors import InputError
from dfsync.sandbox.faults import Fault
from dfsync.sandbox.sandbox import Sandbox
from tests.api.clients import open_client

CSV = b"Site ID,Site Name,Currency\r\nsite-001,Neu,money\r\n"


def test_a_failed_request_is_in_it_with_everything_support_asks_for(box: Sandbox, tmp_path: Path) -> None:
    """It has the endpoint, the time with its zone, the request id, status, headers and body."""
    bundle = SupportBundle()
    box.faults.add(Fault("status", status=403, body={"message": "no", "token": "abc"}))
    with open_client(box, watch=bundle) as client, pytest.raises(StatusError):
        client.export(lambda site: site.id)
    bundle.write(tmp_path / "bundle.json", "run-1")
    form = json.loads((tmp_path / "bundle.json").read_bytes())
    (request,) = form["requests"]
    assert (request["method"], request["status"]) == ("GET", 403)
    assert request["url"].startswith(f"{box.base_url}/customer/123/sites/export?")
    assert request["request_id"] == box.requests[0].request_id
    assert datetime.fromisoformat(request["time"]).tzinfo is not None
    assert json.loads(request["response"]) == {"message": "no", "token": "[redacted]"}
    assert request["response_headers"]["content-type"] == "application/json"
    assert "support@dragonfruit.ai" in form["note"]
    assert form["run_id"] == "run-1"


def test_the_csv_that_caused_it_is_in_it(box: Sandbox, tmp_path: Path) -> None:
    """With row errors in a 200, and when the answer was lost; not when all went well."""
    bundle = SupportBundle()
    with open_client(box, may_send=True, watch=bundle) as client:
        client.import_sheets(Upload(sites=CSV))
        client.import_sheets(Upload(sites=b"Site ID,Site Name\r\nsite-002,Fine\r\n"))
        box.faults.add(Fault("drop"))
        with pytest.raises(LostAnswerError):
            client.import_sheets(Upload(sites=CSV))
    bundle.write(tmp_path / "bundle.json", "run-1")
    requests = json.loads((tmp_path / "bundle.json").read_bytes())["requests"]
    assert [request["uploaded"] for request in requests] == [{"sites": CSV.decode()}, {}, {"sites": CSV.decode()}]
    assert "error_msg" in requests[0]["response"]
    assert requests[2]["fault"]


def test_it_is_the_users_alone_and_replaced_whole(box: Sandbox, tmp_path: Path) -> None:
    """Mode 0600; no partial file stays beside it."""
    path = tmp_path / "bundle.json"
    path.write_text("old")
    SupportBundle().write(path, "run-1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["bundle.json"]


def test_it_stays_small(box: Sandbox, tmp_path: Path) -> None:
    """A long command leaves its latest problems."""
    bundle = SupportBundle()
    box.faults.add(Fault("status", status=403, nth=None))
    with open_client(box, watch=bundle) as client:
        for _ in range(70):
            with pytest.raises(StatusError):
                client.export(lambda site: site.id)
    bundle.write(tmp_path / "bundle.json", "run-1")
    assert len(json.loads((tmp_path / "bundle.json").read_bytes())["requests"]) == 50


def test_a_place_that_can_not_be_written_to_is_said_so(tmp_path: Path) -> None:
    """No traceback at the end of a failed command."""
    with pytest.raises(InputError, match="can't be written"):
        SupportBundle().write(tmp_path / "nowhere" / "bundle.json", "run-1")
