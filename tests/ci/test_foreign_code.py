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
