"""What speed depends on is counted and never timed: imports, files that are read, and requests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dfsync.apply.desired_digests import DesiredDigests, background_digests
from dfsync.apply.next_state import Observations, next_state
from dfsync.files.storage import stamps
from dfsync.files.storage.tree import WorkTree
from dfsync.model import last_applied
from dfsync.model.last_applied import LastApplied
from dfsync.model.place import Place
from dfsync.model.site import Site
from dfsync.model.values import Value
from dfsync.plan.build import SitePlan
from dfsync.sandbox import Sandbox
from dfsync.state.target_state import TargetState
from dfsync.validation.check import check, check_findings
from dfsync.validation.results.result_cache import ResultCache
from tests.plan.small_plans import planner

PLACE = Place("a.yaml")
_HTTP = {"httpx", "asyncio", "ssl"}
_JUDGES = {"yaml", "jsonschema", "jsonschema_rs", "tzdata"}
_OTHERS = {"jinja2", "deepdiff", "starlette", "uvicorn", "jwt", "sqlite3", "multiprocessing", "rich", "filelock"}
_RUN = """
import sys
from dfsync import __main__
__main__._leave = lambda code: None
__main__.main()
found = sorted(sys.modules)
import json
print(json.dumps(found), file=sys.stderr)
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Write a repository of 40 sites that validates."""
    (tmp_path / "sites").mkdir()
    (tmp_path / "dfsync.yaml").write_text("version: 1\ntargets: {here: {customer_id: 123}}\n")
    for number in range(40):
        text = f"id: site-{number}\nname: Store {number}\ntimezone: Europe/Berlin\ncurrency: EUR\n"
        (tmp_path / "sites" / f"{number}.yaml").write_text(text)
    return tmp_path


def imported(folder: Path, *arguments: str, environment: dict[str, str] | None = None) -> set[str]:
    """Return the top-level modules and those of dfsync that a command has imported when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **(environment or {})},
        capture_output=True,
        text=True,
        check=True,
    )
    modules = json.loads(done.stderr.strip().splitlines()[-1])
    return {name if name.startswith("dfsync.") else name.partition(".")[0] for name in modules}


def test_the_version_needs_nothing(repository: Path) -> None:
    """`--version` is answered before the command line is looked at."""
    found = imported(repository, "--version")
    assert not found & {"click", "pathlib", "dataclasses", "dfsync.commands"}


def test_help_imports_no_command(repository: Path) -> None:
    """The list of commands is a table."""
    found = imported(repository, "--help")
    assert not found & (_HTTP | _JUDGES | _OTHERS | {"orjson"})
    assert {name for name in found if name.startswith("dfsync.validation")} == set()


def test_validate_imports_nothing_that_talks(repository: Path) -> None:
    """A hook pays for no HTTP client, template or server, and for the reference validator only when a file is wrong."""
    assert not imported(repository, "validate") & (_HTTP | _OTHERS | {"jsonschema", "zoneinfo"})


def test_what_judges_is_not_imported_when_nothing_changed(repository: Path) -> None:
    """The second run reads what the first one found."""
    for file in repository.rglob("*.yaml"):
        os.utime(file, (1, 1))
    imported(repository, "validate")
    time.sleep(2.1)  # until the files are at rest
    imported(repository, "validate")
    found = imported(repository, "validate")
    assert not found & (_HTTP | _JUDGES | _OTHERS)
    assert not {name for name in found if name.startswith(("dfsync.validation.rules", "dfsync.files.config"))}
    (repository / "live.json").write_text("[]")
    imported(repository, "plan", "--live", "live.json")
    found = imported(repository, "plan", "--live", "live.json")
    assert not {name for name in found if name.startswith(("dfsync.validation.rules", "jsonschema"))}


def test_a_plan_asks_for_as_few_pages_as_there_are(repository: Path) -> None:
    """A thousand sites at the default page size take two pages of one export, and nothing else is asked."""
    rows = [{"Site ID": f"site-{number}", "Site Name": f"Store {number}"} for number in range(1000)]
    with Sandbox(rows) as sandbox:
        found = imported(repository, "plan", environment=sandbox.environment())
        assert not found & {"filelock", "platformdirs", "deepdiff", "sqlite3", "dfsync.apply"}
        assert [(request.method, request.path.rpartition("/")[2]) for request in sandbox.requests] == [
            ("GET", "export"),
            ("GET", "export"),
        ]


def test_the_digest_of_a_value_that_sites_share_is_taken_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """State has a digest of every field of every site; most values, such as cities and hours, are those of others."""
    taken: list[Value] = []
    original = last_applied.digest
    monkeypatch.setattr(
        last_applied, "digest", lambda field, value, key: taken.append(value) or original(field, value, key)
    )
    sites = [Site(f"s{n}", {"name": f"Store {n}", "currency": "EUR", "groups": ("a",)}, PLACE, 1) for n in range(50)]
    rows = {site.id: SitePlan(site.id) for site in sites}
    made = planner(sites, last_applied=LastApplied(b"key"))
    digests = DesiredDigests(made, background_digests(len(sites), lambda _: made))
    next_state(TargetState(b"key"), made, Observations(rows, complete=True, readings={}, contacts=()), digests)
    assert len(taken) == 50 + 1 + 1


def test_unchanged_files_are_not_even_opened(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only dfsync.yaml is read when no stamp has changed."""
    monkeypatch.setattr(stamps, "_REST_NS", -(10**12))  # the files are seconds old
    check_findings(WorkTree(repository), ResultCache(repository))
    read: list[str] = []
    original = WorkTree.read
    monkeypatch.setattr(WorkTree, "read", lambda tree, path: read.append(path) or original(tree, path))
    check_findings(WorkTree(repository), ResultCache(repository))
    assert read == ["dfsync.yaml"]


def test_without_a_cache_no_stamp_is_taken_and_few_files_are_asked_for_their_size(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both cost as much as finding the files, and only a cache remembers stamps."""
    for number in range(40, 400):
        (repository / "sites" / f"{number}.yaml").write_text(f"id: site-{number}\nname: Store {number}\n")
    asked: list[str] = []
    original = stamps._size
    monkeypatch.setattr("dfsync.validation.results.known_files.stamps", None)
    monkeypatch.setattr(stamps, "_size", lambda tree, path: asked.append(path) or original(tree, path))
    assert check(WorkTree(repository)).findings.sites == 400
    assert 0 < len(asked) <= 256
