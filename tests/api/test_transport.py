"""The one place that sends: what it refuses to send, and how it reads answers."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from dfsync.api.client import connect
from dfsync.api.protocol import endpoints
from dfsync.api.protocol.endpoints import EXPORT, IMPORT, REFRESH, REPORT, Endpoint
from dfsync.api.protocol.errors import (
    AnswerError,
    HostError,
    LostAnswerError,
    NoAnswerError,
    NotAllowedError,
    RequestError,
    StatusError,
    TokenError,
    UnreachableError,
)
from dfsync.api.protocol.events import Event, Exchange
from dfsync.api.protocol.values import Upload
from dfsync.api.transport import send as transport_module
from dfsync.model.settings import Target
from dfsync.sandbox.faults import Fault
from dfsync.sandbox.sandbox import Sandbox
from tests.api.clients import open_client, settings, target
from tests.support.ports import silent_port
from tests.support.waiting import wait_until

SHEET = Upload(sites=b"Site ID,Site Name\r\nsite-001,New\r\n")
TOKEN = {"DFSYNC_TOKEN": "opaque-token-of-a-test"}


@contextmanager
def server(answer: Callable[[socket.socket], None], tls: ssl.SSLContext | None = None) -> Iterator[Target]:
    """Serve raw bytes: each connection is read up to its blank line, then given to `answer`."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                if tls is not None:
                    connection = tls.wrap_socket(connection, server_side=True)
                received = b""
                while b"\r\n\r\n" not in received and (part := connection.recv(65536)):
                    received += part
                answer(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        yield Target("production", 123, base, base)
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def test_only_a_client_that_may_send_imports(box: Sandbox) -> None:
    """Refused where everything is sent; the server sees nothing."""
    with open_client(box) as client, pytest.raises(NotAllowedError):
        client.import_sheets(SHEET)
    assert box.requests == []


def test_there_are_four_endpoints_and_one_writes() -> None:
    """What is not in this list can't be called."""
    known = [value for value in vars(endpoints).values() if isinstance(value, Endpoint)]
    assert known == [EXPORT, IMPORT, REPORT, REFRESH]
    assert [endpoint for endpoint in known if endpoint.writes] == [IMPORT]


@pytest.mark.parametrize("field", ["base_url", "auth_url"])
def test_a_host_that_is_not_approved_is_refused_before_anything_is_sent(field: str) -> None:
    """Whichever of the two addresses was edited."""
    with pytest.raises(HostError):
        connect(Target("x", 1, **{field: "https://evil.example"}), settings(), TOKEN)


def test_a_client_without_a_token_is_not_made(box: Sandbox) -> None:
    """The missing variables are named."""
    with pytest.raises(TokenError, match="DFSYNC_TOKEN"):
        connect(target(box), settings(), {})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(box: Sandbox, status: int) -> None:
    """Not even to the same host: the token would go along."""
    with Sandbox() as other:
        other_base = other.base_url
        box.faults.add(
            Fault("status", status=status, headers={"Location": f"{other.base_url}/customer/123/sites/export"})
        )
        with open_client(box) as client, pytest.raises(StatusError, match=f"answered {status}") as caught:
            client.export(lambda site: site.id)
        assert other.requests == []
    assert "redirects are not followed" in str(caught.value.help)
    assert f"to {other_base}" in caught.value.message


def test_an_error_says_where_when_and_what_to_do(box: Sandbox) -> None:
    """It has method, path, target, status, request id, time with zone, the API's words and help."""
    box.faults.add(Fault("status", status=403, body={"message": "no permission\x1b[31m for 123"}))
    with open_client(box) as client, pytest.raises(StatusError) as caught:
        client.export(lambda site: site.id)
    error = caught.value
    assert error.message.startswith(
        "GET /customer/123/sites/export answered 403 Forbidden: no permission\\x1b[31m for 123"
    )
    assert "target production" in error.message
    assert f"request id {box.requests[0].request_id}" in error.message
    assert error.request_id == box.requests[0].request_id
    assert error.exchange.at.isoformat(timespec="seconds") in error.message
    assert error.exchange.at.tzinfo is not None
    assert "permission" in str(error.help)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_import_that_was_answered_with_5xx_is_lost_and_not_repeated(box: Sandbox, status: int) -> None:
    """In this test it took effect."""
    box.faults.add(Fault("status", method="POST", status=status, after=True))
    with open_client(box, may_send=True) as client, pytest.raises(LostAnswerError) as caught:
        client.import_sheets(SHEET)
    assert caught.value.status == status
    assert box.rows()["site-001"]["Site Name"] == "New"
    assert len(box.requests) == 1


@pytest.mark.parametrize("fault", [Fault("drop", after=True), Fault("cut"), Fault("html", after=True)])
def test_an_import_whose_answer_did_not_come_whole_is_lost(box: Sandbox, fault: Fault) -> None:
    """The connection is dropped, the answer is cut, or it is a web page."""
    box.faults.add(fault)
    with open_client(box, may_send=True) as client, pytest.raises(LostAnswerError):
        client.import_sheets(SHEET)
    assert len(box.requests) == 1


def test_an_import_that_was_not_answered_in_time_is_lost(box: Sandbox) -> None:
    """It took effect before the time was over."""
    box.faults.add(Fault("delay", after=True, seconds=3600))
    with open_client(box, may_send=True, timeout_s=0.5) as client, pytest.raises(LostAnswerError):
        client.import_sheets(SHEET)
    wait_until(lambda: box.rows()["site-001"]["Site Name"] == "New")


def test_an_import_waits_out_429_and_is_sent_once(box: Sandbox) -> None:
    """A 429 had no effect."""
    box.faults.add(Fault("status", status=429, headers={"Retry-After": "7"}))
    with open_client(box, may_send=True) as client:
        assert client.import_sheets(SHEET).errors["sites"] == ()
    assert [request.status for request in box.requests] == [429, 200]


def test_an_import_with_a_refused_token_is_sent_again_with_a_new_one(box: Sandbox) -> None:
    """A 401 had no effect either."""
    with open_client(box, may_send=True) as client:
        box.revoke_tokens()
        client.import_sheets(SHEET)
    assert [request.status for request in box.requests] == [401, 200, 200]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 422])
