"""As much of GitHub's REST API as the jobs use, on loopback: comments, issues, pulls of a commit, artifacts.

Shapes as in https://docs.github.com/rest; refusals as GitHub words them.
"""

from __future__ import annotations

import io
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

BOT = "github-actions[bot]"
REPOSITORY = "kestrel/sites"
TOKEN = "ghs_token_of_the_job"


class Refusal(NamedTuple):
    """An answer that the next `times` requests of a method get instead of the usual one."""

    method: str
    status: int
    message: str = "Refused"
    times: int = 1_000_000
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Hub:
    """The repository's state, and what was asked."""

    url: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    pulls: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    artifacts: list[dict[str, Any]] = field(default_factory=list)
    archives: dict[int, bytes] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    authorized: dict[str, str | None] = field(default_factory=dict)

    def comment(self, body: str, author: str = BOT) -> dict[str, Any]:
        """Put a comment on pull request 7."""
        made = {"id": 1000 + len(self.comments), "body": body, "user": {"login": author}}
        self.comments.append(made)
        return made

    def artifact(self, name: str, files: dict[str, bytes], *, head: str = "head", fork: bool = False) -> None:
        """Keep an artifact of a run for a commit."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as opened:
            for path, data in files.items():
                opened.writestr(path, data)
        number = len(self.artifacts) + 1
        run = {"head_sha": head, "repository_id": 1, "head_repository_id": 2 if fork else 1}
        self.artifacts.append({"id": number, "name": name, "expired": False, "workflow_run": run})
        self.archives[number] = archive.getvalue()

    def merged(self, commit: str, head: str = "head") -> None:
        """Say that pull request 7 was merged as a commit."""
        self.pulls[commit] = [{"number": 7, "merged_at": "2030-01-01T00:00:00Z", "merge_commit_sha": commit,
                               "head": {"sha": head}}]  # fmt: skip


@contextmanager
def serving() -> Iterator[Hub]:
    """Serve an empty repository."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def do_PATCH(self) -> None:
            self._answer("PATCH")

        def log_message(self, *arguments: object) -> None:
            pass

        def _answer(self, method: str) -> None:
            url = urlsplit(self.path)
            body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or b"null")
            hub.asked.append(f"{method} {self.path}")
            hub.authorized[url.path] = self.headers.get("authorization")
            for number, refusal in enumerate(hub.refusals):
                if refusal.method == method and refusal.times > 0:
                    hub.refusals[number] = refusal._replace(times=refusal.times - 1)
                    self._send(refusal.status, {"message": refusal.message}, dict(refusal.headers))
                    return
            if url.path.startswith("/storage/"):
                self._send(200, hub.archives[int(url.path.removeprefix("/storage/"))])
                return
            if self.headers.get("authorization") != f"Bearer {TOKEN}":
                self._send(401, {"message": "Bad credentials"})
                return
            path = url.path.removeprefix(f"/repos/{REPOSITORY}")
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            self._send(*_route(hub, method, path, query, body))

        def _send(self, status: int, answer: Any, headers: dict[str, str] | None = None) -> None:
            data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            if status == 302:
                self.send_header("location", answer["location"])
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler


def _route(hub: Hub, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
    numbers = [int(number) for number in re.findall(r"/(\d+)", path)]
    shape = re.sub(r"/(\d+|[0-9a-f]{7,})(?=/|$)", "/N", path)
    match (method, shape):
        case ("GET", "/issues/N/comments"):
            return 200, _page(hub.comments, query)
        case ("POST", "/issues/N/comments"):
            return 201, hub.comment(body["body"])
        case ("PATCH", "/issues/comments/N"):
            next(one for one in hub.comments if one["id"] == numbers[0]).update(body)
            return 200, {}
        case ("GET", "/issues"):
            return 200, _page([one for one in hub.issues if one["state"] == query["state"]], query)
        case ("POST", "/issues"):
            hub.issues.append({**body, "number": len(hub.issues) + 1, "state": "open", "user": {"login": BOT}})
            return 201, {}
        case ("PATCH", "/issues/N"):
            hub.issues[numbers[0] - 1].update(body)
            return 200, {}
        case ("GET", "/commits/N/pulls"):
            return 200, _page(hub.pulls.get(path.split("/")[2], []), query)
        case ("GET", "/actions/artifacts"):
            named = [one for one in hub.artifacts if one["name"] == query["name"]]
            return 200, {"total_count": len(named), "artifacts": _page(named, query)}
        case ("GET", "/actions/artifacts/N/zip"):
            return 302, {"location": f"{hub.url.replace('127.0.0.1', 'localhost')}/storage/{numbers[0]}"}
    return 404, {"message": "Not Found"}


def _page(items: list[Any], query: dict[str, str]) -> list[Any]:
    size, page = int(query.get("per_page", 30)), int(query.get("page", 1))
    return items[(page - 1) * size : page * size]
