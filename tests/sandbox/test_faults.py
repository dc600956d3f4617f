"""Each fault happens to the request that the script names, and to no other."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from dfsync.errors import InputError, UsageError
from dfsync.sandbox import Fault
from dfsync.sandbox.faults import read_faults
from tests.sandbox.http_requests import asking, sheet, site
from tests.support.waiting import PATIENCE_S, wait_until

NEW = sheet(("Site ID", "Site Name"), ("new", "New"))


def test_a_status_comes_with_its_headers_and_body() -> None:
    """Text as text, JSON as JSON, and this server's own error where nothing is said."""
    with asking() as asked:
        asked.sandbox.faults.add(
            Fault("status", status=429, headers={"Retry-After": "7"}),
            Fault("status", nth=2, status=500, body="<oops>"),
            Fault("status", nth=3, status=200, body={"success": False}),
        )
        first, second, third, fourth = (asked.http.get("/sites/export") for _ in range(4))
        assert (first.status_code, first.headers["retry-after"], first.json()["success"]) == (429, "7", False)
        assert (second.status_code, second.text, second.headers["content-type"]) == (
            *(500, "<oops>"),
            "text/plain; charset=utf-8",
        )
        assert (third.status_code, third.json()) == (200, {"success": False})
        assert fourth.json()["success"] is True


@pytest.mark.parametrize("action", ["status", "drop", "html"])
@pytest.mark.parametrize("after", [False, True])
def test_a_request_takes_effect_first_or_not_at_all(action: str, after: bool) -> None:
    """An answer that is lost after an import is told apart from one that never happened."""
    with asking() as asked:
        asked.sandbox.faults.add(Fault(action, after=after))
        if action == "drop":
            with pytest.raises(httpx.RemoteProtocolError):
                asked.import_(NEW)
        else:
            asked.import_(NEW)
        assert list(asked.sandbox.rows()) == (["new"] if after else [])


def test_a_drop_closes_the_socket_and_leaves_the_others_open() -> None:
    """A new connection works; what was sent stands in the log, without a status."""
    with asking() as asked:
        asked.sandbox.faults.add(Fault("drop", nth=2))
        asked.http.get("/sites/export")
        with pytest.raises(httpx.RemoteProtocolError):
            asked.import_(NEW)
        asked.http.get("/sites/export")
        first, dropped, third = asked.sandbox.requests
        assert first.client_port == dropped.client_port != third.client_port
        assert (dropped.status, dropped.sites) == (None, NEW)
        assert dropped.finished is not None


def test_a_cut_answer_promises_more_than_it_brings() -> None:
    """The request has taken effect, the client sees a body that ends too early."""
    with asking() as asked:
        asked.sandbox.faults.add(Fault("cut"))
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
            asked.import_(NEW)
        assert list(asked.sandbox.rows()) == ["new"]


def test_a_web_page_comes_with_a_200() -> None:
    """As from a proxy that shows a maintenance page."""
    with asking() as asked:
        asked.sandbox.faults.add(Fault("html"))
        answer = asked.http.get("/sites/export")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert "<html>" in answer.text


@pytest.mark.parametrize("after", [False, True])
def test_a_delay_holds_the_answer_back(after: bool) -> None:
    """Before or after the request takes effect. Others are answered meanwhile, and the sandbox stops at once."""
    with ThreadPoolExecutor(1) as pool:
        with asking() as asked:
            asked.sandbox.faults.add(Fault("delay", seconds=3600, after=after))
            url = f"{asked.http.base_url}sites/import"
            held = pool.submit(httpx.post, url, files={"sites": NEW}, headers=asked.http.headers, timeout=None)
            wait_until(lambda: asked.sandbox.rows() if after else asked.sandbox.requests)
            assert asked.http.get("/sites/export").status_code == 200
            assert list(asked.sandbox.rows()) == (["new"] if after else [])
            assert not held.done()
        assert isinstance(held.exception(PATIENCE_S), httpx.RemoteProtocolError)


def test_a_request_takes_effect_after_a_delay() -> None:
    with asking() as asked:
        asked.sandbox.faults.add(Fault("delay", seconds=0.05))
        began = time.monotonic()
        assert asked.import_(NEW).status_code == 200
        assert time.monotonic() - began >= 0.05
        assert list(asked.sandbox.rows()) == ["new"]


@pytest.mark.parametrize("after", [False, True])
def test_a_call_happens_between_two_requests(after: bool) -> None:
    """Somebody edits a site before, or right after, the export has read it."""
    with asking(site("a")) as asked:
        edit = Fault("call", after=after, call=lambda: asked.sandbox.edit("a", "Site Name", "edited"))
        asked.sandbox.faults.add(edit)
        assert asked.exported()["a"]["Site Name"] == ("Site a" if after else "edited")
        assert asked.exported()["a"]["Site Name"] == "edited"


