"""Where a forge shows the lines of the repository's files: GitHub and GitLab have an address for each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from dfsync.errors import DfsyncError
from dfsync.files.storage.git.commands import git

_PATHS = {"github": "blob/{commit}/{folder}{{file}}#L{{line}}", "gitlab": "-/blob/{commit}/{folder}{{file}}#L{{line}}"}
_PATH = re.compile(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)+")
_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::[0-9]+)?")
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_REMOTE = re.compile(
    r"(?:https://(?:[^@/]+@)?|ssh://git@|git@)(?P<host>[^/:@]+(?::[0-9]+(?=/))?)[:/](?P<path>.+?)(?:\.git)?/?"
)


def lines_at(root: Path, commit: str | None, environment: Mapping[str, str]) -> str | None:
    """Return the address of a line of a file at a commit, with `{file}` and `{line}` in it; None if none is known.

    CI says where it runs; elsewhere the remote `origin` does, if it is one of the two forges.
    """
    if commit is None or not _COMMIT.fullmatch(commit):
        return None
    base = _of_ci(environment) or _of_remote(root)
    if base is None:
        return None
    kind, address = base
    return f"{address}/{_PATHS[kind].format(commit=commit, folder=quote(_folder(root)))}"


def _of_ci(environment: Mapping[str, str]) -> tuple[str, str] | None:
    server, repository = environment.get("GITHUB_SERVER_URL", ""), environment.get("GITHUB_REPOSITORY", "")
    if server.startswith("https://") and _HOST.fullmatch(server[8:]) and _PATH.fullmatch(repository):
        return "github", f"{server}/{repository}"
    project = environment.get("CI_PROJECT_URL", "")
    host, _, path = project.removeprefix("https://").partition("/")
    if project.startswith("https://") and _HOST.fullmatch(host) and _PATH.fullmatch(path):
        return "gitlab", project
    return None


def _of_remote(root: Path) -> tuple[str, str] | None:
    found = _REMOTE.fullmatch(_asked(root, "remote", "get-url", "origin"))
    if found is None or not _HOST.fullmatch(found["host"]) or not _PATH.fullmatch(found["path"]):
        return None
    kind = next((kind for kind in _PATHS if kind in found["host"].lower()), None)
    return (kind, f"https://{found['host']}/{found['path']}") if kind else None


def _folder(root: Path) -> str:
    """Return where the root lies in its git repository, with a slash at the end, "" at its top."""
    return _asked(root, "rev-parse", "--show-prefix")


def _asked(root: Path, *question: str) -> str:
    try:
        return git(root, *question).decode("utf-8", "replace").strip()
    except DfsyncError:
        return ""
