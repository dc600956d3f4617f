"""The note in a merge request: one of its own, kept up to date, against GitLab's API as it is documented."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

PLAN = "<!-- dfsync:plan target=production digest=sha256:aa -->\n### 1 site changes\n/merge\n"
TOKEN = "glpat-token-of-a-project"
ME = 7


@dataclass
class Lab:
    """The notes of a merge request, and what was asked."""

    url: str = ""
    notes: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    status: int = 200

    def note(self, body: str, author: int = ME) -> None:
        self.notes.append({"id": len(self.notes) + 1, "body": body, "author": {"id": author}})


@pytest.fixture
def lab() -> Iterator[Lab]:
    """Serve an empty merge request."""
    lab = Lab()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            path, _, query = self.path.partition("?")
            lab.asked.append(f"{self.command} {path}")
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "null")
            status, answer = lab.status, None
            if self.headers["PRIVATE-TOKEN"] != TOKEN:
                status = 401
            elif status == 200:
                answer = self._done(path, query, body)
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _done(self, path: str, query: str, body: Any) -> Any:
            if path == "/api/v4/user":
                return {"id": ME}
            if self.command == "POST":
                lab.note(body["body"])
            elif self.command == "PUT":
                lab.notes[int(path.rpartition("/")[2]) - 1]["body"] = body["body"]
            page = int(query.rpartition("=")[2] or 1)
            return lab.notes[(page - 1) * 100 : page * 100]

        do_GET = do_POST = do_PUT = _answer  # noqa: N815  (names of the standard library)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        lab.url = f"http://127.0.0.1:{server.server_port}/api/v4"
        yield lab
        server.shutdown()
        thread.join()


def told(lab: Lab, folder: Path, text: str = PLAN, **variables: str) -> str:
    """Run the step of the pipeline and return what it printed."""
    (folder / "plan.md").write_text(text, encoding="utf-8")
    environment = {
        **os.environ,
        "CI_API_V4_URL": lab.url,
        "CI_MERGE_REQUEST_IID": "3",
        "CI_MERGE_REQUEST_PROJECT_ID": "12",
        "DFSYNC_NOTE_TOKEN": TOKEN,
        **variables,
    }
    command = [sys.executable, "-P", "-m", "dfsync.ci.gitlab", "plan.md"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert TOKEN not in done.stdout + done.stderr
    return done.stdout


def test_the_note_is_written_once_and_kept_up_to_date(lab: Lab, tmp_path: Path) -> None:
    """A new plan replaces the old one; the same plan leaves the note alone; another target has its own."""
    lab.note("<!-- dfsync:plan target=production digest=sha256:bb -->\nforged", author=8)
    for _ in range(120):
        lab.note("talk", author=9)
    assert "note created" in told(lab, tmp_path)
    assert "note unchanged" in told(lab, tmp_path)
    assert "note updated" in told(lab, tmp_path, PLAN.replace("1 site", "2 sites"))
    assert "note created" in told(lab, tmp_path, PLAN.replace("production", "production-eu"))
    mine = [note["body"] for note in lab.notes if note["author"]["id"] == ME]
    assert [body.splitlines()[1] for body in mine] == ["### 2 sites changes", "### 1 site changes"]
    assert {request.partition("/notes")[0] for request in lab.asked if "notes" in request} == {
        f"{method} /api/v4/projects/12/merge_requests/3" for method in ("GET", "POST", "PUT")
    }


def test_no_line_of_a_plan_is_a_quick_action(lab: Lab, tmp_path: Path) -> None:
    """`/merge` at the start of a line would be obeyed."""
    told(lab, tmp_path, PLAN + "  /close\n")
    assert not any(line.lstrip().startswith("/") for line in lab.notes[0]["body"].splitlines())
    assert "\\/merge" in lab.notes[0]["body"]


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"DFSYNC_NOTE_TOKEN": ""}, "no DFSYNC_NOTE_TOKEN"),
        ({"CI_MERGE_REQUEST_IID": ""}, "no pipeline of a merge request"),
        ({"DFSYNC_NOTE_TOKEN": "wrong"}, "401"),
        ({"CI_API_V4_URL": "http://127.0.0.1:1"}, "no note"),
    ],
)
def test_what_is_missing_is_said_and_fails_nothing(
    lab: Lab, tmp_path: Path, variables: dict[str, str], words: str
) -> None:
    """The plan is an artifact too."""
    assert words in told(lab, tmp_path, **variables)
    assert lab.notes == []
