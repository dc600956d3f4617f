"""The jobs on a runner, as processes: a real sandbox as live, a GitHub on loopback that agrees or refuses."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import cmarkgfm
import pytest

from tests.ci.conftest import COMMIT, PULL_REQUEST, SITE, Workflow
from tests.ci.fakehub import BOT, Refusal
from tests.support.ci_runner import commands

LATER = SITE.replace("18:59", "19:59")


def plan_for_review(workflow: Workflow) -> str:
    """Plan in the pull request, keep the artifact and merge; returns the digest."""
    job = workflow.run("plan", PULL_REQUEST)
    assert job.code == 0, job.log
    files = {path.name: path.read_bytes() for path in Path(job.outputs["folder"]).iterdir()}
    workflow.hub.artifact(job.outputs["artifact"], files)
    workflow.hub.merged(COMMIT)
    return job.outputs["digest"]


def hours(workflow: Workflow) -> object:
    """Return the live hours of the site."""
    return workflow.sandbox.rows()["site-123"]["Operational Hours"]


def uploads(workflow: Workflow) -> int:
    """Return how many imports reached the server."""
    return sum(1 for request in workflow.sandbox.requests if request.method == "POST" and "import" in request.path)


class TestValidate:
    def test_clean_files_pass_without_any_secret(self, workflow: Workflow) -> None:
        """A fork's pull request is validated: no token of GitHub or Dragonfruit is needed, nobody is asked."""
        job = workflow.run("validate", PULL_REQUEST, GITHUB_TOKEN="", DFSYNC_TOKEN="", DFSYNC_REFRESH_TOKEN="")
        assert job.code == 0, job.log
        assert "No problems" in job.summary
        assert workflow.hub.asked == []

    def test_problems_are_annotations_and_stand_in_the_summary(self, workflow: Workflow) -> None:
        """An error fails the job with 1, marks its line, and can be read without the log."""
        (workflow.root / "sites/downtown.yaml").write_text(SITE + "timezone: Mars/Olympus\n", encoding="utf-8")
        job = workflow.run("validate", PULL_REQUEST)
        assert job.code == 1
        assert [command.properties["file"] for command in commands(job.log) if command.name == "error"] == [
            "sites/downtown.yaml"
        ]
        assert "Mars/Olympus" in job.summary

    def test_hostile_names_are_no_commands_and_end_no_fence(self, workflow: Workflow) -> None:
        """A name that tries to be a workflow command, or to leave the summary's code block, stays text."""
        name = "::set-output name=x::y\\n```\\n<img src=x>"
        site = f'id: "::error::x"\nname: "{name}"\ntimezone: |\n  ````\n  ::warning::z\n  <img src=x>\n'
        (workflow.root / "sites/downtown.yaml").write_text(site, encoding="utf-8")
        job = workflow.run("validate", PULL_REQUEST)
        assert {command.name for command in commands(job.log)} <= {"error", "warning", "notice"}
        assert not any(command.data in ("x", "y", "z") for command in commands(job.log))
        html = cmarkgfm.github_flavored_markdown_to_html(job.summary)
        assert html.count("<pre") == 1
        assert "<img" not in html

    def test_summary_shows_what_the_branch_changes(self, workflow: Workflow) -> None:
        """With the commit before in the checkout, the summary says in words what the files now say."""
        git = ["git", "-C", str(workflow.root), "-c", "user.name=a", "-c", "user.email=a@example.com"]
        for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
            subprocess.run([*git, *arguments], check=True)
        (workflow.root / "sites/downtown.yaml").write_text(LATER, encoding="utf-8")
        subprocess.run([*git, "commit", "-qam", "two"], check=True)
        job = workflow.run("validate", PULL_REQUEST)
        assert "| Mon–Fri | 09:00–18:59 | **09:00–19:59** |" in job.summary
        assert job.code == 0


