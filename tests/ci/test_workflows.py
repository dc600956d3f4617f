"""The CI files of the examples and of this repository: pinned, with the least rights, valid, and safe to run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from dfsync import __version__
from tests.ci.conftest import PULL_REQUEST, Workflow

HOME = Path(__file__).parents[2]
USERS = ("examples/starter/.github/workflows/dfsync.yml", "examples/chain/.github/workflows/dfsync.yml")
HOURS = "examples/chain/.github/workflows/hours.yml"
REUSABLE = ".github/workflows/sites.yml"
OWN = (".github/workflows/ci.yml", ".github/workflows/release.yml", REUSABLE)
LOCK = "examples/starter/requirements-dfsync.txt"
GITLAB = ("examples/starter/.gitlab-ci.yml", "examples/chain/.gitlab-ci.yml")
COMPONENT = "examples/gitlab/templates/dfsync.yml"
AZURE = "examples/starter/azure-pipelines.yml"
PINNED = re.compile(r"uses: ((actions/[a-z-]+|pypa/gh-action-pypi-publish)@[0-9a-f]{40} # v\d+\.\d+\.\d+|\./( # .*)?)$")


def load(file: str) -> dict[str, Any]:
    """Return a workflow as GitHub reads it."""
    loaded: dict[str, Any] = yaml.safe_load((HOME / file).read_text(encoding="utf-8"))
    return loaded


def steps(file: str) -> list[dict[str, Any]]:
    """Return all steps of a workflow or of the action."""
    document = load(file)
    jobs = [document["runs"]] if "runs" in document else document["jobs"].values()
    return [step for job in jobs for step in job["steps"]]


@pytest.mark.parametrize("file", [*USERS, *OWN, "action.yml"])
def test_every_action_is_pinned_to_a_commit(file: str) -> None:
    """A tag can be moved: each action is named by its full commit, with the version beside it."""
    uses = [line.strip(" -") for line in (HOME / file).read_text(encoding="utf-8").splitlines() if "uses: " in line]
    assert uses
    assert [line for line in uses if not PINNED.fullmatch(line)] == []


@pytest.mark.parametrize("file", [*USERS, *OWN, "action.yml"])
def test_nothing_is_interpolated_into_a_script(file: str) -> None:
    """What comes from an event or an input reaches a script through its environment, never as text of the script."""
    assert [step["run"] for step in steps(file) if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("file", [*USERS, *OWN])
def test_rights_are_given_job_by_job(file: str) -> None:
    """The workflow has none; each job names what it needs, and only what applies may write to the repository."""
    document = load(file)
    assert document["permissions"] == {}
    for name, job in document["jobs"].items():
        writes = {right for right, level in job["permissions"].items() if level == "write"}
        applies = {"apply": {"contents"}, "daily": {"contents"}}
        releases = {"publish": {"attestations", "id-token"}, "release": {"contents"}}
        needed = {"plan": {"pull-requests"}, **applies, **releases, "drift": {"issues"}}
        assert writes == needed.get(name, set())
        assert job["timeout-minutes"] <= 60


@pytest.mark.parametrize("file", [*USERS, REUSABLE])
def test_secrets_stay_away_from_forks(file: str) -> None:
    """A job of a pull request that has a secret runs only for branches of this repository."""
    document = load(file)
    triggers = document[True]  # YAML 1.1 reads the key `on` as true
    assert "pull_request_target" not in triggers
    assert "workflow_run" not in triggers
    for name, job in document["jobs"].items():
        has_secret = "secrets." in yaml.safe_dump(job)
        assert has_secret == (name != "validate")
        if name == "plan":
            assert "head.repo.full_name == github.repository" in job["if"]


@pytest.mark.parametrize("file", [*USERS, REUSABLE])
def test_applies_run_one_after_the_other(file: str) -> None:
    """An apply is never cancelled by the next one."""
    assert load(file)["jobs"]["apply"]["concurrency"]["cancel-in-progress"] is False


@pytest.mark.parametrize("file", [*USERS, *GITLAB, AZURE])
def test_examples_install_this_version(file: str) -> None:
    """The examples follow the version that they come with."""
    text = (HOME / file).read_text(encoding="utf-8")
    assert set(re.findall(r"dragonfruit-dfsync==([0-9.]+)", text)) == {__version__}
    assert text.count("--require-hashes -r requirements-dfsync.txt") == text.count("dragonfruit-dfsync==")


@pytest.mark.parametrize("file", USERS)
def test_jobs_end_and_plans_are_kept_no_longer_than_needed(file: str) -> None:
    """Jobs have a limit of time, artifacts, which hold contacts, one of days, and a merge queue gets its checks."""
    document = load(file)
    assert all(job["timeout-minutes"] <= 60 for job in document["jobs"].values())
    uploads = [step for step in steps(file) if "upload-artifact" in step.get("uses", "")]
    assert uploads
    assert all(step["with"]["retention-days"] <= 14 for step in uploads)
    assert "merge_group" in document[True]
    for name in ("validate", "plan"):
        assert "merge_group" in document["jobs"][name].get("if", "merge_group")
    assert document["jobs"]["apply"]["concurrency"]["queue"] == "max"


def test_the_lock_holds_every_dependency_with_hashes_and_names_no_index() -> None:
    """What the workflows install satisfies pyproject.toml, and pip can hold each file to a digest."""
    text = (HOME / LOCK).read_text(encoding="utf-8")
    assert text == (HOME / "examples/chain/requirements-dfsync.txt").read_text(encoding="utf-8")
    assert "://" not in text
    locked = dict(re.findall(r"^([a-z0-9-]+)==([^ \\;]+)", text, re.MULTILINE))
    for entry in text.replace("\\\n", "").splitlines():
        assert entry.startswith("#") or "--hash=sha256:" in entry, entry
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for wanted in map(Requirement, project["dependencies"]):
        name = canonicalize_name(wanted.name)
        assert name in locked, f"{name} is not locked: run .ci/lock.sh"
        assert wanted.specifier.contains(locked[name]), f"{name} {locked[name]} is out of bounds: run .ci/lock.sh"


def test_the_reusable_workflow_does_what_the_starter_does() -> None:
    """The same jobs with the same rights, waiting and time, so that nobody has to choose between the two."""
    starter, reusable = load(USERS[0])["jobs"], load(REUSABLE)["jobs"]
    assert starter.keys() == reusable.keys()
    for name, job in starter.items():
        for key in ("permissions", "timeout-minutes", "name"):
            assert reusable[name][key] == job[key]
        scripts = [step["run"] for step in job["steps"] if "dfsync.ci" in step.get("run", "")]
        assert scripts == [step["run"] for step in reusable[name]["steps"] if "dfsync.ci" in step.get("run", "")]
    inputs = load(REUSABLE)[True]["workflow_call"]["inputs"]
    assert inputs["requirement"]["default"] == f"dragonfruit-dfsync=={__version__}"


def test_no_placeholder_is_left_in_a_file_that_runs() -> None:
    """Nobody has to put a name in before an example, the action or a workflow works."""
    files = [*HOME.glob("examples/**/*"), *HOME.glob(".github/**/*"), HOME / "action.yml", *HOME.glob("dfsync/**/*.py")]
    named = [str(file) for file in files if file.is_file() and re.search(r"\bOWNER\b", file.read_text(errors="ignore"))]
    assert named == []


def test_zizmor_finds_nothing() -> None:
    """The auditor of GitHub workflows has no finding, at its strictest."""
    done = _run("zizmor", "--offline", "--persona", "pedantic", "--no-progress", *USERS, HOURS, *OWN, "action.yml")
    assert done.returncode == 0, done.stdout


def test_files_fit_their_official_schemas() -> None:
    """Workflows, action and GitLab pipelines are what GitHub and GitLab accept."""
    kinds = {
        "github-workflows": [*USERS, HOURS, *OWN],
        "github-actions": ["action.yml"],
        "gitlab-ci": GITLAB,
        "dependabot": [".github/dependabot.yml"],
    }
    for kind, files in kinds.items():
        done = _run("check-jsonschema", "--builtin-schema", f"vendor.{kind}", *files)
        assert done.returncode == 0, done.stdout


def test_the_gitlab_component_fits_the_schema(tmp_path: Path) -> None:
    """Its header declares every input that is used, and what follows is a pipeline."""
    header, pipeline = yaml.safe_load_all((HOME / COMPONENT).read_text(encoding="utf-8"))
    used = set(re.findall(r"\$\[\[ inputs\.([a-z-]+) \]\]", (HOME / COMPONENT).read_text(encoding="utf-8")))
    assert used == set(header["spec"]["inputs"])
    assert header["spec"]["inputs"]["requirement"]["default"] == f"dragonfruit-dfsync=={__version__}"
    for name, document in (("header", header), ("pipeline", pipeline)):
        (tmp_path / f"{name}.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
        done = _run("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", str(tmp_path / f"{name}.yml"))
        assert done.returncode == 0, done.stdout


def test_the_azure_pipeline_fits_the_schema(tmp_path: Path) -> None:
    """Azure reads every value as text, and its schema asks for texts."""

    def texts(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: texts(item) for key, item in value.items()}
        if isinstance(value, list):
            return [texts(item) for item in value]
        return str(value).lower() if isinstance(value, bool) else str(value)

    (tmp_path / "azure.json").write_text(json.dumps(texts(load(AZURE))), encoding="utf-8")
    how = ("--builtin-schema", "vendor.azure-pipelines", "--regex-variant", "nonunicode")
    done = _run("check-jsonschema", *how, str(tmp_path / "azure.json"))
    assert done.returncode == 0, done.stdout


def test_validate_step_of_the_workflow_runs(workflow: Workflow) -> None:
    """The step of the starter's workflow does on a runner what it says."""
    [script] = [s["run"] for s in load(USERS[0])["jobs"]["validate"]["steps"] if "dfsync.ci" in s.get("run", "")]
    assert workflow.shell(script, PULL_REQUEST).code == 0