def test_an_import_that_was_refused_is_not_repeated(box: Sandbox, status: int) -> None:
    """Some statuses mean that parts of it may get through: apply divides."""
    box.faults.add(Fault("status", status=status, nth=None))
    with open_client(box, may_send=True) as client, pytest.raises(StatusError) as caught:
        client.import_sheets(SHEET)
    assert caught.value.divides == (status in (400, 413, 422))
    assert len(box.requests) == 1


def test_an_import_that_says_it_failed_is_refused_whole(box: Sandbox) -> None:
    """The API answers 200 with `success: false`."""
    box.faults.add(Fault("status", status=200, body={"success": False, "message": "row 2 is bad"}))
    with open_client(box, may_send=True) as client, pytest.raises(StatusError, match="row 2 is bad") as caught:
        client.import_sheets(SHEET)
    assert caught.value.divides


def test_a_failure_without_a_reason_is_told_without_one(box: Sandbox) -> None:
    """The API answers `success: false` and nothing else."""
    box.faults.add(Fault("status", status=200, body={"success": False}))
    with open_client(box, may_send=True) as client, pytest.raises(StatusError, match=r"success is false(?!:)"):
        client.import_sheets(SHEET)


def test_a_first_request_that_nobody_here_listens_to_is_not_sent_again() -> None:
    """Nothing begins to listen on this machine by itself: 79 seconds of waiting would change nothing."""
    events: list[Event] = []
    with silent_port() as port:
        base = f"http://127.0.0.1:{port}"
        nowhere = Target("production", 123, base, base)
        client = connect(nowhere, settings(), TOKEN, may_send=True, watch=events.append)
        with client, pytest.raises(UnreachableError) as caught:
            client.import_sheets(SHEET)
    assert "nothing listens there" in str(caught.value.help)
    assert sum(isinstance(event, Exchange) for event in events) == 1


