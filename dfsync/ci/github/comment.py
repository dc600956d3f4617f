"""The one comment on a pull request and the one issue. They are found by marker and author, and updated in place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dfsync.ci.github.rest_api import GitHub
from dfsync.ci.marker import marker_of

BOT = "github-actions[bot]"
"""The author of what is written with the job's own token."""


def upsert_comment(github: GitHub, number: int, body: str, author: str, *, create: bool = True) -> str:
    """Write `body` as the comment of a pull request. Its first line begins with its marker.

    Returns `created`, `updated`, `unchanged`, or `left out` if there is none yet and `create` is false.
    """
    found = find_comment(github, number, marker_of(body), author)
    if found is None:
        if create:
            github.send("POST", f"/issues/{number}/comments", {"body": body})
        return "created" if create else "left out"
    if _same(found, body):
        return "unchanged"
    github.send("PATCH", f"/issues/comments/{found['id']}", {"body": body})
    return "updated"


def find_comment(github: GitHub, number: int, marker: str, author: str) -> dict[str, Any] | None:
    """Return the comment that begins with the marker and was written by `author`, whatever others write."""
    return _first(github.pages(f"/issues/{number}/comments"), marker, author)


def upsert_issue(github: GitHub, title: str, body: str, author: str) -> str:
    """Write `body`, whose first line is its marker, as the open issue. Returns `created`, `updated` or `unchanged`."""
    found = _open_issue(github, marker_of(body), author)
    if found is None:
        github.send("POST", "/issues", {"title": title, "body": body})
        return "created"
    if _same(found, body):
        return "unchanged"
    github.send("PATCH", f"/issues/{found['number']}", {"body": body})
    return "updated"


def close_issue(github: GitHub, marker: str, author: str) -> str:
    """Close the open issue with this marker. Returns `closed`, or `none` when there is none."""
    found = _open_issue(github, marker, author)
    if found is None:
        return "none"
    github.send("PATCH", f"/issues/{found['number']}", {"state": "closed", "state_reason": "completed"})
    return "closed"


def _open_issue(github: GitHub, marker: str, author: str) -> dict[str, Any] | None:
    issues = (issue for issue in github.pages("/issues", state="open") if "pull_request" not in issue)
    return _first(issues, marker, author)


def _first(items: Iterable[dict[str, Any]], marker: str, author: str) -> dict[str, Any] | None:
    # The character behind the marker keeps `target=us` from matching `target=us-east`.
    return next(
        (
            item
            for item in items
            if (item.get("user") or {}).get("login") == author
            and str(item.get("body") or "").startswith((f"{marker} ", f"{marker}\n", f"{marker}\r"))
        ),
        None,
    )


def _same(found: dict[str, Any], body: str) -> bool:
    return str(found.get("body") or "").replace("\r\n", "\n").strip() == body.strip()
