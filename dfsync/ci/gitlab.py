"""`python -P -m dfsync.ci.gitlab plan.md`: the plan as one note of the merge request, kept up to date.

It needs a token that may write notes, in DFSYNC_NOTE_TOKEN: the job's own token may not. Without a token or a merge
request nothing is written. A refusal is a message and no failure, since the plan is an artifact of the job as well.

Source: https://docs.gitlab.com/api/notes/ and https://docs.gitlab.com/ci/variables/predefined_variables/.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
from msgspec import Struct

from dfsync.ci.marker import marker_of
from dfsync.errors import ExitCode
from dfsync.model.text import shortened, visible

_PER_PAGE = 100
_MOST_PAGES = 100
_QUICK_ACTION = re.compile(r"^(\s*)/", re.MULTILINE)


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Write a file as the note of the merge request; returns 64 for wrong usage, and 0 for everything else."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -P -m dfsync.ci.gitlab FILE\n")
        return ExitCode.USAGE
    sys.stdout.write(f"GitLab: {visible(_outcome(Path(arguments[0]), environment))}\n")
    return ExitCode.OK


class MergeRequest(Struct, frozen=True):
    """The notes of a merge request; `path` is that of the merge request below the address of the client."""

    client: httpx.Client
    path: str

    def upsert(self, body: str) -> str:
        """Write `body`, whose first line begins with its marker, as the note.

        Returns `created`, `updated` or `unchanged`. The note is found by its marker and its author. A line that GitLab
        would take for a quick action, such as `/merge`, becomes plain text.
        """
        body = _QUICK_ACTION.sub(r"\1\\/", body)
        author = self._asked("GET", "/user")["id"]
        for note in self._notes():
            if note["author"]["id"] == author and marker_of(note["body"]) == marker_of(body):
                if note["body"].strip() == body.strip():
                    return "unchanged"
                self._asked("PUT", f"{self.path}/notes/{note['id']}", json={"body": body})
                return "updated"
        self._asked("POST", f"{self.path}/notes", json={"body": body})
        return "created"

    def _notes(self) -> Iterator[dict[str, Any]]:
        for page in range(1, _MOST_PAGES + 1):
            query = {"per_page": str(_PER_PAGE), "page": str(page)}
            notes = self._asked("GET", f"{self.path}/notes", params=query)
            yield from notes
            if len(notes) < _PER_PAGE:
                return

    def _asked(self, method: str, path: str, **options: Any) -> Any:
        response = self.client.request(method, path, **options)
        response.raise_for_status()
        return response.json()


def _outcome(file: Path, environment: Mapping[str, str]) -> str:
    token, number = environment.get("DFSYNC_NOTE_TOKEN"), environment.get("CI_MERGE_REQUEST_IID")
    if not number:
        return "no note, since this is no pipeline of a merge request"
    if not token:
        return "no note, since there is no DFSYNC_NOTE_TOKEN"
    path = f"/projects/{environment.get('CI_MERGE_REQUEST_PROJECT_ID', '')}/merge_requests/{number}"
    headers = {"PRIVATE-TOKEN": token, "User-Agent": "dfsync"}
    try:
        with httpx.Client(base_url=environment.get("CI_API_V4_URL", ""), headers=headers, timeout=30) as client:
            return f"note {MergeRequest(client, path).upsert(file.read_text(encoding='utf-8'))}"
    except httpx.HTTPStatusError as error:
        return f"no note: {error.request.method} {error.request.url.path}: {error.response.status_code}"
    except (httpx.HTTPError, OSError, ValueError, LookupError, TypeError) as error:
        return f"no note: {shortened(str(error), 200)}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
