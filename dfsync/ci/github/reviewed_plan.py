"""Finds the plan that was reviewed: commit, pull request, comment, digest, artifact, file.

No link of this chain is trusted alone. The comment must be by the bot. The artifact must be from a run of this
repository for the last commit of the pull request. The digest of the file must be that of the comment.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from dfsync.ci.github.comment import find_comment
from dfsync.ci.github.rest_api import GitHub

PLAN = "plan.json"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_MOST_BYTES = 200_000_000


class NotReviewedError(Exception):
    """There is no plan that counts as reviewed. The message says why."""


def artifact_name(digest: str) -> str:
    """Return the name under which a plan is kept as an artifact."""
    return f"dfsync-plan-{digest.removeprefix('sha256:')}"


def reviewed_plan(github: GitHub, commit: str, marker: str, author: str, folder: Path) -> Path:
    """Fetch the plan that the pull request of a merge commit showed last. Raises NotReviewedError."""
    pull = next((pull for pull in github.pages(f"/commits/{commit}/pulls") if _merged_as(pull, commit)), None)
    if pull is None:
        raise NotReviewedError("the commit is no merge of a pull request")
    number = pull["number"]
    comment = find_comment(github, number, marker, author)
    if comment is None:
        raise NotReviewedError(f"pull request #{number} has no plan")
    first = str(comment["body"]).split("\n", 1)[0]
    digest = _DIGEST.search(first)
    if digest is None:
        raise NotReviewedError(f"the plan on pull request #{number} has no digest")
    return plan_of_digest(github, digest[0], folder, head=pull["head"]["sha"])


def plan_of_digest(github: GitHub, digest: str, folder: Path, *, head: str | None = None) -> Path:
    """Fetch the plan with this digest; with `head`, only one that was made for that commit. Raises NotReviewedError."""
    if not _DIGEST.fullmatch(digest):
        raise NotReviewedError("a digest is sha256: and 64 hexadecimal digits")
    kept = github.pages("/actions/artifacts", "artifacts", name=artifact_name(digest))
    artifact = next((one for one in kept if not one["expired"] and _is_ours(one, head)), None)
    if artifact is None:
        which = " for the last commit of the pull request" if head else ""
        raise NotReviewedError(f"no artifact has the plan {digest[:19]}{which}: it expired, or its run is not done")
    data = _only_plan(github.download(f"/actions/artifacts/{artifact['id']}/zip", _MOST_BYTES))
    if json.loads(data).get("digest") != digest:
        raise NotReviewedError("the artifact holds another plan than its name says")
    path = folder / "reviewed.json"
    path.write_bytes(data)
    return path


def _merged_as(pull: dict[str, Any], commit: str) -> bool:
    return bool(pull.get("merged_at")) and pull.get("merge_commit_sha") == commit


def _is_ours(artifact: dict[str, Any], head: str | None) -> bool:
    run = artifact.get("workflow_run") or {}
    own = run.get("repository_id") == run.get("head_repository_id")
    return own and (head is None or run.get("head_sha") == head)


def _only_plan(archive: bytes) -> bytes:
    """Return the one file that is needed, read into memory. No path of the archive is ever used."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened, opened.open(PLAN) as file:
            data = file.read(_MOST_BYTES + 1)
    except (zipfile.BadZipFile, KeyError) as error:
        raise NotReviewedError(f"the artifact holds no {PLAN}") from error
    if len(data) > _MOST_BYTES:
        raise NotReviewedError(f"the {PLAN} of the artifact is too large")
    return data
