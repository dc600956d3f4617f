"""`dfsync traffic` over real HTTP: reports, hours that are wrong, and internal ids that are missing."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from dfsync.errors import ExitCode
from dfsync.files.yaml.parse import parse
from dfsync.model.hours.file_form.read import read_hours
from dfsync.model.hours.write import entries
from dfsync.sandbox import Fault, Sandbox
from dfsync.traffic.sandbox.ground_truth import GroundTruths
from tests.support.command_line import CONFIG, dfsync, environment_of
from tests.traffic.scene import shop

ROWS: list[dict[str, Any]] = [
    {
        "Site ID": id,
        "Site Name": name,
        "Site Groups": group,
        "Timezone": "Europe/Berlin",
        "Operational Hours": entries(shop()),
        "internal_id": number,
    }
    for number, (id, name, group) in enumerate(
        [("a-1", "Alpha", "West"), ("a-2", "Beta", "East"), ("b-1", "Gamma", "West"), ("b-2", "Gamma", "East")], 750
    )
]
FILE = """\
# {name}, as declared
id: {id}
name: {name}
groups: [{group}]
timezone: Europe/Berlin
{internal_id}operational_hours:
  Mon-Sat: 09:00-17:59  # no Sundays
"""
DAY = ("--from", "2026-05-04", "--to", "2026-05-04")
BUSY = ("--start", "09:00", "--end", "12:00")


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Serve four sites, two of the same name; one really opens an hour earlier than it declares."""
    with Sandbox(ROWS) as sandbox, environment_of(sandbox, monkeypatch):
        truths = GroundTruths(sandbox.database, sandbox.settings)
        truths.put("a-2", replace(truths.get("a-2"), hours=shop("08:00")))
        yield sandbox


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Write the four sites; `a-1` and `a-2` know their internal ids."""
    (tmp_path / "dfsync.yaml").write_text(CONFIG)
    (tmp_path / "sites").mkdir()
    for row in ROWS:
        known = f"internal_id: {row['internal_id']}\n" if row["Site ID"].startswith("a") else ""
        text = FILE.format(id=row["Site ID"], name=row["Site Name"], group=row["Site Groups"], internal_id=known)
        (tmp_path / f"sites/{row['Site ID']}.yaml").write_text(text)
    return tmp_path


def written(root: Path, id: str) -> dict[str, Any]:
    """Return what a site's file says."""
    site: dict[str, Any] = parse((root / f"sites/{id}.yaml").read_bytes()).documents[0]
    return site


def sent(box: Sandbox) -> list[str]:
    """Return the paths that were asked for."""
    return [request.path.rpartition("/")[2] for request in box.requests]


