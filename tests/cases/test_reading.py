"""What editors, shells and other programs make of files, and what people write who come from another tool."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.run import CONFIG, dfsync, in_process, write
from tests.validation.repositories import found

SITE = "id: a\nname: A\n"
CLOSED = "operational_hours: {Mon: 09:00-17:00}\n"


@pytest.mark.parametrize(
    ("data", "told", "line"),
    [
        (SITE.encode("utf-16"), "the file is UTF-16; save the file as UTF-8; in PowerShell", 1),
        (b"id: b\nname: B\n---\n\xef\xbb\xbfid: c\nname: C\n", "U+FEFF (a byte order mark) stands in the middle", 4),
        (b"id: a\nname: Caf\xe9\n", "the file is not UTF-8 here", 2),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n", "git lfs pull brings", 1),
        (b"<<<<<<< HEAD\nid: a\n=======\nid: b\n>>>>>>> other\nname: X\n", "a merge left a conflict here", 1),
    ],
)
def test_a_file_of_another_kind_is_named(data: bytes, told: str, line: int) -> None:
    """With one finding, and what to do about it."""
    (finding,) = found({"sites/a.yaml": data})
    assert told in f"{finding.message}; {finding.help}"
    assert finding.span is not None
    assert finding.span.line == line


@pytest.mark.parametrize(
    "data", [b"id: b\rname: B\r", b"\xef\xbb\xbfid: b\r\nname: B\r\n", b"---\nid: b\nname: B\n...\n"]
)
def test_line_ends_and_marks_of_other_systems_are_read(data: bytes) -> None:
    assert found({"sites/a.yaml": data}) == ()


@pytest.mark.parametrize(
    ("text", "code", "help"),
    [
        ("operational_hours: {Mon: [09:00, 17:00]}", "DF202", "write 09:00-17:00"),
        ("operational_hours: {Mon: [9am, 5pm]}", "DF202", "write 09:00-17:00"),
        ("operational_hours: {Mon: {open: 09:00, close: 17:00}}", "DF202", "write 09:00-17:00"),
        ("operational_hours: {Mon: 09:00-}", "DF202", "the form is 09:00-17:59, or closed"),
        ("operational_hours: {TTh: 09:00-17:00}", "DF201", "the days are Mon, Tue, Wed, Thu, Fri, Sat and Sun"),
        ("operational_hours: {MWF: 09:00-17:00}", "DF201", "the days are Mon, Tue, Wed, Thu, Fri, Sat and Sun"),
        ("operational_hours: {Tuesdy: 09:00-17:00}", "DF201", "did you mean Tue?"),
        (
            f"{CLOSED}exceptions: 2026-12-25",
            "DF103",
            'the form is {date: "2026-12-25", closed: true}, as the item of a list',
        ),
        (f"{CLOSED}exceptions: [2026-12-25]", "DF103", 'the form is {date: "2026-12-25", closed: true}'),
        (
            f"{CLOSED}exceptions: {{date: '2026-12-25', closed: true}}",
            "DF103",
            "begin it with a dash, as the item of a list",
        ),
        (f"{CLOSED}exceptions: [{{date: Dec 25 2026, closed: true}}]", "DF208", "write 2026-12-25"),
        (f"{CLOSED}exceptions: [{{date: 25. December 2026, closed: true}}]", "DF208", "write 2026-12-25"),
        (f"{CLOSED}exceptions: [{{date: 12/25, closed: true}}]", "DF208", None),
        ("internal_id: 0750", "DF103", "write 750"),
        ("internal_id: 750.0", "DF103", "write 750"),
        ('internal_id: "750"', "DF103", "take the quotes away"),
        ("address: 1 Main St", "DF103", "its parts stand below it: street, city, state, country, postal_code"),
        ("contacts: [a@example.com]", "DF103", "the form is {name: Ada Lovelace, email: ada@example.com}"),
        ("contacts: {email: a@example.com}", "DF103", "begin it with a dash, as the item of a list"),
        ("groups: Retail", "DF103", "write [Retail]"),
        ("groups: {a: b}", "DF103", "the form is [one, two]"),
    ],
)
def test_what_was_meant_is_one_finding_with_the_right_help(text: str, code: str, help: str | None) -> None:
    """Never an offer that leaves a part of it out."""
    (finding,) = found(f"{SITE}{text}\n")
    assert (finding.code, finding.help) == (code, help)


@pytest.mark.parametrize("name", ["dfsync.yml", "DFSYNC.yaml", ".dfsync.yaml", "dfsync.yaml.txt"])
def test_a_configuration_under_another_name_is_found_for_the_reader(tmp_path: Path, name: str) -> None:
    write(tmp_path, {name: CONFIG})
    done = in_process(tmp_path, "validate")
    assert done.code == 1
    assert f"rename {name} to dfsync.yaml" in done.err


def test_a_configuration_one_folder_below_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"shops/dfsync.yaml": CONFIG})
    assert "there is one in shops: dfsync -C shops" in in_process(tmp_path, "plan").err


def test_pull_takes_no_name_of_a_file_for_an_id(tmp_path: Path) -> None:
    """Said before a token is asked for."""
    write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": SITE, "x.csv": "Site ID\n"})
    done = in_process(tmp_path, "pull", "x.csv")
    assert done.code == 1
    assert "dfsync pull --from x.csv" in done.err
    assert "token" not in done.err


@pytest.mark.parametrize(
    "line", [("validate", "--output"), ("plan", "--live", "live.json", "--out"), ("validate", "--report")]
)
def test_a_folder_is_no_file_to_write(tmp_path: Path, line: tuple[str, ...]) -> None:
    write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": SITE, "live.json": "[]"})
    done = dfsync(tmp_path, *line, "json=." if line[-1] == "--report" else ".")
    assert done.code == 1
    assert ". is a folder, so nothing is written" in done.err


@pytest.mark.parametrize(
    ("name", "begins"), [("r.json", "{"), ("r.sarif", "{"), ("r.xml", "<?xml"), ("r.txt", "No problems")]
)
def test_a_report_is_what_the_name_of_its_file_says(tmp_path: Path, name: str, begins: str) -> None:
    write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": SITE})
    assert dfsync(tmp_path, "validate", "--output", name).code == 0
    assert (tmp_path / name).read_text("utf-8").startswith(begins)


def test_a_report_that_is_not_written_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": SITE})
    done = dfsync(tmp_path, "validate", "--output", "r.csv")
    assert done.code == 64
    assert "validate writes no .csv" in done.err
    assert not (tmp_path / "r.csv").exists()


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("stores.xls", b"\n<html><table><tr><td>Site ID</td></tr></table></html>", "is a web page (HTML)"),
        ("stores.xls", b'<?xml version="1.0"?><Workbook/>', "is XML, whatever its name says"),
        ("stores.csv", b"%PDF-1.4\n", "is a PDF"),
        ("stores.csv", b"\x1f\x8b\x08\x00", "is compressed (gzip)"),
    ],
)
def test_a_file_that_is_only_named_like_a_spreadsheet_is_told_as_what_it_is(
    tmp_path: Path, name: str, data: bytes, told: str
) -> None:
    write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": SITE})
    (tmp_path / name).write_bytes(data)
    done = in_process(tmp_path, "pull", "--from", str(tmp_path / name), "--yes")
    assert done.code == 1
    assert told in done.err


@pytest.mark.parametrize(("name", "text"), [("s.csv", "Site ID,Site Name\n"), ("live.json", "[]")])
def test_a_sheet_without_any_site_is_told(tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": SITE, name: text})
    assert "no site and no contact is in" in in_process(tmp_path, "pull", "--from", str(tmp_path / name)).err


def test_a_reader_that_has_read_enough_is_no_error(tmp_path: Path) -> None:
    """`dfsync list | head -1` in a script with pipefail."""
    sites = "".join(f"  - {{id: s{number}, name: {'N' * 200}}}\n" for number in range(2000))
    write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": f"sites:\n{sites}"})
    line = [sys.executable, "-m", "dfsync", "-C", str(tmp_path), "list"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.wait(60) == 0
