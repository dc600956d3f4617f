"""What every request meets before the API sees it: limits, latency, faults, tokens."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

import httpx
import pytest

from dfsync.sandbox import Fault
from tests.sandbox.http_requests import asking, sheet, site


def test_more_requests_than_the_limit_are_a_429() -> None:
    """The window passes, and with it the 429."""
    with asking(rate_limit=2, rate_window_s=3600.0) as asked:
        assert [asked.http.get("/sites/export").status_code for _ in range(3)] == [200, 200, 429]
    with asking(rate_limit=1, rate_window_s=0.1) as asked:
        assert asked.http.get("/sites/export").status_code == 200
        time.sleep(0.1)
        assert asked.http.get("/sites/export").status_code == 200


def test_retry_after_is_seconds_a_date_or_missing() -> None:
    """RFC 9110, 10.2.3 allows both forms, and servers leave it out."""
    with asking(rate_limit=1, rate_window_s=60.0) as asked:
        asked.http.get("/sites/export")
        assert 1 <= int(asked.http.get("/sites/export").headers["retry-after"]) <= 60
    with asking(rate_limit=1, rate_window_s=60.0, retry_after="date") as asked:
        asked.http.get("/sites/export")
        ahead = parsedate_to_datetime(asked.http.get("/sites/export").headers["retry-after"]).timestamp() - time.time()
        assert 0 < ahead <= 61
    with asking(rate_limit=1, rate_window_s=60.0, retry_after="none") as asked:
        asked.http.get("/sites/export")
        assert "retry-after" not in asked.http.get("/sites/export").headers


def test_every_answer_waits_for_the_latency() -> None:
    """An error waits as well."""
    with asking(latency_ms=60.0) as asked:
        for path in ("/sites/export", "/nowhere"):
            started = time.monotonic()
            asked.http.get(path)
            assert time.monotonic() - started >= 0.06


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        *(("GET", "/sites/import", 405), ("POST", "/sites/export", 405), ("DELETE", "/sites/export", 405)),
        *(("GET", "/sites", 404), ("GET", "/", 404), ("POST", "/insights/generate_traffic_report", 415)),
        *(("POST", "/sites/import", 415), ("GET", "/sites/export", 200)),
    ],
)
def test_every_answer_is_json_with_a_request_id(method: str, path: str, status: int) -> None:
    """Errors too; a 405 names what is allowed."""
    with asking() as asked:
        answer = asked.http.request(method, path)
        assert answer.status_code == status
        assert answer.headers["x-request-id"]
        assert answer.json()["success"] is (status == 200)
        assert ("allow" in answer.headers) is (status == 405)


def test_the_path_of_an_organisation_is_a_number() -> None:
    """Anything else is no such resource."""
    with asking() as asked:
        assert asked.http.get(f"{asked.sandbox.base_url}/customer/abc/sites/export").status_code == 404


def test_the_log_has_line_status_and_content_of_each_request() -> None:
    """Requests have the order of arrival, and sheets are the bytes that came."""
    with asking(site("a")) as asked:
        sites, contacts = (
            sheet(("Site ID", "Currency"), ("a", "EUR")),
            sheet(("Site ID", "Contact Email"), ("a", "x@y")),
        )
        asked.http.get("/sites/export?p_size=3")
        asked.import_(sites, contacts)
        asked.http.post("/insights/generate_traffic_report", json={"config": 1})
        export, upload, report = asked.sandbox.requests
        assert (export.method, export.path, export.query) == ("GET", "/customer/123/sites/export", "p_size=3")
        assert (upload.method, upload.status, upload.sites, upload.site_contacts) == ("POST", 200, sites, contacts)
        assert (report.status, report.body) == (400, b'{"config":1}')
        assert [request.number for request in (export, upload, report)] == [1, 2, 3]
        assert abs(export.at - time.time()) < 60


def test_the_log_never_holds_a_token() -> None:
    """It has neither the token of the header nor those of a refresh."""
    with asking() as asked:
        token, refresh_token = asked.sandbox.token(), asked.sandbox.refresh_token
        answer = httpx.post(
            f"{asked.sandbox.base_url}/get_new_tokens",
            json={"refreshToken": refresh_token},
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
        )
        assert answer.status_code == 200
        text = repr(asked.sandbox.requests)
        assert "get_new_tokens" in text
        assert not any(secret in text for secret in (token, refresh_token, answer.json()["data"]["IdToken"]))


def test_the_log_tells_which_requests_overlapped() -> None:
    """Start and finish are ticks of one clock."""
    with asking() as asked:
        asked.sandbox.faults.add(Fault("call", call=lambda: asked.http.get("/sites/contacts")))
        asked.http.get("/sites/export")
        slow, quick = asked.sandbox.requests
        assert slow.finished is not None
        assert quick.finished is not None
        assert slow.started < quick.started < quick.finished < slow.finished


def test_connections_are_kept_open() -> None:
    """A client that reuses its connection is seen to."""
    with asking() as asked:
        for _ in range(3):
            asked.http.get("/sites/export")
        assert len({request.client_port for request in asked.sandbox.requests}) == 1


def test_the_log_can_be_forgotten() -> None:
    """To look at one step of a test alone; the clock goes on."""
    with asking() as asked:
        asked.http.get("/sites/export")
        last = asked.sandbox.requests[-1]
        asked.sandbox.forget_requests()
        assert asked.sandbox.requests == []
        asked.http.get("/sites/export")
        assert asked.sandbox.requests[0].started > (last.finished or 0)
