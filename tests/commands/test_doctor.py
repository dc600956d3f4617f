"""`dfsync doctor`: a line a check, with what to do; 1 when one fails."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from dfsync.sandbox.sandbox import Sandbox
from tests.support.command_line import CONFIG, dfsync, environment_of


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Serve one site."""
    with Sandbox([{"Site ID": "a", "Site Name": "A"}]) as sandbox, environment_of(sandbox, monkeypatch):
        yield sandbox


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a repository with a contact template."""
    (tmp_path / "dfsync.yaml").write_text(f"{CONFIG}contact_csv:\n  template: contacts.csv\n")
    (tmp_path / "contacts.csv").write_text(
        "\ufeffContact Phone,Site ID,Contact Name,Contact Email,Contact Role,Shoe Size\r\n"
    )
    return tmp_path


def outcomes(capfd: pytest.CaptureFixture[str]) -> dict[str, tuple[str, str]]:
    lines = capfd.readouterr().out.splitlines()
    return {line.split()[1]: (line.split()[0], line) for line in lines}


def test_a_healthy_setup_is_ok_line_by_line(root: Path, box: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    """One GET; a repository without a commit is worth a note."""
    assert dfsync(root, "doctor") == 0
    found = outcomes(capfd)
    assert list(found) == ["yaml", "configuration", "git", "template", "target", "state", "token", "export", "clock"]
    assert {name for name, (outcome, _) in found.items() if outcome != "ok"} == {"git"}
    assert "live sites: 1" in found["export"][1]
    assert [request.method for request in box.requests] == ["GET"]


def test_a_commit_is_named(root: Path, box: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    """With whether there are edits beside it."""
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    for arguments in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "Begin"]):
        subprocess.run(["git", *arguments], cwd=root, check=True)
    assert dfsync(root, "doctor") == 0
    assert outcomes(capfd)["git"][0] == "ok"


def test_a_template_that_lacks_a_column_fails(root: Path, box: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    """The column is named."""
    (root / "contacts.csv").write_text("Site ID,Contact Email\r\n")
    assert dfsync(root, "doctor") == 1
    found = capfd.readouterr().out
    assert "Contact Name" in found


OTHER = "#!/usr/bin/python3\nimport sys\nfrom dfsync.cli import dfsync\nsys.exit(dfsync())\n"


def test_the_other_program_of_the_same_name_is_told(
    root: Path, box: Sandbox, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """First on the PATH it is a note; in this environment, where the two overwrite each other, it fails."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "dfsync"
    command.write_text(OTHER)
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    assert dfsync(root, "doctor") == 0
    outcome, line = outcomes(capfd)["program"]
    assert outcome == "note"
    assert str(command) in line
    assert "dragonfruit-dfsync" in line
    installed = tmp_path / "site" / "dfsync-0.4.10.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Metadata-Version: 2.3\nName: dfsync\nVersion: 0.4.10\n")
    (installed / "entry_points.txt").write_text("[console_scripts]\ndfsync=dfsync.cli:dfsync\n")
    monkeypatch.syspath_prepend(installed.parent)
    assert dfsync(root, "doctor") == 1
    assert outcomes(capfd)["program"][0] == "fail"


class Late(BaseHTTPRequestHandler):
    """An API of no sites whose clock is ten minutes ahead."""

    def do_GET(self) -> None:
        page = b'{"success": true, "data": [], "p_number": 1, "p_size": 1, "total": 0, "total_pages": 0}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def test_a_clock_that_is_wrong_fails(root: Path, capfd: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    """As the API's Date has it."""
    with HTTPServer(("127.0.0.1", 0), Late) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        monkeypatch.setenv("DFSYNC_BASE_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("DFSYNC_TOKEN", "opaque-token")
        assert dfsync(root, "doctor") == 1
        server.shutdown()
        thread.join()
    outcome, line = outcomes(capfd)["clock"]
    assert outcome == "fail"
    assert "behind the API's" in line


def test_each_failure_says_what_to_do(
    root: Path, box: Sandbox, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An expired token, a refused export, a host that no token may go to, a wrong configuration."""
    monkeypatch.delenv("DFSYNC_REFRESH_TOKEN")
    monkeypatch.setenv("DFSYNC_TOKEN", box.token(lifetime_s=-7200))
    assert dfsync(root, "doctor") == 1
    found = outcomes(capfd)
    assert "set a new one" in found["token"][1]
    assert "401" in found["export"][1]
    monkeypatch.setenv("DFSYNC_BASE_URL", "https://evil.example")
    assert dfsync(root, "doctor") == 1
    assert "DFSYNC_ALLOWED_HOSTS" in outcomes(capfd)["target"][1]
    assert dfsync(root, "--target", "nowhere", "doctor") == 1
    assert outcomes(capfd)["target"][0] == "fail"
    (root / "dfsync.yaml").write_text("version: 7\n")
    assert dfsync(root, "doctor") == 1
    assert outcomes(capfd)["configuration"][0] == "fail"