class TestPlan:
    def test_plan_is_summary_outputs_and_comment(self, workflow: Workflow) -> None:
        """Summary and comment have the same words. Both, and the outputs, have the digest of the plan."""
        job = workflow.run("plan", PULL_REQUEST)
        assert job.code == 0, job.log
        [comment] = workflow.hub.comments
        assert job.outputs["digest"] in comment["body"]
        assert comment["body"].strip() in job.summary
        assert job.outputs["changes"] == "true"
        assert json.loads((Path(job.outputs["folder"]) / "plan.json").read_bytes())["digest"] == job.outputs["digest"]

    def test_second_plan_replaces_the_comment(self, workflow: Workflow) -> None:
        """However often it is planned, there is one comment, and it is the last plan's."""
        workflow.run("plan", PULL_REQUEST)
        (workflow.root / "sites/downtown.yaml").write_text(LATER, encoding="utf-8")
        job = workflow.run("plan", PULL_REQUEST)
        [comment] = workflow.hub.comments
        assert job.outputs["digest"] in comment["body"]

    def test_empty_plan_opens_no_comment_and_updates_an_old_one(self, workflow: Workflow) -> None:
        """No changes is no news, unless the comment still tells of changes."""
        workflow.sandbox.edit(
            "site-123",
            "Operational Hours",
            [{"days": ["Mon", "Tue", "Wed", "Thu", "Fri"], "start": "09:00", "end": "18:59"}],
        )
        assert workflow.run("plan", PULL_REQUEST).outputs["changes"] == "false"
        assert workflow.hub.comments == []
        workflow.hub.comment("<!-- dfsync:plan target=production digest=sha256:0 -->\n3 sites change")
        workflow.run("plan", PULL_REQUEST)
        assert "3 sites change" not in workflow.hub.comments[0]["body"]

    @pytest.mark.parametrize(("method", "status"), [("GET", 401), ("POST", 403), ("POST", 422)])
    def test_refused_comment_is_a_warning_and_no_verdict(self, workflow: Workflow, method: str, status: int) -> None:
        """If GitHub refuses, the exit code stays that of the plan, and the summary has the text of the comment."""
        workflow.hub.refusals.append(Refusal(method, status))
        job = workflow.run("plan", PULL_REQUEST)
        assert job.code == 0
        assert [command.name for command in commands(job.log)] == ["warning"]
        assert str(status) in job.summary
        assert "dfsync plan for production" in job.summary

    def test_failed_plan_keeps_its_exit_code_and_says_so(self, workflow: Workflow) -> None:
        """A plan that can't be made is 1, and no artifact is named."""
        job = workflow.run("plan", PULL_REQUEST, DFSYNC_TOKEN="", DFSYNC_REFRESH_TOKEN="")
        assert job.code == 1
        assert "artifact" not in job.outputs
        assert "plan failed" in job.summary


