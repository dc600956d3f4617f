"""`dfsync pull` in real repositories, from a real server and from files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from dfsync.model.fields import COLUMNS
from dfsync.sandbox.sandbox import Sandbox
from tests.support.command_line import CONFIG, dfsync, environment_of
from tests.support.git import Repository, repository
from tests.support.real_data import FOLDER, needs_data

ROWS: list[dict[str, Any]] = [
    {"Site ID": "a", "Site Name": "Downtown", "Address Country": "USA", "Address State": "CA", "Currency": "USD"},
    {"Site ID": "b", "Site Name": "Café", "Site Groups": "West, Retail", "Address Postal Code": "02134"},
    {"Site ID": "c", "Site Name": "Downtown", "Address Country": "USA", "Address State": "CA"},
]
DOWNTOWN = "sites/usa/ca/downtown-a.yaml"


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Serve three sites."""
    with Sandbox(ROWS) as sandbox, environment_of(sandbox, monkeypatch):
        yield sandbox


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """Make an empty repository under git."""
    made = repository(tmp_path / "repo")
    made.commit({"dfsync.yaml": CONFIG})
    return made


def test_an_organisation_becomes_files_and_the_plan_is_empty(
    repo: Repository, box: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    """Each site has a file, by the template. Then there is nothing to plan, to pull, to format or to mend."""
    assert dfsync(repo.root, "pull") == 0
    said = capfd.readouterr().err.splitlines()
    assert said[-1] == "3 new sites; 3 files written"
    assert f"created {DOWNTOWN}" in said
    assert len(said) == 4
    assert (repo.root / "sites/cafe.yaml").read_text() == (
        'id: b\nname: Café\naddress: {postal_code: "02134"}\ngroups: [West, Retail]\n'
    )
    assert (repo.root / DOWNTOWN).exists()
    assert dfsync(repo.root, "plan", "--detailed-exitcode") == 0
    assert dfsync(repo.root, "validate") == 0
    assert dfsync(repo.root, "fmt", "--check") == 0
    repo.commit()
    capfd.readouterr()
    assert dfsync(repo.root, "pull") == 0
    assert capfd.readouterr().err == "nothing to pull: the files agree with live\n"
    assert repo.git("status", "--porcelain") == ""


def test_an_edit_in_live_goes_into_the_file(repo: Repository, box: Sandbox) -> None:
    """One value, in place; pull only reads."""
    dfsync(repo.root, "pull")
    repo.commit()
    box.edit("a", "Currency", "EUR")
    assert dfsync(repo.root, "pull") == 0
    diff = repo.git("diff", "-U0").splitlines()
    assert [line for line in diff if line[:1] in "+-" and line[:3] not in ("+++", "---")] == [
        "-currency: USD",
        "+currency: EUR",
    ]
    assert {request.method for request in box.requests if "token" not in request.path} == {"GET"}


def test_dry_run_shows_the_diff_and_writes_nothing(
    repo: Repository, box: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    """New files against /dev/null, changed ones against what they are."""
    assert dfsync(repo.root, "pull", "a", "--dry-run") == 0
    out, err = capfd.readouterr()
    assert out.startswith("--- /dev/null\n+++ b/sites/usa/ca/downtown.yaml\n@@ -0,0 +1,4 @@\n+id: a\n+name: Downtown\n")
    assert err == "1 new site; 1 file would be written\n"
    assert not (repo.root / "sites").exists()


def test_uncommitted_edits_are_not_overwritten(
    repo: Repository, box: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    """Edited, staged or never committed: refused before anything is written, unless told."""
    dfsync(repo.root, "pull")
    box.edit("a", "Currency", "EUR")
    box.edit("b", "Address Postal Code", "02135")
    capfd.readouterr()
    assert dfsync(repo.root, "pull") == 1  # never committed
    assert "sites/cafe.yaml, sites/usa/ca/downtown-a.yaml would change" in capfd.readouterr().err
    repo.commit()
    repo.write({DOWNTOWN: (repo.root / DOWNTOWN).read_text() + "# mine\n"})
    assert dfsync(repo.root, "pull") == 1  # edited
    repo.git("add", ".")
    assert dfsync(repo.root, "pull") == 1  # staged
    assert "02134" in (repo.root / "sites/cafe.yaml").read_text()
    assert dfsync(repo.root, "pull", "--force") == 0
    assert (repo.root / DOWNTOWN).read_text().endswith("currency: EUR\n# mine\n")
    assert "02135" in (repo.root / "sites/cafe.yaml").read_text()


def test_an_edit_elsewhere_in_the_repository_is_no_obstacle(repo: Repository, box: Sandbox) -> None:
    """Only the files that would change count."""
    dfsync(repo.root, "pull")
    repo.commit()
    repo.write({"sites/cafe.yaml": (repo.root / "sites/cafe.yaml").read_text() + "# mine\n", "README.md": "x"})
    box.edit("a", "Currency", "EUR")
    assert dfsync(repo.root, "pull") == 0


def test_only_drift_takes_what_was_edited_elsewhere(
    repo: Repository, box: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    """Edits of the files that are not applied yet stay, new sites stay out; without state nobody can tell."""
    dfsync(repo.root, "pull", "a", "b")
    repo.commit()
    assert dfsync(repo.root, "pull", "--only-drift") == 1
    assert "nothing was ever applied from here" in capfd.readouterr().err
    assert dfsync(repo.root, "apply", "--auto-approve") == 0
    text = (repo.root / "sites/cafe.yaml").read_text()
    repo.commit({"sites/cafe.yaml": text.replace("02134", "99999")})
    box.edit("a", "Currency", "EUR")
    capfd.readouterr()
    assert dfsync(repo.root, "pull", "--only-drift") == 0
    err = capfd.readouterr().err
    assert "b address.postal_code: edited in the files and not yet applied" in err
    assert repo.git("diff", "--name-only").split() == ["sites/usa/ca/downtown.yaml"]
    assert not list((repo.root / "sites").rglob("*downtown-c*"))


def test_unmanaged_takes_only_what_no_file_has(repo: Repository, box: Sandbox) -> None:
    """The files that are there stay as they are."""
    dfsync(repo.root, "pull", "a")
    repo.commit()
    box.edit("a", "Currency", "EUR")
    assert dfsync(repo.root, "pull", "--unmanaged") == 0
    assert repo.git("diff", "--name-only") == ""
    assert dfsync(repo.root, "plan") == 0
    assert len(list((repo.root / "sites").rglob("*.yaml"))) == 3


def test_an_unknown_id_is_told(repo: Repository, box: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    """A slip in an id is no silent success, and nothing is written; a file's name is told from an id."""
    assert dfsync(repo.root, "pull", "a", "nope") == 1
    assert "no live site has the id nope" in capfd.readouterr().err
    assert not (repo.root / DOWNTOWN).exists()
    assert dfsync(repo.root, "pull", "stores.xlsx") == 1
    assert "dfsync pull --from stores.xlsx" in capfd.readouterr().err


def test_a_spreadsheet_needs_neither_server_nor_target(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Sites and contacts that were uploaded until now, as Excel saves them; told when an encoding is old."""
    (tmp_path / "dfsync.yaml").write_text("version: 1\n")
    (tmp_path / "sites.csv").write_bytes("Site Name;Site ID;Note\nCafé;b;x\n".encode("cp1252"))
    (tmp_path / "people.csv").write_text("Site ID,Contact Email,Contact Name\nb,ada@example.com,Ada\n")
    assert dfsync(tmp_path, "pull", "--from", "people.csv", "--from", "sites.csv") == 1
    assert "it is not certain which field each column is: Note" in capfd.readouterr().err
    assert dfsync(tmp_path, "pull", "--from", "people.csv", "--from", "sites.csv", "--yes") == 0
    assert (tmp_path / "sites/cafe.yaml").read_text() == (
        "id: b\nname: Café\ncontacts:\n  - {name: Ada, email: ada@example.com}\n"
    )
    err = capfd.readouterr().err
    assert "read as Windows-1252" in err
    assert "columns left out: Note" in err


def test_what_export_writes_comes_in_again(repo: Repository, box: Sandbox, tmp_path: Path) -> None:
    """An export as JSON or as CSV gives the same files as live, without a token."""
    for form in ("json", "csv"):
        assert dfsync(repo.root, "export", "--format", form, "--output", str(tmp_path / f"live.{form}")) == 0
    assert dfsync(repo.root, "pull") == 0
    repo.commit()
    for form in ("json", "csv"):
        assert dfsync(repo.root, "pull", "--from", str(tmp_path / f"live.{form}")) == 0
        assert repo.git("status", "--porcelain") == ""


def test_files_with_errors_are_not_pulled_into(
    repo: Repository, box: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    """Where the files can't be believed, nobody knows what would change."""
    repo.commit({"sites/a.yaml": "id: a\nname: A\ncurrency: Euro\n"})
    assert dfsync(repo.root, "pull") == 1
    err = capfd.readouterr().err
    assert "DF108" in err
    assert "nothing is pulled" in err


def test_options_that_exclude_each_other_are_wrong_usage(repo: Repository) -> None:
    """A site that is in no file can't have drift."""
    assert dfsync(repo.root, "pull", "--only-drift", "--unmanaged") == 64


def test_factor_and_layout_write_few_files(repo: Repository, box: Sandbox) -> None:
    """What is common goes into dfsync.yaml, which keeps its comments; the plan is empty all the same."""
    repo.commit({"dfsync.yaml": CONFIG + "# ours\n"})
    for number in range(4):
        row = {"Site ID": f"x{number}", "Site Name": f"X {number}", "Address Country": "USA", "Address State": "NV"}
        box.put({**row, "Currency": "USD", "Timezone": "America/Los_Angeles"})
    assert dfsync(repo.root, "pull", "--factor", "--layout", "per-state") == 0
    config = (repo.root / "dfsync.yaml").read_text()
    assert config.startswith(CONFIG)
    assert config.endswith("# ours\n")
    assert "  - match: sites/usa/nv.yaml\n" in config
    assert dfsync(repo.root, "plan", "--detailed-exitcode") == 0
    assert (repo.root / "sites/usa/nv.yaml").read_text().count("id:") == 4


@needs_data
def test_the_large_real_set_comes_in_whole(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Every site, each fifth of the directory, is valid and as its row says; a zone that nobody knows is left out."""
    from dfsync.files.storage.tree import WorkTree
    from dfsync.validation.check import check

    rows = {row["Site ID"]: row for row in islice(directory(), None, None, 5)}
    sheet = tmp_path / "directory.csv"
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows.values())
    (tmp_path / "dfsync.yaml").write_text(CONFIG)
    assert dfsync(tmp_path, "pull", "--from", str(sheet), "--layout", "per-state", "--factor") == 1
    assert "there is no time zone Asia/Beijing" in capfd.readouterr().err
    options = ("--layout", "per-state", "--factor", "--skip-unreadable")
    assert dfsync(tmp_path, "pull", "--from", str(sheet), *options) == 0
    checked = check(WorkTree(tmp_path))
    assert not checked.findings.failed
    assert checked.findings.sites == len(rows)
    (tmp_path / "live.json").write_text(json.dumps(list(rows.values())))
    assert dfsync(tmp_path, "plan", "--live", str(tmp_path / "live.json"), "--detailed-exitcode") == 0


def directory() -> Iterator[dict[str, str]]:
    """Yield the real directory as rows of the import; of the one id that is there twice the first."""
    seen = set()
    with (FOLDER / "starbucks_directory.csv").open(encoding="utf-8", newline="") as file:
        for store in csv.DictReader(file):
            if store["Store Number"] not in seen:
                seen.add(store["Store Number"])
                yield {
                    "Site ID": store["Store Number"],
                    "Site Name": store["Store Name"],
                    "Address Street": store["Street Address"],
                    "Address City": store["City"],
                    "Address State": store["State/Province"],
                    "Address Country": store["Country"],
                    "Address Postal Code": store["Postcode"],
                    "Site Groups": store["Ownership Type"],
                    "Timezone": store["Timezone"].partition(" ")[2],
                }


def test_a_spreadsheet_older_than_the_files_takes_nothing_back(
    repo: Repository, box: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    """A row with the value that was last applied is old; one with another is the person's edit, twice in a row."""
    dfsync(repo.root, "pull", "a")
    repo.commit()
    assert dfsync(repo.root, "apply", "--auto-approve") == 0
    text = next(path for path in sorted((repo.root / "sites").rglob("*.yaml")) if "id: a" in path.read_text())
    name = str(text.relative_to(repo.root))
    applied = text.read_text()
    old = next(line for line in applied.splitlines() if line.startswith("name:")).removeprefix("name: ")
    repo.commit({name: applied.replace(f"name: {old}", "name: Colleague's")})
    (repo.root / "s.csv").write_text(f"Id,Name\na,{old}\n")
    capfd.readouterr()
    assert dfsync(repo.root, "pull", "--from", "s.csv") == 0
    assert "a name: edited in the files since it was last applied" in capfd.readouterr().err
    for edit in ("Hers", "Hers again"):
        (repo.root / "s.csv").write_text(f"Id,Name\na,{edit}\n")
        assert dfsync(repo.root, "pull", "--from", "s.csv") == 0
        assert f"name: {edit}\n" in text.read_text()
        repo.commit()
    (repo.root / "s.csv").write_text(f"Id,Name\na,{old}\n")
    assert dfsync(repo.root, "pull", "--from", "s.csv", "--force") == 0
    assert f"name: {old}\n" in text.read_text()
