"""`dfsync export` writes what live holds, in a shape that can be read and imported again."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dfsync.model.fields import COLUMNS
from dfsync.sandbox.faults import Fault
from dfsync.sandbox.sandbox import Sandbox
from tests.support.command_line import CONFIG, dfsync, environment_of
from tests.support.waiting import PATIENCE_S, wait_until

HERE = Path(__file__).parents[2]
HOURS = [{"days": ["Sat", "Mon"], "start": "09:00", "end": "18:59"}]
ROWS: list[dict[str, Any]] = [
    {"Site ID": "a", "Site Name": 'Ümlaut, "quoted"\nand more', "Site Groups": "West, Retail", "New Column": {"x": 1}},
    {"Site ID": "b", "Site Name": "=1+1", "Address Postal Code": "02134", "Operational Hours": HOURS},
    {"Site ID": "c d/é?", "Site Name": "Plain", "Timezone": "America/Los_Angeles", "Currency": "USD"},
]


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Serve three sites with everything that is hard to write."""
    with Sandbox(ROWS) as sandbox, environment_of(sandbox, monkeypatch):
        yield sandbox


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a repository."""
    (tmp_path / "dfsync.yaml").write_text(CONFIG)
    return tmp_path


def test_json_is_the_documented_response_with_all_pages_joined(
    root: Path, box: Sandbox, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """The sites have the server's order and their unknown columns. stdout has nothing else."""
    assert dfsync(root, "export") == 0
    form = json.loads(capfdbinary.readouterr().out)
    assert set(form) == {"success", "data", "total"}
    assert form["success"] is True
    assert form["total"] == 3
    assert [row["Site ID"] for row in form["data"]] == list(box.rows())
    assert form["data"][1]["Operational Hours"] == HOURS


def test_what_is_exported_as_csv_can_be_imported(root: Path, box: Sandbox, tmp_path: Path) -> None:
    """Into an empty organisation: the same sites come out, text for text."""
    assert dfsync(root, "export", "--format", "csv", "--output", str(root / "live.csv")) == 0
    content = (root / "live.csv").read_bytes()
    assert content.startswith(",".join(COLUMNS).encode() + b"\r\n")
    rows = list(csv.reader(content.decode().splitlines(keepends=True)))
    assert len(rows) == 4
    with Sandbox() as other:
        from dfsync.api.client import connect
        from dfsync.api.protocol.values import Upload
        from dfsync.model.settings import ApiSettings, Target

        target = Target("other", other.customer_id, other.base_url, other.base_url)
        with connect(target, ApiSettings(), other.environment(), may_send=True) as client:
            assert client.import_sheets(Upload(sites=content)).errors == {"sites": (), "site_contacts": ()}
        assert {id: row["Site Name"] for id, row in other.rows().items()} == {
            id: row["Site Name"] for id, row in box.rows().items()
        }
        assert other.rows()["b"]["Address Postal Code"] == "02134"
        assert other.rows()["b"]["Operational Hours"] == [{"days": ["Mon", "Sat"], "start": "09:00", "end": "18:59"}]


def test_single_sites_are_asked_for_alone(root: Path, box: Sandbox, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """There is one request."""
    assert dfsync(root, "export", "--id", "c d/é?") == 0
    captured = capfdbinary.readouterr()
    assert [row["Site ID"] for row in json.loads(captured.out)["data"]] == ["c d/é?"]
    assert len(box.requests) == 1


@pytest.mark.parametrize("id", ["nowhere", "a,b"])
def test_an_id_that_is_not_live_is_an_error(
    root: Path, box: Sandbox, capfdbinary: pytest.CaptureFixture[bytes], id: str
) -> None:
    """A slip, or ids joined by a comma, which the API itself would split: stdout has the error, and no site."""
    assert dfsync(root, "export", "--id", "c d/é?", "--id", id) == 1
    captured = capfdbinary.readouterr()
    assert json.loads(captured.out)["format"] == "dfsync/error"
    assert id.encode() in captured.err


def test_a_failed_export_leaves_the_old_file_as_it_was(root: Path, box: Sandbox) -> None:
    """The file is never half written."""
    (root / "live.json").write_text("old")
    box.faults.add(Fault("status", status=403))
    assert dfsync(root, "export", "--output", str(root / "live.json")) == 1
    assert (root / "live.json").read_text() == "old"
    assert sorted(path.name for path in root.iterdir()) == ["dfsync.yaml", "live.json"]


def test_nothing_but_get_is_sent(root: Path, box: Sandbox) -> None:
    """This holds for every command but apply."""
    dfsync(root, "export")
    assert {request.method for request in box.requests} == {"GET"}


def test_the_empty_organisation_is_an_empty_list(
    root: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """It gives valid JSON, or a sheet that has only its header."""
    with Sandbox() as box, environment_of(box, monkeypatch):
        assert dfsync(root, "export") == 0
        assert json.loads(capfdbinary.readouterr().out) == {"success": True, "data": [], "total": 0}
        assert dfsync(root, "export", "--format", "csv") == 0
        assert capfdbinary.readouterr().out == ",".join(COLUMNS).encode() + b"\r\n"


def test_a_file_that_can_not_be_written_is_an_error(
    root: Path, box: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    """Said with its name."""
    assert dfsync(root, "export", "--output", "/proc/nowhere/live.json") == 1
    assert "/proc/nowhere/live.json can't be written" in capfd.readouterr().err


def test_ctrl_c_ends_an_export_at_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though other threads wait for a slow server: 130, and no traceback."""
    rows = [{"Site ID": f"site-{number}", "Site Name": "x"} for number in range(9)]
    (root / "dfsync.yaml").write_text(f"{CONFIG}api: {{page_size: 3, timeout_s: 300}}\n")
    with Sandbox(rows) as box, environment_of(box, monkeypatch):
        box.faults.add(Fault("delay", query="*p_number=2*", seconds=3600))
        program = subprocess.Popen(
            [sys.executable, "-m", "dfsync", "-C", str(root), "export"], stderr=subprocess.PIPE, cwd=HERE
        )
        wait_until(lambda: any("p_number=2" in request.query for request in box.requests))
        program.send_signal(signal.SIGINT)
        _, errors = program.communicate(timeout=PATIENCE_S)
    assert program.returncode == 130
    assert b"interrupted" in errors
    assert b"Traceback" not in errors
