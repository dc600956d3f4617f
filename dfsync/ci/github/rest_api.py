"""GitHub's REST API, as far as a comment, an issue and an artifact need it.

Source: https://docs.github.com/rest (issues, issue comments, artifacts, "Best practices": retry-after, rate limits).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

import httpx

from dfsync.ci.github.runner import Runner
from dfsync.model.text import shortened

PER_PAGE = 100
_MOST_PAGES = 100
_WAITS_S = (1.0, 4.0)
_LONGEST_WAIT_S = 60.0


class GitHubError(Exception):
    """GitHub could not be reached, or refused. The message says what, and has no token."""


class GitHub(AbstractContextManager["GitHub"]):
    """A client for one repository. `sleep` waits between attempts."""

    def __init__(self, runner: Runner, sleep: Callable[[float], None] = time.sleep) -> None:
        if not runner.value("GITHUB_TOKEN"):
            raise GitHubError("there is no GITHUB_TOKEN")
        self._sleep = sleep
        self._repository = f"/repos/{runner.repository}"
        self._client = httpx.Client(
            base_url=runner.value("GITHUB_API_URL", "https://api.github.com"),
            headers={
                "Authorization": f"Bearer {runner.value('GITHUB_TOKEN')}",
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
                "User-Agent": "dfsync",
            },
            timeout=30,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def pages(self, path: str, member: str | None = None, **query: str) -> Iterator[dict[str, Any]]:
        """Yield the objects of a list, page by page; `member` names the list inside an object."""
        for page in range(1, _MOST_PAGES + 1):
            answer = self._call("GET", path, params={**query, "per_page": str(PER_PAGE), "page": str(page)}).json()
            items = answer.get(member) if member is not None else answer
            if not isinstance(items, list):
                raise GitHubError(f"GET {path}: the answer is not a list")
            yield from items
            if len(items) < PER_PAGE:
                return

    def send(self, method: str, path: str, body: dict[str, Any]) -> None:
        """Create or change something."""
        self._call(method, path, json=body)

    def download(self, path: str, most_bytes: int) -> bytes:
        """Return a file. The redirect to its storage is followed without the token."""
        data = self._call("GET", path, follow_redirects=True).content
        if len(data) > most_bytes:
            raise GitHubError(f"GET {path}: larger than {most_bytes} bytes")
        return data

    def _call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request; repeat it after a temporary fault, a POST only if it can't have taken effect."""
        waits = list(_WAITS_S)
        while True:
            try:
                response = self._client.request(method, self._repository + path, **options)
            except httpx.HTTPError as error:
                if not waits or method == "POST":
                    raise GitHubError(f"{method} {path}: {type(error).__name__}") from error
                self._sleep(waits.pop(0))
                continue
            if response.is_success:
                return response
            wait = _wait(response, method, waits)
            if wait is None:
                raise GitHubError(f"{method} {path}: {response.status_code} {_words(response)}".rstrip())
            self._sleep(wait)


def _wait(response: httpx.Response, method: str, waits: list[float]) -> float | None:
    """Return how long to wait before the next attempt; None if there is none."""
    if not waits:
        return None
    usual = waits.pop(0)
    if response.status_code in (403, 429):
        asked = response.headers.get("retry-after", "")
        limited = response.status_code == 429 or response.headers.get("x-ratelimit-remaining") == "0"
        wait = float(asked) if asked.isdecimal() else usual
        return wait if (asked or limited) and wait <= _LONGEST_WAIT_S else None
    return usual if response.status_code >= 500 and method != "POST" else None


def _words(response: httpx.Response) -> str:
    try:
        answer = response.json()
    except ValueError:
        return ""
    return shortened(str(answer.get("message", "")), 200) if isinstance(answer, dict) else ""
