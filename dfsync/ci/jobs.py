"""The four jobs. Each returns the exit code of the command that decides."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dfsync.ci.github.comment import BOT, close_issue, upsert_comment, upsert_issue
from dfsync.ci.github.rest_api import GitHub, GitHubError
from dfsync.ci.github.reviewed_plan import PLAN, NotReviewedError, artifact_name, plan_of_digest, reviewed_plan
from dfsync.ci.github.runner import Runner, fenced
from dfsync.ci.marker import marker_of
from dfsync.commands.invocation.context import Invocation
from dfsync.errors import ExitCode, InputError
from dfsync.files.storage.git.commands import resolve
from dfsync.report.elements import gfm
from dfsync.report.plan.markdown import marker

_MOST_ROWS = 50


def validate(runner: Runner) -> int:
    """Annotate the problems in the files, and show what a pull request changes. Needs no secret."""
    report = runner.folder / "validate.txt"
    code = runner.dfsync("validate", "--format", "github", "--report", f"text={report}")
    if report.is_file():
        runner.summary("### dfsync validate\n\n" + fenced(report.read_text(encoding="utf-8")))
    if code == ExitCode.OK and runner.pull_request is not None and _has_parent():
        different, markdown = runner.dfsync_output("diff", "HEAD^1", "--format", "markdown")
        if different == ExitCode.OK:
            runner.summary(markdown)
    return code


def plan(runner: Runner) -> int:
    """Make a plan, keep it for apply, and show it in the summary and on the pull request."""
    code, document = _plan(runner)
    if document is not None and runner.pull_request is not None:
        _comment(runner, runner.pull_request, create=_has_changes(document))
    return code


def apply(runner: Runner) -> int:
    """Apply the plan that was reviewed; or show the present plan and apply nothing.

    `DFSYNC_CI_PLAN` is `reviewed` (default: the plan that the merged pull request showed), a digest (a plan that
    somebody saw in a summary), or `fresh` (whatever is due, within the limits: for a schedule).
    """
    wanted = runner.value("DFSYNC_CI_PLAN", "reviewed")
    if wanted == "fresh":
        return _apply(runner)
    if wanted == "exceptions":
        return _apply(runner, "--only-exceptions")
    try:
        saved = _reviewed(runner, wanted)
    except (NotReviewedError, GitHubError) as error:
        return _nothing_applied(runner, str(error))
    code = _apply(runner, str(saved))
    return _nothing_applied(runner, "live moved, or another apply ran") if code == ExitCode.NOT_SENT else code


def drift(runner: Runner) -> int:
    """Report edits made elsewhere in one issue. It is closed when there are none any more."""
    code, text = runner.dfsync_output("drift")
    marker = f"<!-- dfsync:drift {_marker(runner).split(' ', 2)[2]} -->"
    if code == ExitCode.DIFFERENCES:
        where = gfm.text(_target(runner))
        words = "Live was edited elsewhere since the last apply. `dfsync pull --only-drift` takes the edits in; "
        body = f"{marker}\n{words}the next apply undoes them.\n\n{fenced(text[:50_000])}\n[Run]({runner.run_url})\n"
        runner.summary(body)
        _ask(runner, lambda github: upsert_issue(github, f"dfsync: drift on {where}", body, _author(runner)))
    elif code == ExitCode.OK:
        _ask(runner, lambda github: close_issue(github, marker, _author(runner)))
    return code


JOBS: dict[str, Callable[[Runner], int]] = {"validate": validate, "plan": plan, "apply": apply, "drift": drift}
"""The jobs by name."""


def _plan(runner: Runner) -> tuple[int, dict[str, Any] | None]:
    """Make a plan, and write it to summary and outputs; None if there is no plan."""
    saved, comment, page = (runner.folder / name for name in (PLAN, "comment.md", "plan.html"))
    code = runner.dfsync(
        *("plan", "--out", str(saved), "--full-report", runner.run_url),
        *("--report", f"markdown={comment}", "--report", f"html={page}"),
    )
    if code != ExitCode.OK:
        runner.summary("### dfsync plan failed\n\nThe log of the job says why.\n")
        return code, None
    document: dict[str, Any] = json.loads(saved.read_bytes())
    runner.summary(comment.read_text(encoding="utf-8"))
    runner.output("digest", document["digest"])
    runner.output("artifact", artifact_name(document["digest"]))
    runner.output("folder", str(runner.folder))
    runner.output("changes", "true" if _has_changes(document) else "false")
    return code, document


def _apply(runner: Runner, *what: str) -> int:
    receipt = runner.folder / "receipt.json"
    accepted = [word for words in runner.value("DFSYNC_CI_ACCEPT").split() for word in ("--accept", words)]
    code = runner.dfsync("apply", *what, "--auto-approve", "--receipt", str(receipt), *accepted)
    if receipt.is_file():
        runner.summary(_receipt(json.loads(receipt.read_bytes())))
    return code


def _nothing_applied(runner: Runner, why: str) -> int:
    """Show the present plan. If it is empty, there is nothing to show."""
    code, document = _plan(runner)
    if document is None:
        return code
    if not _has_changes(document):
        return _apply(runner, str(runner.folder / PLAN))
    runner.warning(f"nothing was applied: {why}")
    runner.summary(
        "The plan above is what would be applied now. When it is right, run this workflow by hand with its digest: "
        f"`{document['digest']}`\n"
    )
    return ExitCode.NOT_SENT


def _reviewed(runner: Runner, wanted: str) -> Path:
    with GitHub(runner) as github:
        if wanted != "reviewed":
            return plan_of_digest(github, wanted, runner.folder)
        return reviewed_plan(github, runner.value("GITHUB_SHA"), _marker(runner), _author(runner), runner.folder)


def _comment(runner: Runner, number: int, *, create: bool) -> None:
    body = (runner.folder / "comment.md").read_text(encoding="utf-8")
    _ask(runner, lambda github: upsert_comment(github, number, body, _author(runner), create=create))


def _ask(runner: Runner, what: Callable[[GitHub], str]) -> None:
    """Ask GitHub for something optional. A refusal is a warning; the summary has the same words."""
    try:
        with GitHub(runner) as github:
            runner.say(f"GitHub: {what(github)}")
    except GitHubError as error:
        runner.warning(f"GitHub was not told: {error}")


def _receipt(receipt: dict[str, Any]) -> str:
    counts = ", ".join(f"{number} {outcome.replace('_', ' ')}" for outcome, number in receipt["summary"].items())
    rows = [row for row in receipt["rows"] if row["outcome"] != "applied"]
    lines = [
        f"- {gfm.code(row['id'][:80])} {row['outcome'].replace('_', ' ')}: {gfm.text((row['message'] or '')[:300])}"
        for row in rows[:_MOST_ROWS]
    ]
    more = [f"- and {len(rows) - _MOST_ROWS} more"] if len(rows) > _MOST_ROWS else []
    return "\n".join([f"### dfsync apply: {counts}", "", *lines, *more, ""])


def _has_changes(document: dict[str, Any]) -> bool:
    return bool(document["changes"])


def _author(runner: Runner) -> str:
    return runner.value("DFSYNC_CI_AUTHOR", BOT)


def _target(runner: Runner) -> str:
    invocation = Invocation(Path.cwd(), None, 0, "text", "never", runner.environment)
    return invocation.target(invocation.config()).name


def _marker(runner: Runner) -> str:
    return marker_of(marker(_target(runner)).rstrip())


def _has_parent() -> bool:
    """Whether the checkout is deep enough to have the commit into which a pull request is merged."""
    try:
        resolve(Path.cwd(), "HEAD^1")
    except InputError:
        return False
    return True