def test_both_sheets_travel_as_they_are(box: Sandbox) -> None:
    """Byte for byte, under the documented names."""
    contacts = b"Site ID,Contact Name,Contact Email,Contact Phone,Contact Role\r\nsite-001,Ada,ada@example.com,,\r\n"
    with open_client(box, may_send=True) as client:
        answer = client.import_sheets(Upload(SHEET.sites, contacts))
    assert answer.request_id == box.requests[0].request_id
    assert (box.requests[0].sites, box.requests[0].site_contacts) == (SHEET.sites, contacts)


def test_a_traffic_report_is_sent_and_repeated_like_a_get(box: Sandbox) -> None:
    """It changes nothing."""
    config = {
        "sites_facet": {"site_ids": [next(iter(box.internal_ids().values()))]},
        "date_facet": {"dateRange": "custom", "custom": {"range": ["2026-02-18", "2026-02-18"]}},
        "time_facet": {"timeOfDay": "custom", "custom": {"range": ["09:00:00", "11:00:00"]}},
        "group_by_facet": {"time": {"unit": "hours", "number": 1}, "groupBys": ["time", "site"]},
        "metrics_facet": {"metrics": ["entrances"]},
        "version": "V2",
    }
    box.faults.add(Fault("status", status=503))
    with open_client(box) as client:
        answer = client.traffic_report(config)
    assert answer["data"]["InsightResponse"]["data"]
    assert [request.status for request in box.requests] == [503, 200]