def test_a_report_is_a_table_of_the_sites_that_have_an_internal_id(
    root: Path, box: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those that have none are named on stderr."""
    assert dfsync(root, "traffic", "report", *DAY, *BUSY) == 0
    out, err = capsys.readouterr()
    header, *lines = out.splitlines()
    assert header.split() == ["site", "site_name", "time", "entrances"]
    assert [line.split()[0] for line in lines] == ["a-1"] * 3 + ["a-2"] * 3
    assert "b-1, b-2 (2)" in err


def test_every_option_arrives_in_the_request(root: Path, box: Sandbox) -> None:
    """Sites come by group and glob, buckets are quarters of an hour, and there are three metrics."""
    options = ("--sites", "a-*", "--exclude", "a-1", "--every", "15m", "--by", "time", "--format", "jsonl")
    metrics = ("--metric", "walk_bys", "--metric", "dwell_time", "--metric", "occupancy")
    assert dfsync(root, "traffic", "report", *DAY, *BUSY, *options, *metrics, "--output", str(root / "out.jsonl")) == 0
    rows = [json.loads(line) for line in (root / "out.jsonl").read_text().splitlines()]
    assert len(rows) == 12
    assert list(rows[0]) == ["time", "walk_bys", "dwell_time", "occupancy"]


def test_csv_and_a_chart_come_from_one_fetch(root: Path, box: Sandbox) -> None:
    """The chart sums up what passes by."""
    files = ("--output", str(root / "out/rows.csv"), "--chart", str(root / "out/chart.svg"))
    assert dfsync(root, "traffic", "report", *DAY, "--format", "csv", *files) == 0
    with (root / "out/rows.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 48
    ET.parse(root / "out/chart.svg")
    assert sent(box) == ["generate_traffic_report"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--every", "15"],
        ["--every", "0m"],
        ["--start", "9:00"],
        ["--start", "12:00", "--end", "09:00"],
        ["--by", "region"],
        ["--metric", "visitors"],
        ["--from", "2026-05-05", "--to", "2026-05-04"],
        ["--chart", "chart.pdf"],
        ["--chart", "chart.svg", "--by", "site"],
    ],
    ids=" ".join,
)
def test_what_can_not_be_asked_for_is_wrong_usage_and_nothing_is_sent(
    root: Path, box: Sandbox, arguments: list[str]
) -> None:
    """Found before the request is."""
    assert dfsync(root, "traffic", "report", *arguments) == ExitCode.USAGE
    assert box.requests == []


@pytest.mark.parametrize("glob", ["nothing-*", "b-*"])
def test_sites_that_can_not_be_asked_for_are_an_error(root: Path, box: Sandbox, glob: str) -> None:
    """A glob that matches no site, or only sites without an internal id."""
    assert dfsync(root, "traffic", "report", "--sites", glob) == ExitCode.ERROR
    assert box.requests == []


def test_a_failed_report_leaves_the_earlier_file(root: Path, box: Sandbox) -> None:
    """A report is there whole or not at all."""
    (root / "rows.csv").write_text("earlier")
    box.faults.add(Fault("status", path="*generate_traffic_report", nth=None, status=403))
    assert dfsync(root, "traffic", "report", *DAY, "--output", str(root / "rows.csv")) == ExitCode.ERROR
    assert (root / "rows.csv").read_text() == "earlier"
    assert not list(root.glob("*.partial"))


def test_hours_that_are_wrong_are_found_and_proposed_in_the_file(
    root: Path, box: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """As JSON, a chart, and an edit that keeps comments; nothing is sent but reports."""
    chart = str(root / "hours.svg")
    options = ("--to", "2026-06-28", "--format", "json", "--chart", chart, "--suggest")
    assert dfsync(root, "traffic", "hours", *options) == 0
    document = json.loads(capsys.readouterr().out)
    assert [(site["id"], site["status"]) for site in document["sites"]] == [("a-1", "agrees"), ("a-2", "differs")]
    (finding,) = document["sites"][1]["findings"]
    assert (finding["kind"], finding["shift_minutes"], finding["sure"]) == ("opens_earlier", -60, True)
    text = (root / "sites/a-2.yaml").read_text()
    assert "Mon-Sat: 08:00-17:59  # no Sundays\n" in text
    assert "# Beta, as declared\n" in text
    assert read_hours(written(root, "a-2")["operational_hours"]).week == shop("08:00")
    ET.parse(chart)
    assert set(sent(box)) == {"generate_traffic_report"}
    assert box.rows()["a-2"]["Operational Hours"] == entries(shop())


def test_once_the_proposal_is_taken_nothing_differs(
    root: Path, box: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """The proposal is what the traffic agrees with."""
    assert dfsync(root, "traffic", "hours", "--to", "2026-06-28", "--suggest") == 0
    capsys.readouterr()
    assert dfsync(root, "traffic", "hours", "--to", "2026-06-28") == 0
    assert capsys.readouterr().out == "0 of 2 sites differ from their declared hours (2026-05-04 to 2026-06-28)\n"


def test_map_learns_what_is_certain_and_reports_the_rest(
    root: Path, box: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two sites are named Gamma, and nobody knows 999."""
    text = (root / "sites/a-1.yaml").read_text()
    (root / "sites/a-1.yaml").write_text(text.replace("internal_id: 750\n", ""))
    assert dfsync(root, "traffic", "map", "750", "751", "752", "999", "--write") == 0
    assert [line.split("\t")[:3] for line in capsys.readouterr().out.splitlines()] == [
        ["750", "learned", "a-1"],
        ["751", "known", "a-2"],
        ["752", "ambiguous", "b-1, b-2"],
        ["999", "no_traffic", "-"],
    ]
    ids = {row["Site ID"]: written(root, row["Site ID"]).get("internal_id") for row in ROWS}
    assert ids == {"a-1": "750", "a-2": "751", "b-1": None, "b-2": None}
    assert dfsync(root, "traffic", "report", *DAY) == 0