def test_matrix_step_names_the_targets(workflow: Workflow) -> None:
    """The chain's workflow plans each target of dfsync.yaml in a job of its own."""
    [script] = [s["run"] for s in load(USERS[1])["jobs"]["validate"]["steps"] if s.get("id") == "targets"]
    config = (HOME / "examples/chain/dfsync.yaml").read_text(encoding="utf-8")
    (workflow.root / "dfsync.yaml").write_text(config, encoding="utf-8")
    for wanted, planned in (("", ["production", "staging"]), ("staging", ["staging"])):
        job = workflow.shell(script, WANTED=wanted)
        assert job.code == 0, job.log
        matrix = yaml.safe_load(job.outputs["matrix"])
        assert [target["target"] for target in matrix["include"]] == planned


@pytest.mark.parametrize("job", ["validate", "plan"])
def test_action_runs_its_job(workflow: Workflow, job: str) -> None:
    """The script of the action runs the job that its input names, with dfsync of the action's own environment."""
    bin = workflow.temp / "dfsync-venv/bin"
    bin.mkdir(parents=True)
    (bin / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    (bin / "python").chmod(0o755)
    [step] = [step for step in steps("action.yml") if step.get("id") == "job"]
    names = ("DFSYNC_CI_ACCEPT", "DFSYNC_TARGET")
    ran = workflow.shell(step["run"], PULL_REQUEST, DFSYNC_CI_JOB=job, **dict.fromkeys(names, ""))
    assert ran.code == 0, ran.log
    assert ran.summary


def test_action_hands_hostile_inputs_on_as_they_are(workflow: Workflow) -> None:
    """An input that looks like shell is one argument, and no command."""
    bin = workflow.temp / "dfsync-venv/bin"
    bin.mkdir(parents=True)
    (bin / "python").write_text('#!/bin/sh\nprintf "<%s>" "$@" > "$RUNNER_TEMP/arguments"\n', encoding="utf-8")
    (bin / "python").chmod(0o755)
    [step] = [step for step in steps("action.yml") if step.get("id") == "job"]
    workflow.shell(step["run"], DFSYNC_CI_JOB='plan"; touch x; $(touch y) `touch z`')
    arguments = (workflow.temp / "arguments").read_text(encoding="utf-8")
    assert arguments == '<-P><-m><dfsync.ci><plan"; touch x; $(touch y) `touch z`>'
    assert not any((workflow.root / name).exists() for name in "xyz")


def test_generated_pipeline_of_the_docs_has_a_job_for_each_target(workflow: Workflow) -> None:
    """The script in docs/how-to/many-targets.md turns the matrix into a GitLab pipeline."""
    page = (HOME / "docs/how-to/many-targets.md").read_text(encoding="utf-8")
    block = next(block for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "targets.yml" in block)
    script = yaml.safe_load(block)["targets"]["script"][0]
    config = (HOME / "examples/chain/dfsync.yaml").read_text(encoding="utf-8")
    (workflow.root / "dfsync.yaml").write_text(config, encoding="utf-8")
    job = workflow.shell(script)
    assert job.code == 0, job.log
    jobs = yaml.safe_load((workflow.root / "targets.yml").read_text(encoding="utf-8"))
    assert jobs["plan staging"] == {"extends": ".plan", "variables": {"DFSYNC_TARGET": "staging"}}
    assert len(jobs) == 2


def _run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [tool, *arguments], cwd=HOME, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
