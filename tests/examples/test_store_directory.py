"""The main job on real sites: 25,600 stores of a public directory, in 73 countries and many scripts."""

from __future__ import annotations

import copy
import csv
import importlib.util
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from dfsync.files.storage.tree import WorkTree
from dfsync.model.fields import FIELDS
from dfsync.model.values import to_json
from dfsync.sandbox import Sandbox
from dfsync.validation.check import check
from tests.support.run import dfsync

ROOT = Path(__file__).parents[2]
DIRECTORY = ROOT.parent / "shared/data/starbucks_directory.csv"
MISSING = 0.0005
DIFFERENT = 0.01

pytestmark = pytest.mark.skipif(not DIRECTORY.is_file(), reason="the real site data is not beside this checkout")

Row = dict[str, Any]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the directory as site files, by the documented example."""
    root = tmp_path_factory.mktemp("stores")
    assert _example().main(DIRECTORY, root) == 25_599
    return root


def test_real_sites_arrive_byte_for_byte(repository: Path) -> None:
    """One in a hundred differs, some are missing, some unmanaged: after apply live is what was typed, plan empty."""
    typed = _typed_rows(repository)
    live = list(_live_rows(typed, random.Random(7)))
    missing = len(typed) - len(live)
    live.extend({"Site ID": f"old-{number}", "Site Name": f"Closed {number}"} for number in range(30))
    with Sandbox(live) as sandbox:
        environment = sandbox.environment()
        accepted = ["--accept", f"creates={missing}"]
        applied = dfsync(repository, "-q", "apply", "--auto-approve", *accepted, environment=environment)
        assert applied.code == 0, applied.err
        plan = dfsync(repository, "plan", "--detailed-exitcode", environment=environment)
        assert plan.code == 0, plan.out
        rows = sandbox.rows()
        uploads = sum(len(request.sites or b"") for request in sandbox.requests)
    wrong = [
        (id, column)
        for id, row in typed.items()
        for column, value in row.items()
        if column != "Operational Hours" and rows[id][column] != value
    ]
    assert wrong == []
    assert len(rows) == len(typed) + 30
    assert uploads < 100_000


def test_nothing_that_is_not_true_is_said_of_real_sites(repository: Path) -> None:
    """No error; the warnings are the directory's own mistakes: lost zeros, odd characters, zones of other countries."""
    findings = check(WorkTree(repository)).findings
    assert not findings.failed
    told = Counter(finding.code for finding in findings.diagnostics)
    assert set(told) <= {"DF107", "DF113", "DF114", "DF402", "DF403", "DF404", "DF408", "DF409"}
    assert told.pop("DF113") < 1500  # of 1,521 sites without a postal code and 754 and more that lost a zero
    assert told.total() < 250


def _example() -> ModuleType:
    specification = importlib.util.spec_from_file_location("store_directory", ROOT / "examples/store_directory.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def _typed_rows(repository: Path) -> dict[str, Row]:
    """What the CSV says, column by column, and the hours that the example gave each store."""
    sites = check(WorkTree(repository)).desired.sites
    with DIRECTORY.open(encoding="utf-8", newline="") as file:
        names = {row["Store Number"]: row["Store Name"] for row in reversed(list(csv.DictReader(file)))}
    rows: dict[str, Row] = {}
    for id, site in sites.items():
        row: Row = {"Site ID": id}
        for field in FIELDS:
            if field.name in site.fields:
                value = to_json(site.fields[field.name])
                row[field.column] = ",".join(value) if field.name == "groups" else value
        assert row["Site Name"] == names[id]
        rows[id] = row
    return rows


def _live_rows(typed: dict[str, Row], chance: random.Random) -> Iterator[Row]:
    for row in copy.deepcopy(typed).values():
        drawn = chance.random()
        if drawn < MISSING:
            continue
        if drawn < MISSING + DIFFERENT:
            column, value = chance.choice(
                [
                    ("Site Name", "Old " + row["Site Name"]),
                    ("Address Postal Code", "00000"),
                    ("Timezone", "UTC"),
                    ("Operational Hours", []),
                ]
            )
            row[column] = value
        yield row
