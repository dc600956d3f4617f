"""The example chain: clean, telling, and without anybody's real data."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from dfsync import __version__
from dfsync.files.storage.tree import WorkTree
from dfsync.sandbox import Sandbox
from dfsync.validation.check import check
from tests.support.run import dfsync

EXAMPLES = Path(__file__).parents[2] / "examples"
CHAIN = EXAMPLES / "chain"


@pytest.mark.parametrize(("example", "sites"), [("chain", 40), ("starter", 1)])
def test_example_has_no_finding(example: str, sites: int) -> None:
    """There is no error, no warning and no hint."""
    checked = check(WorkTree(EXAMPLES / example))
    assert checked.findings.diagnostics == ()
    assert len(checked.desired.sites) == sites


@pytest.mark.parametrize("example", ["chain", "starter"])
def test_example_is_in_canonical_style(example: str) -> None:
    """fmt has nothing to change."""
    outcome = dfsync(EXAMPLES / example, "fmt", "--check")
    assert outcome.code == 0, outcome.out + outcome.err


def test_chain_shows_what_files_can_say() -> None:
    """It has nights, split days, all forms of hours, exceptions, scripts, leading zeros, contacts in both places."""
    checked = check(WorkTree(CHAIN))
    sites = [*checked.desired.sites.values()]
    weeks = [site.fields["operational_hours"] for site in sites]
    assert len(set(map(str, weeks))) >= 8
    assert sum(1 for site in sites if site.exceptions) >= 20
    assert {str(site.fields["address.country"]) for site in sites} >= {
        "USA",
        "Japan",
        "Greece",
        "Israel",
    }
    assert "02114" in {site.fields["address.postal_code"] for site in sites}
    assert {contact.source.file.split("/")[0] for contact in checked.desired.contacts.values()} == {"sites", "contacts"}
    assert set(checked.config.targets) == {"production", "staging"}


def test_every_address_on_the_net_is_reserved_for_examples() -> None:
    """No mail and no host of the examples can be anybody's."""
    for path in EXAMPLES.rglob("*"):
        if path.is_file() and path.suffix in (".yaml", ".yml", ".json", ".sh", ""):
            text = path.read_text(encoding="utf-8")
            for domain in re.findall(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)", text):
                assert domain.endswith("example.com"), path


def test_saved_export_gives_a_plan_without_a_token() -> None:
    """`plan --live live.json` works in a fresh checkout: 7 updates, 1 create, 2 unmanaged, and respellings are none."""
    outcome = dfsync(CHAIN, "plan", "--live", "live.json", "--format", "json")
    assert outcome.code == 0, outcome.err
    plan = json.loads(outcome.out)
    assert plan["summary"] == {
        "create": 1, "update": 7, "unchanged": 32, "unmanaged": 2, "contacts_create": 10, "contacts_update": 0,
    }  # fmt: skip
    assert "kc-us-1001" not in {change["id"] for change in plan["changes"]}


def test_manifest_and_container_follow_the_version() -> None:
    """The image of the CronJob is the one that the Containerfile makes."""
    manifest = yaml.safe_load((CHAIN / "kubernetes/cronjob.yaml").read_text(encoding="utf-8"))
    [container] = manifest["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert container["image"].endswith(f":{__version__}")
    assert f'"dragonfruit-dfsync=={__version__}"' in (CHAIN / "Containerfile").read_text(encoding="utf-8")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a clone of the chain's repository, its origin beside it."""
    origin, root = tmp_path / "origin", tmp_path / "clone"
    shutil.copytree(CHAIN, origin, ignore=shutil.ignore_patterns(".dfsync"))
    git = ["git", "-C", str(origin), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "sites"]):
        subprocess.run([*git, *arguments], check=True)
    subprocess.run(["git", "clone", "-q", str(origin), str(root)], check=True)
    return root


def test_shell_recipe_runs_from_check_to_daily(clone: Path) -> None:
    """The plain recipe does the whole job with state in the origin's git: check, plan, apply that plan, daily."""
    import os
    import sys

    live = json.loads((CHAIN / "live.json").read_bytes())["data"]
    with Sandbox(live, customer_id=1201) as sandbox:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, **sandbox.environment(), "DFSYNC_TARGET": "production", "PATH": path}

        def recipe(job: str) -> int:
            return subprocess.run(["sh", "ci.sh", job], cwd=clone, env=environment, check=False).returncode

        assert [recipe(job) for job in ("check", "plan", "apply", "daily")] == [0, 0, 0, 0]
        assert recipe("apply") == 4
        sandbox.edit("kc-us-1001", "Escalation Path", "Night Desk")
        assert recipe("daily") == 2
        assert sandbox.rows()["kc-us-1001"]["Escalation Path"] == "Store Operations"
        assert recipe("deploy") == 64
    refs = subprocess.run(["git", "ls-remote", "origin"], cwd=clone, capture_output=True, text=True, check=True).stdout
    assert "refs/dfsync/state/production" in refs
