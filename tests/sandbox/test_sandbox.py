"""The sandbox as a context manager: ready when entered, gone when left, and the same again from its file."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from dfsync.errors import DfsyncError, InputError, UsageError
from dfsync.sandbox import Sandbox, SandboxSettings
from tests.sandbox.http_requests import asking, client, sheet, site
from tests.support.ports import free_port


def test_it_serves_when_entered_and_is_gone_when_left() -> None:
    """The threads that serve end with it, and what it logged can still be read."""
    others = set(threading.enumerate())
    with asking(site("a")) as asked:
        assert asked.exported() != {}
        port = int(asked.sandbox.base_url.rpartition(":")[2])
        assert set(threading.enumerate()) - others
    assert set(threading.enumerate()) <= others
    with socket.socket() as knock, pytest.raises(ConnectionRefusedError):
        knock.connect(("127.0.0.1", port))
    assert len(asked.sandbox.requests) == 1
    with pytest.raises(UsageError):
        _ = asked.sandbox.base_url


def test_it_can_be_entered_again() -> None:
    """A server that was down comes back with what it had, on the port that was asked for."""
    port = free_port()
    sandbox = Sandbox([site("a")], port=port)
    for _ in range(2):
        with sandbox, client(sandbox) as asked:
            assert sandbox.base_url == f"http://127.0.0.1:{port}"
            assert list(asked.exported()) == ["a"]


def test_a_taken_port_is_an_error_that_says_so() -> None:
    """Before anything is served."""
    with Sandbox() as sandbox:
        port = int(sandbox.base_url.rpartition(":")[2])
        with pytest.raises(DfsyncError, match=str(port)), Sandbox(port=port):
            pass


def test_the_environment_points_dfsync_at_it() -> None:
    """Addresses and tokens under the names of the contract."""
    with Sandbox(customer_id=7) as sandbox:
        environment = sandbox.environment()
        assert set(environment) == {"DFSYNC_BASE_URL", "DFSYNC_AUTH_URL", "DFSYNC_TOKEN", "DFSYNC_REFRESH_TOKEN"}
        assert environment["DFSYNC_BASE_URL"] == environment["DFSYNC_AUTH_URL"] == sandbox.base_url
        with client(sandbox, environment["DFSYNC_TOKEN"]) as asked:
            assert asked.http.get("/sites/export").status_code == 200


def test_rows_show_every_column_and_none_where_empty() -> None:
    """Rows show stored values, not the spelling of the export."""
    with asking(site("a", Currency="EUR"), empty_fields="missing") as asked:
        row = asked.sandbox.rows()["a"]
        assert (row["Currency"], row["Timezone"]) == ("EUR", None)


def test_somebody_edits_in_the_web_application() -> None:
    """Put, edit and remove take effect on the next export; what does not exist can't be edited."""
    with asking(site("a"), site("b")) as asked:
        asked.sandbox.edit("a", "Site Name", "edited")
        asked.sandbox.put(site("c"))
        asked.sandbox.remove("b")
        assert {id: row["Site Name"] for id, row in asked.exported().items()} == {"a": "edited", "c": "Site c"}
        with pytest.raises(KeyError):
            asked.sandbox.edit("b", "Site Name", "gone")


def test_internal_ids_start_at_the_documents_example_and_stay() -> None:
    """Unless a row brings its own."""
    with asking(site("a"), {**site("b"), "internal_id": 9000}, site("c")) as asked:
        assert asked.sandbox.internal_ids() == {"a": 750, "b": 9000, "c": 9001}
        asked.sandbox.put(site("a"))
        asked.import_(sheet(("Site ID", "Site Name"), ("d", "D"), ("b", "B")))
        assert asked.sandbox.internal_ids() == {"a": 750, "b": 9000, "c": 9001, "d": 9002}


def test_a_file_keeps_sites_contacts_tokens_and_log(tmp_path: Path) -> None:
    """A sandbox on the same file goes on where the last one ended."""
    path = tmp_path / "sandbox.sqlite"
    with Sandbox([site("a")], database=path) as sandbox, client(sandbox) as asked:
        asked.import_(contacts=sheet(("Site ID", "Contact Email"), ("a", "x@y")))
        token, refresh_token = sandbox.token(), sandbox.refresh_token
    with Sandbox(database=path) as again, client(again, token) as asked:
        assert list(asked.exported()) == ["a"]
        assert list(again.contacts()) == [("a", "x@y")]
        assert again.refresh_token == refresh_token
        first, second = again.requests
        assert (first.method, second.method) == ("POST", "GET")
        assert second.started > (first.finished or 0)


def test_a_file_is_spelled_anew_under_other_settings(tmp_path: Path) -> None:
    """The export follows the settings of today."""
    path = tmp_path / "sandbox.sqlite"
    with Sandbox([site("a")], database=path):
        pass
    other = SandboxSettings(empty_fields="null")
    with Sandbox(database=path, settings=other) as sandbox, client(sandbox) as asked:
        assert asked.exported()["a"]["Currency"] is None


def test_another_process_can_read_the_log_while_it_serves(tmp_path: Path) -> None:
    """So that a test that kills dfsync can ask the server's own file what had arrived."""
    path = tmp_path / "sandbox.sqlite"
    upload = sheet(("Site ID", "Site Name"), ("a", "A"))
    with Sandbox(database=path) as sandbox, client(sandbox) as asked:
        asked.import_(upload)
        reader = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        assert reader.execute("SELECT method, path, status, sites FROM requests").fetchall() == [
            ("POST", "/customer/123/sites/import", 200, upload)
        ]
        reader.close()


def test_a_database_that_is_none_is_an_input_error(tmp_path: Path) -> None:
    """A file of another kind, or a folder that does not exist."""
    (tmp_path / "notes.txt").write_text("not a database, " * 100)
    for path in (tmp_path / "notes.txt", tmp_path / "nowhere" / "sandbox.sqlite"):
        with pytest.raises(InputError, match=path.name):
            Sandbox(database=path)


def test_without_the_extra_it_says_what_to_install() -> None:
    """In a Python that has no starlette."""
    script = (
        "import sys; sys.modules['starlette'] = None\n"
        "from dfsync.errors import DfsyncError\n"
        "from dfsync.sandbox import Sandbox\n"
        "try:\n    Sandbox().__enter__()\n"
        "except DfsyncError as error:\n    print(error.message, error.help)\n"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "starlette" in shown
    assert "pip install starlette uvicorn python-multipart" in shown