def test_an_answer_larger_than_any_page_is_given_up(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted as it arrives, unpacked."""
    monkeypatch.setattr(transport_module, "_MOST_BYTES", 1000)
    with open_client(box) as client, pytest.raises(AnswerError, match="larger than any page"):
        client.export(lambda site: site.id)


def respond(head: bytes, body: bytes = b"") -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(b"HTTP/1.1 " + head + b"\r\n\r\n" + body)


@pytest.mark.parametrize(
    "answer",
    [
        respond(b"200 OK\r\nContent-Length: 100", b"{}"),
        respond(b"200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked", b"zz\r\n"),
        respond(b"200 OK\r\nContent-Length: x"),
        respond(b"nonsense"),
        respond(b"302 Found\r\nLocation: http://[::bad"),
        respond(b"200 OK\r\nX: " + b"x" * 200_000),
        lambda connection: None,
    ],
)
def test_garbled_http_is_no_answer(answer: Callable[[socket.socket], None]) -> None:
    """Repeated, then a clear error; for an import it is lost at once."""
    with server(answer) as there, connect(there, settings(), TOKEN, may_send=True) as client:
        with pytest.raises(NoAnswerError, match="got no answer"):
            client.export(lambda site: site.id)
        with pytest.raises(LostAnswerError):
            client.import_sheets(SHEET)


def test_broken_gzip_is_an_error_at_once() -> None:
    """As broken JSON is: the whole answer came, and what broke it breaks the next one too."""
    events: list[Event] = []
    answer = respond(b"200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 7", b"no gzip")
    with server(answer) as there, connect(there, settings(), TOKEN, may_send=True, watch=events.append) as client:
        with pytest.raises(AnswerError, match="the answer is not gzip"):
            client.export(lambda site: site.id)
        assert len(events) == 1
        with pytest.raises(LostAnswerError):
            client.import_sheets(SHEET)


def test_a_compressed_answer_is_read() -> None:
    """As servers send it to those who ask for it."""
    content = gzip.compress(b'{"success": true, "data": [], "p_number": 1, "p_size": 1, "total": 0, "total_pages": 0}')
    head = b"200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + str(len(content)).encode()
    with server(respond(head, content)) as there, connect(there, settings(), TOKEN) as client:
        assert client.export(lambda site: site.id) == []


DRIPS = {
    "a body": (b"200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
    "headers": (b"200 OK\r\nX: ", b"x"),
    "early hints": (b"103 Early Hints\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "a chunk's extension": (b"200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a", b"a"),
    "gzip of nothing": (
        b"200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 100000\r\n\r\n\x1f\x8b\x08" + b"\0" * 7,
        b"\0\0\0\xff\xff",
    ),
}


@pytest.mark.parametrize("what", DRIPS)
def test_an_answer_that_drips_is_given_up(what: str) -> None:
    """Each byte arrives within the timeout, the whole never would."""
    head, part = DRIPS[what]

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 " + head)
        stopped = threading.Event()
        while not stopped.wait(0.01):
            connection.sendall(part)

    hasty = settings(timeout_s=0.05, retry_s=0.0)
    with server(drip) as there, connect(there, hasty, TOKEN) as client, pytest.raises(NoAnswerError):
        client.export(lambda site: site.id)


def test_an_answer_is_unpacked_once_and_no_further_than_it_may_be_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """6 KB, packed twice, would become gigabytes."""
    monkeypatch.setattr(transport_module, "_MOST_BYTES", 100_000)
    bomb = gzip.compress(b"{" * 10_000_000)
    for encoding, content in (("gzip", bomb), ("gzip, gzip", gzip.compress(bomb))):
        head = f"200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(content)}".encode()
        hasty = settings(retry_s=0.0)
        with (
            server(respond(head, content)) as there,
            connect(there, hasty, TOKEN) as client,
            pytest.raises(AnswerError),
        ):
            client.export(lambda site: site.id)


def test_a_certificate_that_is_not_trusted_is_not_tried_again(tmp_path: Path) -> None:
    """Waiting would not make it trusted; the help names the variable."""
    make = "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost"
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    subprocess.run([*make.split(), "-addext", "subjectAltName=DNS:localhost"], cwd=tmp_path, check=True, stderr=-3)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    events: list[Event] = []
    with server(respond(b"200 OK"), context) as there:
        base = there.base_url.replace("http://127.0.0.1", "https://localhost")
        client = connect(Target("x", 1, base, base), settings(), TOKEN, watch=events.append)
        with client, pytest.raises(UnreachableError) as caught:
            client.probe()
    assert caught.value.lasting
    assert "SSL_CERT_FILE" in str(caught.value.help)
    assert len(events) == 1


def test_no_error_in_the_chain_shows_a_token(box: Sandbox) -> None:
    """Not in its text, its repr, or a traceback, though the server quotes what it was sent."""
    environment = box.environment()
    token = environment["DFSYNC_TOKEN"]
    quotes = (
        Fault("status", status=400, body=token),
        Fault("status", status=200, body={"success": False, "message": token}),
        Fault("status", status=200, body={"success": True, "data": [{"Site ID": token, "Site Name": []}]}),
        Fault("status", status=302, headers={"Location": f"https://x/{token}"}),
    )
    for fault in quotes:
        box.faults.clear()
        box.faults.add(fault)
        with connect(target(box), settings(), environment) as client, pytest.raises(RequestError) as caught:
            client.export(lambda site: site.id)
        shown = f"{caught.value} {caught.value!r} {caught.value.exchange!r} {client!r} {vars(client)!r}"
        assert token not in shown + "".join(traceback.format_exception(caught.value))
    with (
        server(lambda connection: connection.sendall(token.encode() + b"\r\n\r\n")) as there,
        connect(there, settings(), environment) as client,
        pytest.raises(NoAnswerError) as garbled,
    ):
        client.export(lambda site: site.id)
    assert token not in "".join(traceback.format_exception(garbled.value))