def test_a_call_may_ask_the_sandbox_itself() -> None:
    """As another dfsync does that runs in between."""
    with asking(site("a")) as asked:
        said: list[int] = []
        asked.sandbox.faults.add(
            Fault("call", path="*/import", call=lambda: said.append(asked.http.get("/sites/export").status_code))
        )
        assert asked.import_(NEW).status_code == 200
        assert said == [200]


def test_method_path_and_query_say_which_requests_are_meant() -> None:
    """The patterns are the shell's; a request that does not match is not counted."""
    with asking(site("a")) as asked:
        page_7 = Fault("status", method="GET", path="*/sites/export", query="*p_number=7&*", nth=2)
        asked.sandbox.faults.add(page_7)
        assert asked.import_(NEW).status_code == 200
        asked_for = [7, 1, 7, 7]
        answers = [asked.http.get(f"/sites/export?p_number={page}&p_size=1").status_code for page in asked_for]
        assert answers == [200, 200, 503, 200]


def test_a_fault_without_nth_happens_every_time_until_cleared() -> None:
    """So it makes an outage."""
    with asking() as asked:
        asked.sandbox.faults.add(Fault("status", nth=None))
        assert [asked.http.get("/sites/export").status_code for _ in range(3)] == [503] * 3
        asked.sandbox.faults.clear()
        assert asked.http.get("/sites/export").status_code == 200


def test_faults_of_one_request_wrap_each_other() -> None:
    """The first added is the outermost: a delay, a call, and at last a dropped connection after it took effect."""
    with asking(site("a")) as asked:
        said: list[str] = []
        asked.sandbox.faults.add(
            Fault("call", after=True, call=lambda: said.append("never, the answer is lost")),
            Fault("delay", seconds=0.01),
            Fault("call", call=lambda: said.append("before")),
            Fault("drop", after=True),
        )
        with pytest.raises(httpx.RemoteProtocolError):
            asked.import_(NEW)
        assert said == ["before"]
        assert list(asked.sandbox.rows()) == ["a", "new"]


@pytest.mark.parametrize("inner", ["drop", "cut"])
def test_a_connection_dropped_inside_another_fault_stays_dropped(inner: str) -> None:
    """Whatever the outer one would have done with the answer."""
    with asking() as asked:
        asked.sandbox.faults.add(Fault("delay", seconds=0.01, after=True), Fault(inner))
        with pytest.raises(httpx.RemoteProtocolError):
            asked.import_(NEW)
        assert [request.status for request in asked.sandbox.requests] == [None]


def test_a_fault_may_say_what_its_body_is() -> None:
    """A header of its own replaces the usual one, in any spelling."""
    with asking() as asked:
        asked.sandbox.faults.add(Fault("status", body="{", headers={"Content-Type": "application/json"}))
        assert asked.http.get("/sites/export").headers.get_list("content-type") == ["application/json"]


def test_every_answer_of_a_fault_has_a_request_id_and_stands_in_the_log() -> None:
    """The log tells what the client saw."""
    with asking() as asked:
        asked.sandbox.faults.add(Fault("status"), Fault("html", nth=2))
        answers = [asked.http.get("/sites/export") for _ in range(2)]
        logged = [(request.request_id, request.status) for request in asked.sandbox.requests]
        assert logged == [(answer.headers["x-request-id"], answer.status_code) for answer in answers]


def test_a_script_is_read_from_json(tmp_path: Path) -> None:
    """With the names of the fields."""
    script = tmp_path / "faults.json"
    script.write_text(json.dumps([{"action": "delay", "seconds": 2, "nth": None}, {"action": "cut", "path": "/x"}]))
    assert read_faults(script) == [Fault("delay", seconds=2, nth=None), Fault("cut", path="/x")]


@pytest.mark.parametrize(
    "text",
    [
        *("{", "{}", "[1]", '[{"nth": 1}]', '[{"action": "cut", "call": 1}]', '[{"action": "explode"}]', None),
        *('[{"action": "cut", "nth": "1"}]', '[{"action": "status", "status": 99}]', '[{"action": "call"}]'),
    ],
)
def test_a_script_that_can_not_be_read_is_an_input_error(tmp_path: Path, text: str | None) -> None:
    """Missing, not JSON, not a list of objects, no action, an unknown field or action, a value that does not fit."""
    script = tmp_path / "faults.json"
    if text is not None:
        script.write_text(text)
    with pytest.raises(InputError):
        read_faults(script)


def test_a_fault_that_makes_no_sense_is_a_usage_error() -> None:
    """It has an unknown action, a call without a function, or a function without a call."""
    with pytest.raises(UsageError, match="explode"):
        Fault("explode")
    with pytest.raises(UsageError):
        Fault("call")
    with pytest.raises(UsageError):
        Fault("drop", call=print)