class TestApply:
    def test_reviewed_plan_is_the_one_that_is_applied(self, workflow: Workflow) -> None:
        """Exactly the plan that the merged pull request showed is sent, even if the files say more by now."""
        digest = plan_for_review(workflow)
        job = workflow.run("apply")
        assert job.code == 0, job.log
        receipt = json.loads((workflow.temp / "dfsync/receipt.json").read_bytes())
        assert receipt["plan_digest"] == digest
        assert hours(workflow) != []
        assert "1 applied" in job.summary

    def test_artifact_is_fetched_without_the_token_going_to_storage(self, workflow: Workflow) -> None:
        """GitHub sends artifact downloads elsewhere; the job's token stays with GitHub."""
        plan_for_review(workflow)
        workflow.run("apply")
        assert workflow.hub.authorized["/storage/1"] is None

    @pytest.mark.parametrize("spoil", ["no pull request", "not by the bot", "newer commit", "of a fork", "expired"])
    def test_nothing_unreviewed_is_applied(self, workflow: Workflow, spoil: str) -> None:
        """Without a plan that can be believed nothing is sent: 4, and the plan as of now is shown."""
        plan_for_review(workflow)
        match spoil:
            case "no pull request":
                workflow.hub.pulls.clear()
            case "not by the bot":
                workflow.hub.comments[0]["user"]["login"] = "mallory"
            case "newer commit":
                workflow.hub.merged(COMMIT, head="later")
            case "of a fork":
                workflow.hub.artifacts[0]["workflow_run"]["head_repository_id"] = 2
            case "expired":
                workflow.hub.artifacts[0]["expired"] = True
        job = workflow.run("apply")
        assert job.code == 4, job.log
        assert uploads(workflow) == 0
        assert job.outputs["digest"] in job.summary
        assert [command.name for command in commands(job.log)] == ["warning"]

    def test_artifact_with_another_plan_is_refused(self, workflow: Workflow) -> None:
        """An artifact's name proves nothing: the file's own digest has to be the comment's."""
        digest = plan_for_review(workflow)
        plan = json.loads((workflow.temp / "dfsync/plan.json").read_bytes())
        workflow.hub.artifacts.clear()
        name = f"dfsync-plan-{digest.removeprefix('sha256:')}"
        workflow.hub.artifact(name, {"plan.json": json.dumps({**plan, "digest": "sha256:" + "0" * 64}).encode()})
        job = workflow.run("apply")
        assert (job.code, uploads(workflow)) == (4, 0)
        assert "another plan" in job.log

    def test_altered_plan_under_the_right_digest_is_refused(self, workflow: Workflow) -> None:
        """If somebody changes the plan in the artifact and leaves its digest, apply refuses the plan."""
        digest = plan_for_review(workflow)
        plan = json.loads((workflow.temp / "dfsync/plan.json").read_bytes())
        plan["changes"][0]["fields"][0]["after"] = []
        workflow.hub.artifacts.clear()
        workflow.hub.artifact(f"dfsync-plan-{digest.removeprefix('sha256:')}", {"plan.json": json.dumps(plan).encode()})
        job = workflow.run("apply")
        assert (job.code, uploads(workflow)) == (4, 0)

    def test_stale_plan_sends_nothing_and_shows_a_new_one(self, workflow: Workflow) -> None:
        """Live changed after the review: the job ends with 4, and shows a plan with another digest."""
        digest = plan_for_review(workflow)
        workflow.sandbox.edit("site-123", "Site Name", "Edited")
        job = workflow.run("apply")
        assert (job.code, uploads(workflow)) == (4, 0)
        assert job.outputs["digest"] != digest

    def test_digest_names_the_plan_that_somebody_looked_at(self, workflow: Workflow) -> None:
        """Run by hand with the digest of a summary, exactly that plan is applied."""
        workflow.run("apply")
        digest = json.loads((workflow.temp / "dfsync/plan.json").read_bytes())["digest"]
        plan = (workflow.temp / "dfsync/plan.json").read_bytes()
        workflow.hub.artifact(f"dfsync-plan-{digest.removeprefix('sha256:')}", {"plan.json": plan}, head="main")
        job = workflow.run("apply", DFSYNC_CI_PLAN=digest)
        assert job.code == 0, job.log
        assert uploads(workflow) == 1

    @pytest.mark.parametrize("digest", ["sha256:abc", "$(touch x)"])
    def test_what_is_no_digest_fetches_nothing(self, workflow: Workflow, digest: str) -> None:
        """The input of a run by hand is never more than a digest."""
        job = workflow.run("apply", DFSYNC_CI_PLAN=digest)
        assert job.code == 4
        assert not any("artifacts" in asked for asked in workflow.hub.asked)

    def test_nothing_due_is_no_failure(self, workflow: Workflow) -> None:
        """A push that changes nothing needs no review: state is recorded, nothing is sent."""
        plan_for_review(workflow)
        workflow.run("apply")
        workflow.hub.pulls.clear()
        job = workflow.run("apply")
        assert job.code == 0, job.log
        assert uploads(workflow) == 1

    def test_fresh_sends_what_is_due_without_github(self, workflow: Workflow) -> None:
        """A schedule sends what is due within the limits; nobody at GitHub is asked."""
        job = workflow.run("apply", DFSYNC_CI_PLAN="fresh", GITHUB_TOKEN="")
        assert job.code == 0, job.log
        assert workflow.hub.asked == []
        assert uploads(workflow) == 1

    def test_exceptions_sends_what_the_days_bring_and_nothing_else(self, workflow: Workflow) -> None:
        """The daily job: what nobody reviewed waits, whatever live is like."""
        assert workflow.run("apply", DFSYNC_CI_PLAN="exceptions", GITHUB_TOKEN="").code == 0
        assert uploads(workflow) == 0
        assert workflow.run("apply", DFSYNC_CI_PLAN="fresh").code == 0
        site = workflow.root / "sites/downtown.yaml"
        days = 'exceptions: [{from: "2020-01-01", to: "2099-12-31", hours: 10:00-11:59}]\n'
        site.write_text(site.read_text(encoding="utf-8").replace("Downtown", "Uptown") + days, encoding="utf-8")
        job = workflow.run("apply", DFSYNC_CI_PLAN="exceptions", GITHUB_TOKEN="")
        assert job.code == 0, job.log
        assert uploads(workflow) == 2
        row = workflow.sandbox.rows()["site-123"]
        assert row["Site Name"] == "Downtown Store"
        assert "11:59" in str(row["Operational Hours"])

    def test_guard_refuses_unless_the_exact_words_are_given(self, workflow: Workflow) -> None:
        """A refusal is 5; `accept` carries the plan's own figure and nothing of a shell."""
        config = workflow.root / "dfsync.yaml"
        config.write_text(config.read_text(encoding="utf-8") + "limits: {max_updates: 0}\n", encoding="utf-8")
        assert workflow.run("apply", DFSYNC_CI_PLAN="fresh").code == 5
        assert workflow.run("apply", DFSYNC_CI_PLAN="fresh", DFSYNC_CI_ACCEPT="$(touch x)").code == 64
        assert not (workflow.root / "x").exists()
        assert workflow.run("apply", DFSYNC_CI_PLAN="fresh", DFSYNC_CI_ACCEPT="updates=1").code == 0


