"""A pull request is data: nothing in the checkout is ever run, though the jobs start Python in its folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
SCRIPTS = [HOME / "action.yml", *HOME.glob("examples/*/.github/workflows/*.yml")]
PLANTED = ("json", "httpx", "orjson", "click", "yaml", "dfsync", "venv", "logging", "sitecustomize")


def test_modules_of_the_checkout_are_never_imported(tmp_path: Path) -> None:
    """A job and the commands that it starts pass over modules that a pull request named like theirs."""
    root, proof = tmp_path / "checkout", tmp_path / "proof"
    (root / "sites").mkdir(parents=True)
    (root / "dfsync.yaml").write_text("version: 1\ntargets: {production: {customer_id: 123}}\n", encoding="utf-8")
    (root / "sites" / "one.yaml").write_text("id: site-1\nname: One\n", encoding="utf-8")
    for name in PLANTED:
        (root / f"{name}.py").write_text(f"open({str(proof)!r}, 'a').write(__name__)\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "dfsync.ci", "validate"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(HOME), "RUNNER_TEMP": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert not proof.exists()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.relative_to(HOME).as_posix())
def test_every_python_of_a_workflow_starts_with_a_safe_path(script: Path) -> None:
    """Where a module is run by name, -P keeps the working directory out of where it is looked for."""
    started = re.findall(r"(?i)python\"? +(.*?)-m ", script.read_text(encoding="utf-8"))
    assert started
    assert all(flags == "-P " for flags in started)


@pytest.mark.parametrize("job", ["validate", "plan"])
def test_a_folder_like_a_repository_gives_git_no_orders(job: str, tmp_path: Path) -> None:
    """Beside dfsync.yaml a pull request can put the files of a bare repository that fetches by running a command."""
    root, proof = tmp_path / "repository" / "stores", tmp_path / "proof"
    planted = {
        "dfsync.yaml": "version: 1\ntargets: {production: {customer_id: 123}}\n",
        "sites/one.yaml": "id: site-1\nname: One\n",
        "HEAD": "1" * 40 + "\n",
        "objects/info/keep": "",
        "refs/keep": "",
        "config": f"""\
[core]
\trepositoryformatversion = 1
\tbare = true
[extensions]
\tpartialClone = evil
[remote "evil"]
\turl = ext::sh -c "touch% {proof}"
\tpromisor = true
[protocol "ext"]
\tallow = always
""",
    }
    for name, text in planted.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(root.parent)], check=True)
    event = tmp_path / "event.json"
    event.write_text('{"pull_request": {"number": 1}}', encoding="utf-8")
    runner = {"GITHUB_EVENT_PATH": str(event), "RUNNER_TEMP": str(tmp_path), "GITHUB_REPOSITORY": "a/b"}
    subprocess.run(
        [sys.executable, "-P", "-m", "dfsync.ci", job],
        cwd=root,
        env={
            **os.environ,
            **runner,
            "PYTHONPATH": str(HOME),
            "GITHUB_TOKEN": "x",
            "GITHUB_API_URL": "http://127.0.0.1:9",
        },
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert not proof.exists()
    subprocess.run(["git", "rev-parse", "HEAD^1"], cwd=root, capture_output=True, check=False)
    assert proof.exists(), "git as such must obey here, else nothing is tested"


def test_git_is_called_in_one_way_only() -> None:
    """The options that keep git from running foreign code are in one place."""
    callers = {
        path.relative_to(HOME).as_posix()
        for path in (HOME / "dfsync").rglob("*.py")
        if re.search(r"""\[\s*["']git["']""", path.read_text(encoding="utf-8"))
    }
    assert callers == {"dfsync/files/storage/git/process.py"}
