"""`dfsync plan` and `dfsync render` over real HTTP and saved exports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dfsync.sandbox import Fault, Sandbox
from tests.support.run import CONFIG, SITE, dfsync, write

LIVE = {
    "Site ID": "site-123",
    "Site Name": "Downtown Store",
    "Timezone": "America/Los_Angeles",
    "Operational Hours": [{"days": ["Mon", "Tue", "Wed", "Thu", "Fri"], "start": "09:00", "end": "18:59"}],
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Write a repository with one site."""
    return write(tmp_path / "repository", {"dfsync.yaml": CONFIG, "sites/a.yaml": SITE})


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Live has the site with other hours, and one that no file describes."""
    with Sandbox([LIVE, {"Site ID": "site-9", "Site Name": "Old Store"}]) as running:
        yield running


def test_a_plan_shows_the_change_and_sends_nothing(repository: Path, sandbox: Sandbox) -> None:
    """Hours are shown as a person reads them, and only GETs leave."""
    outcome = dfsync(repository, "plan", environment=sandbox.environment())
    assert outcome.code == 0
    assert "Mon–Fri 09:00–18:59 → 09:00–20:59" in outcome.out
    assert {request.method for request in sandbox.requests} == {"GET"}


def test_the_detailed_exit_code_tells_changes_from_none(repository: Path, sandbox: Sandbox) -> None:
    """2 with changes; 0 when live is as desired, however it spells the hours."""
    assert dfsync(repository, "plan", "--detailed-exitcode", environment=sandbox.environment()).code == 2
    spelled = [{"days": [day], "start": "09:00", "end": "20:59"} for day in ("Fri", "Thu", "Wed", "Tue", "Mon")]
    sandbox.put({**LIVE, "Operational Hours": spelled})
    assert dfsync(repository, "plan", "--detailed-exitcode", environment=sandbox.environment()).code == 0


def test_the_saved_plan_is_the_documented_file(repository: Path, sandbox: Sandbox, tmp_path: Path) -> None:
    """The file has the contract's keys, hours in the API's canonical form."""
    file = tmp_path / "plan.json"
    dfsync(repository, "plan", "--out", str(file), environment=sandbox.environment())
    plan = json.loads(file.read_text(encoding="utf-8"))
    assert plan["format"] == "dfsync/plan"
    assert plan["summary"] == {
        "create": 0, "update": 1, "unchanged": 0, "unmanaged": 1, "contacts_create": 0, "contacts_update": 0,
    }  # fmt: skip
    (change,) = plan["changes"]
    assert change["source"] == {"file": "sites/a.yaml", "line": 1}
    assert change["fields"] == [
        {
            "field": "operational_hours",
            "column": "Operational Hours",
            "before": [{"days": ["Mon", "Tue", "Wed", "Thu", "Fri"], "start": "09:00", "end": "18:59"}],
            "after": [{"days": ["Mon", "Tue", "Wed", "Thu", "Fri"], "start": "09:00", "end": "20:59"}],
            "cause": "change",
        }
    ]
    assert plan["unmanaged"] == [{"id": "site-9", "name": "Old Store"}]


def test_a_saved_export_needs_no_token_and_no_network(repository: Path, tmp_path: Path) -> None:
    """`--live` plans against a file; an address that nobody serves is never called."""
    live = tmp_path / "live.json"
    live.write_text(json.dumps([LIVE]), encoding="utf-8")
    environment = {"DFSYNC_BASE_URL": "http://127.0.0.1:9"}
    outcome = dfsync(repository, "plan", "--live", str(live), "--detailed-exitcode", environment=environment)
    assert outcome.code == 2


def test_only_narrows_what_is_sent_and_not_what_is_counted(repository: Path, sandbox: Sandbox) -> None:
    """`--only` leaves other sites out of the changes; the limits still see them."""
    write(repository, {"sites/b.yaml": "id: other-1\nname: Other\n"})
    outcome = dfsync(repository, "plan", "--only", "other-*", "--format", "json", environment=sandbox.environment())
    plan = json.loads(outcome.out)
    assert [change["id"] for change in plan["changes"]] == ["other-1"]
    assert plan["pending"]["updates"] == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("html", nth=None), "HTML"),
        (Fault("status", nth=None, status=403), "403"),
        (Fault("cut", nth=None), "export"),
    ],
)
def test_an_answer_that_cannot_be_believed_is_one_error(
    repository: Path, sandbox: Sandbox, fault: Fault, words: str
) -> None:
    """A web page, a refusal or half an answer ends with 1 and says what came."""
    write(repository, {"dfsync.yaml": CONFIG + "api: {retry_s: 0.2}\n"})
    sandbox.faults.add(fault)
    outcome = dfsync(repository, "plan", environment=sandbox.environment())
    assert outcome.code == 1
    assert outcome.out == ""
    assert words in outcome.err


def test_render_writes_the_bytes_that_would_be_uploaded(repository: Path, sandbox: Sandbox, tmp_path: Path) -> None:
    """Only the required columns and the changed one, RFC 4180; what an earlier render left is replaced."""
    out = tmp_path / "csv"
    write(out, {"sites.007.csv": "old", "notes.txt": "mine"})
    outcome = dfsync(repository, "render", "--out", str(out), environment=sandbox.environment())
    assert outcome.code == 0
    assert sorted(path.name for path in out.iterdir()) == ["notes.txt", "sites.001.csv"]
    hours = '"[{""days"":[""Mon"",""Tue"",""Wed"",""Thu"",""Fri""],""start"":""09:00"",""end"":""20:59""}]"'
    expected = f"Site ID,Site Name,Operational Hours\r\nsite-123,Downtown Store,{hours}\r\n"
    assert (out / "sites.001.csv").read_bytes() == expected.encode()


def test_a_missing_plan_file_is_an_error(repository: Path, tmp_path: Path) -> None:
    """A missing input file is 1."""
    assert dfsync(repository, "render", "nowhere.json", "--out", str(tmp_path)).code == 1
    assert dfsync(repository, "plan", "--live", "nowhere.json").code == 1


def test_a_cell_of_white_space_counts_as_emptied(tmp_path: Path) -> None:
    """It is equal to empty, so `max_clears` has to see it."""
    site = 'id: s\nname: Store\naddress: {postal_code: "  "}\n'
    live = '[{"Site ID": "s", "Site Name": "Store", "Address Postal Code": "94105"}]'
    root = write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": site, "live.json": live})
    plan = json.loads(dfsync(root, "plan", "--live", "live.json", "--format", "json").out)
    assert plan["pending"]["clears"] == 1