class TestDrift:
    @pytest.fixture(autouse=True)
    def _applied(self, workflow: Workflow) -> None:
        assert workflow.run("apply", DFSYNC_CI_PLAN="fresh").code == 0

    def edit(self, workflow: Workflow, name: str = "Edited") -> None:
        workflow.sandbox.edit("site-123", "Site Name", name)

    def test_one_issue_tells_of_drift_until_it_is_gone(self, workflow: Workflow) -> None:
        """Drift opens an issue, more drift updates it, no drift closes it, and new drift opens another."""
        assert workflow.run("drift").code == 0
        assert workflow.hub.issues == []
        self.edit(workflow)
        assert workflow.run("drift").code == 2
        self.edit(workflow, "Edited again")
        assert workflow.run("drift").code == 2
        [issue] = workflow.hub.issues
        assert "Edited again" in issue["body"]
        assert issue["title"] == "dfsync: drift on production"
        self.edit(workflow, "Downtown Store")
        assert workflow.run("drift").code == 0
        assert issue["state"] == "closed"
        self.edit(workflow)
        workflow.run("drift")
        assert len(workflow.hub.issues) == 2

    def test_same_drift_writes_nothing(self, workflow: Workflow) -> None:
        """Nobody is notified twice of the same."""
        self.edit(workflow)
        workflow.run("drift")
        workflow.hub.asked.clear()
        workflow.run("drift")
        assert not any(asked.startswith(("POST", "PATCH")) for asked in workflow.hub.asked)

    def test_issues_of_people_and_pull_requests_are_left_alone(self, workflow: Workflow) -> None:
        """An issue with the marker that somebody else wrote is not ours to change."""
        marker = "<!-- dfsync:drift target=production -->\n"
        other = {"number": 1, "state": "open", "title": "t", "body": marker, "user": {"login": "mallory"}}
        pull = {**other, "number": 2, "user": {"login": BOT}, "pull_request": {}}
        workflow.hub.issues.extend([dict(other), dict(pull)])
        self.edit(workflow)
        workflow.run("drift")
        assert workflow.hub.issues[:2] == [other, pull]
        assert len(workflow.hub.issues) == 3

    def test_refused_issue_leaves_the_verdict(self, workflow: Workflow) -> None:
        """Issues may be turned off: drift is still 2, and stands in the summary."""
        workflow.hub.refusals.append(Refusal("POST", 410, "Issues are disabled"))
        self.edit(workflow)
        job = workflow.run("drift")
        assert job.code == 2
        assert "Edited" in job.summary
        assert "Issues are disabled" in job.summary


def test_unknown_job_is_wrong_usage(workflow: Workflow) -> None:
    """A job that does not exist is 64."""
    assert workflow.run("deploy").code == 64


def test_git_reads_and_writes_state_with_the_token_of_the_job(workflow: Workflow) -> None:
    """Where checkout left no credentials, git gets the job's token through its environment, and no file holds it."""
    spy = workflow.temp / "git"
    spy.write_text('#!/bin/sh\nenv | grep GIT_CONFIG_ >> "$RUNNER_TEMP/seen"\nexit 1\n', encoding="utf-8")
    spy.chmod(0o755)
    workflow.run("plan", PATH=f"{workflow.temp}:/usr/bin:/bin")
    seen: Mapping[str, str] = dict(
        line.split("=", 1) for line in (workflow.temp / "seen").read_text(encoding="utf-8").splitlines()
    )
    assert seen["GIT_CONFIG_KEY_0"] == "http.https://github.com/.extraheader"
    assert seen["GIT_CONFIG_VALUE_0"].startswith("AUTHORIZATION: basic ")
