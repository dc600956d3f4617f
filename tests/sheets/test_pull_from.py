"""`pull --from` a spreadsheet through the command line: what is asked, what is refused, what is written."""

from __future__ import annotations

import csv
import datetime
import io
import json
import struct
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from dfsync.errors import InputError
from dfsync.files.storage.tree import WorkTree
from dfsync.model.hours.file_form.read import read_hours
from dfsync.sheets.formats.workbook import worksheets
from dfsync.sheets.formats.xls_errors import xls_errors
from dfsync.validation.check import check
from dfsync.validation.geography.zone_and_currency import certain_zone
from tests.support.command_line import CONFIG, dfsync
from tests.support.git import Repository, repository

HEADER = "Store #,Store Name,ZIP,Mon,Tue,Wed,Thu,Fri,Sat,Sun"
WEEK = "9:00 AM - 6:00 PM," * 5 + "10-4,closed"
STORES = f"{HEADER}\n7,North,02134,{WEEK}\n"
SITE = 'id: "001"\nname: Café Süd # hers\naddress: {postal_code: "02134"}\noperational_hours: {Mon-Fri: 09:00-17:59}\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "dfsync.yaml").write_text("version: 1   # ours\n")
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites/a.yaml").write_text(SITE)
    return tmp_path


def sheet(root: Path, text: str, name: str = "stores.csv") -> str:
    (root / name).write_text(text, encoding="utf-8", newline="")
    return name


def hours(root: Path, id: str) -> object:
    return check(WorkTree(root)).desired.sites[id].fields.get("operational_hours")


def week(**days: str | list[str]) -> object:
    return read_hours({day: spans for day, spans in days.items() if spans}).week


def test_an_end_needs_an_answer_and_yes_is_one_that_is_remembered(
    root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Without a terminal the message says what to write; afterwards nothing is asked, and comments are kept."""
    assert dfsync(root, "pull", "--from", sheet(root, STORES)) == 1
    err = capfd.readouterr().err
    assert (
        "stores.csv, row 2, column D: 09:00-18:00 can end with the last minute open, or with the first one closed"
        in err
    )
    assert "closing: exclusive" in err
    assert not (root / "sites/north.yaml").exists()
    assert dfsync(root, "pull", "--from", "stores.csv", "--yes", "--dry-run") == 0
    assert (root / "dfsync.yaml").read_text() == "version: 1   # ours\n"
    assert dfsync(root, "pull", "--from", "stores.csv", "--yes") == 0
    config = (root / "dfsync.yaml").read_text()
    assert config.startswith("version: 1   # ours\n")
    assert "closing: exclusive" in config
    assert hours(root, "7") == week(**{"Mon-Fri": "09:00-17:59", "Sat": "10:00-15:59"})
    before = config
    assert dfsync(root, "pull", "--from", "stores.csv") == 0
    assert (root / "dfsync.yaml").read_text() == before


def test_the_last_minute_open_is_sent_as_it_stands_where_the_setting_says_so(root: Path) -> None:
    """closing: inclusive keeps 18:00; an end a minute before a quarter hour is the same under either setting."""
    columns = "{Id: id, Name: name, Mon: hours.Mon, Tue: hours.Tue}"
    (root / "dfsync.yaml").write_text(
        f"version: 1\nsheets: {{s: {{match: '*.csv', columns: {columns}, closing: inclusive, blank_days: closed}}}}\n"
    )
    assert dfsync(root, "pull", "--from", sheet(root, "Id,Name,Mon,Tue\n8,X,9-18,9:00-17:59\n")) == 0
    assert hours(root, "8") == week(Mon="09:00-18:00", Tue="09:00-17:59")


def test_a_blank_day_needs_an_answer_and_a_blank_week_none(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Beside filled days a blank one is closed or unmanaged; a row without hours has none."""
    text = "Id,Name,Mon,Tue\n8,X,9-17:59,\n9,Y,,\n"
    assert dfsync(root, "pull", "--from", sheet(root, text)) == 1
    assert "blank_days: closed" in capfd.readouterr().err
    assert dfsync(root, "pull", "--from", "stores.csv", "--yes") == 0
    assert hours(root, "8") == week(Mon="09:00-17:59")
    assert hours(root, "9") is None
    config = (root / "dfsync.yaml").read_text().replace("blank_days: closed", "blank_days: unmanaged")
    (root / "dfsync.yaml").write_text(config)
    (root / "sites/x.yaml").unlink()
    text = "Id,Name,Mon,Tue\n8,X,9-17:59,\n001,Café Süd,,10-15:59\n"
    assert dfsync(root, "pull", "--from", sheet(root, text)) == 0
    assert hours(root, "8") is None
    assert hours(root, "001") == week(Mon="09:00-17:59", Tue="10:00-15:59", **{"Wed-Fri": "09:00-17:59"})


def test_what_is_not_certain_is_an_error_that_prints_the_entry(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Pasted into dfsync.yaml, the entry is all that was missing."""
    text = "Store #,Store Name,Sq Ft,Mon\n8,X,120,9-17:59\n"
    assert dfsync(root, "pull", "--from", sheet(root, text)) == 1
    err = capfd.readouterr().err
    assert "it is not certain which field each column is: Sq Ft" in err
    entry = "\n".join(line[2:] for line in err.splitlines() if line.startswith("  ") and "help:" not in line)
    (root / "dfsync.yaml").write_text(f"version: 1\n{entry}\n    blank_days: closed\n")
    assert dfsync(root, "validate") == 0, capfd.readouterr().out
    assert dfsync(root, "pull", "--from", "stores.csv") == 0, capfd.readouterr().err
    assert hours(root, "8") == week(Mon="09:00-17:59")


def test_a_column_that_dfsync_yaml_does_not_know_stops_and_one_that_is_gone_too(
    root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nothing is dropped silently, also not from a sheet that was agreed to."""
    (root / "dfsync.yaml").write_text("version: 1\nsheets: {s: {match: '*', columns: {Id: id, Name: name}}}\n")
    assert dfsync(root, "pull", "--from", sheet(root, "Id,Name,Extra\n8,X,1\n")) == 1
    assert "dfsync.yaml says nothing of Extra" in capfd.readouterr().err
    assert dfsync(root, "pull", "--from", sheet(root, "Id,Nom\n8,X\n")) == 1
    assert "has no column Name" in capfd.readouterr().err
    assert dfsync(root, "pull", "--from", sheet(root, "Id,Name,Extra\n8,X,1\n"), "--yes") == 0
    assert "ignore: [Extra]" in (root / "dfsync.yaml").read_text()


def test_a_cell_that_nobody_can_read_is_named_and_nothing_is_written(
    root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Hours, zone and currency; --skip-unreadable leaves the fields out, a week as a whole, and exits 0."""
    rows = "8,X,Europe/Pariss,EUR,by appointment,9-17:59\n9,Y,Europe/Paris,EURO,#REF!,\n"
    text = f"Id,Name,Timezone,Currency,Mon,Tue\n{rows}"
    assert dfsync(root, "pull", "--from", sheet(root, text), "--yes") == 1
    err = capfd.readouterr().err
    for place in (
        "row 2, column C (Timezone)",
        "row 2, column E (Mon)",
        "row 3, column D (Currency)",
        "row 3, column E (Mon)",
    ):
        assert f"stores.csv, {place}" in err
    assert '"by appointment": by has no place in hours' in err
    assert "4 cells can't be read; nothing was written" in err
    assert sorted(path.name for path in (root / "sites").iterdir()) == ["a.yaml"]
    assert (root / "dfsync.yaml").read_text() == "version: 1   # ours\n"
    assert dfsync(root, "pull", "--from", "stores.csv", "--yes", "--skip-unreadable") == 0
    site = check(WorkTree(root)).desired.sites["8"]
    assert set(site.fields) == {"name", "currency"}


def test_cells_that_nobody_can_read_are_diagnostics_for_programs(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The row counts as the spreadsheet shows it, below its title; each code has a manual."""
    rows = "8,X,Europe/Pariss,EURO,by appointment\n9,Y,,,#REF!\n"
    text = f"Our stores\n\nId,Name,Timezone,Currency,Mon\n{rows}"
    assert dfsync(root, "pull", "--from", sheet(root, text), "--yes", "--format", "json") == 1
    document = json.loads(capfd.readouterr().out)
    assert document["format"] == "dfsync/error"
    assert [
        (one["code"], one["severity"], one["file"], one["line"], one["column"], one["id"], one["field"])
        for one in document["diagnostics"]
    ] == [
        ("DF105", "error", "stores.csv", 4, 3, "8", "timezone"),
        ("DF108", "error", "stores.csv", 4, 4, "8", "currency"),
        ("DF206", "error", "stores.csv", 4, 5, "8", "operational_hours"),
        ("DF410", "error", "stores.csv", 5, 5, "9", "operational_hours"),
    ]
    assert '"by appointment": by has no place in hours' in document["diagnostics"][2]["message"]
    assert all(dfsync(root, "explain", one["code"]) == 0 for one in document["diagnostics"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Id,Name,Mon,Tue\n8,X,9-17,9-17\n", [("DF206", 2, 3, "8"), ("DF206", 2, 3, "8")]),
        ("Id,Name,Mon,Tue\n8,X,9-17:59,\n", [("DF206", 2, 4, "8")]),
        ("Id,Name\n8,X\n,Y\n,Z\n", [("DF102", 3, 1, None), ("DF102", 4, 1, None)]),
        ("Id,Name\n8,X\n8,Y\n9,Z\n8,A\n", [("DF301", 3, 1, "8"), ("DF301", 5, 1, "8")]),
        ("Id,Name,Sq Ft,Age\n8,X,1,2\n", [("DF510", 1, 3, None), ("DF510", 1, 4, None)]),
        ("Id,Name,Mon,Mon\n8,X,9-17:59,9-13\n", [("DF510", 1, 4, None)]),
        ("Name,City\nX,Rome\n", [("DF510", 1, 1, None)]),
    ],
)
def test_every_error_of_a_sheet_names_its_cells_to_programs(
    root: Path, capfd: pytest.CaptureFixture[str], text: str, found: list[tuple[object, ...]]
) -> None:
    """Questions that nobody answers, rows without an id, a site twice, columns that nobody knows: all of them."""
    assert dfsync(root, "pull", "--from", sheet(root, text), "--format", "json") == 1
    cells = json.loads(capfd.readouterr().out)["diagnostics"]
    assert [(one["code"], one["line"], one["column"], one["id"]) for one in cells] == found
    assert {one["file"] for one in cells} == {"stores.csv"}
    assert [path.name for path in (root / "sites").iterdir()] == ["a.yaml"]


def test_a_row_without_an_id_can_be_left_out(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Lists end with totals; --skip-unreadable leaves them out and says so."""
    assert dfsync(root, "pull", "--from", sheet(root, "Id,Name\n8,X\n,Total: 1\n"), "--skip-unreadable") == 0
    assert "row 3, column A (Id)" in capfd.readouterr().err
    assert (root / "sites/x.yaml").exists()


def test_an_id_that_lost_its_zeros_is_refused_even_by_force(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It would be a second site beside the first; in a sheet of contacts, the contact would have no site."""
    contacts = sheet(
        root, "Site ID,Contact Name,Contact Email\n1,Ada,ada@example.com\n001,Bo,bo@example.com\n", "c.csv"
    )
    for name in (sheet(root, "Id,Name\n1,X\n"), contacts):
        for more in ([], ["--force"]):
            assert dfsync(root, "pull", "--from", name, *more) == 1
            assert "the id lost its leading zeros; the files have 001" in capfd.readouterr().err
    assert [path.name for path in (root / "sites").iterdir()] == ["a.yaml"]
    assert "bo@example.com" in (root / "sites/a.yaml").read_text()
    assert "ada@example.com" not in (root / "sites/a.yaml").read_text()


def test_a_field_that_no_site_has_is_told_with_all_that_there_are(
    root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """In dfsync.yaml, where it was misspelled."""
    columns = "{Id: id, Name: nmae, ZIP: zip, City: city, Mon: hours.Monday}"
    (root / "dfsync.yaml").write_text(f"version: 1\nsheets: {{s: {{match: '*', columns: {columns}}}}}\n")
    assert dfsync(root, "validate") == 1
    out = capfd.readouterr().out
    for meant in ("name", "address.postal_code", "address.city", "hours.Mon"):
        assert f"did you mean {meant}?" in out
    assert "nmae is no field of a site: a column can be id, name, address.street" in out
    assert "DF104" not in out


def test_several_columns_of_one_day_are_its_spans(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Pairs count from left to right; mornings and afternoons have columns of whole spans."""
    header = "Id,Name,Mon Open,Mon Close,Mon Open 2,Mon Close 2,Tue AM,Tue PM"
    rows = "8,X,9:00,12:00,13:00,17:30,9-12,2-6\n9,Y,9:00,17:00,,,closed,14-18\n10,Z,Closed,,,,9-12,closed\n"
    assert dfsync(root, "pull", "--from", sheet(root, f"{header}\n{rows}"), "--yes") == 0
    assert "Mon Close 2: hours.Mon.close" in (root / "dfsync.yaml").read_text()
    assert hours(root, "8") == week(Mon=["09:00-11:59", "13:00-17:29"], Tue=["09:00-11:59", "14:00-17:59"])
    assert hours(root, "9") == week(Mon="09:00-16:59", Tue="14:00-17:59")
    assert hours(root, "10") == week(Tue="09:00-11:59")
    assert dfsync(root, "pull", "--from", "stores.csv") == 0
    assert dfsync(root, "pull", "--from", sheet(root, f"{header}\n11,A,9:00,12:00,13:00,,,\n")) == 1
    assert 'row 2, column E (Mon Open 2) of site 11: "13:00": 13:00 has no closing time' in capfd.readouterr().err
    config = (root / "dfsync.yaml").read_text().replace("Mon Close 2: hours.Mon.close", "Mon Close 2: hours.Tue")
    (root / "dfsync.yaml").write_text(config)
    assert dfsync(root, "validate") == 1
    assert "hours.Mon.open has no partner: 2 open and 1 close" in capfd.readouterr().out


def test_what_a_spreadsheet_damaged_is_not_taken(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The field keeps its value, the rest is written, and the exit code says so; --force takes the sheet's word."""
    text = "Id,Name,ZIP,City\n001,Caf? S?d,2134,Paris\n8,New,2134,Rome\n"
    assert dfsync(root, "pull", "--from", sheet(root, text)) == 1
    err = capfd.readouterr().err
    assert "letters became ?" in err
    assert "took its leading zeros; the files have 02134" in err
    written = (root / "sites/a.yaml").read_text()
    assert "name: Café Süd # hers" in written
    assert 'postal_code: "02134"' in written
    assert "city: Paris" in written
    assert (root / "sites/new.yaml").exists()
    assert dfsync(root, "pull", "--from", "stores.csv", "--force") == 0
    assert "Caf? S?d" in (root / "sites/a.yaml").read_text()


@pytest.mark.parametrize("id", ["1", "1.23457E+12", "101.0", "2026-05-09", "#REF!", "#########", "Caf\ufffd"])
def test_an_id_that_a_spreadsheet_damaged_creates_no_site(root: Path, id: str) -> None:
    """A create can't be taken back."""
    assert dfsync(root, "pull", "--from", sheet(root, f"Id,Name\n{id},X\n")) == 1
    assert sorted(path.name for path in (root / "sites").iterdir()) == ["a.yaml"]


def test_contacts_in_columns_become_contacts_and_fields_are_added(root: Path) -> None:
    """The person who keeps the sheet manages what it has, also where the file left it out."""
    text = "Id,Name,Time Zone,Manager,Manager Email\n001,Café Süd,Europe/Paris,Ada,ada@example.com\n"
    assert dfsync(root, "pull", "--from", sheet(root, text)) == 0
    written = (root / "sites/a.yaml").read_text()
    assert "timezone: Europe/Paris" in written
    assert "- {name: Ada, email: ada@example.com}" in written
    assert "# hers" in written


def test_errors_in_a_sheet_of_contacts_are_unreadable_too(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """No contact is called #REF!, and none is of a site called so."""
    rows = "001,#REF!,a@example.com\n########,Bo,b@example.com\n001,Cy,c@example.com\n"
    name = sheet(root, f"Site ID,Contact Name,Contact Email\n{rows}", "people.csv")
    before = (root / "sites/a.yaml").read_text()
    assert dfsync(root, "pull", "--from", name) == 1
    err = capfd.readouterr().err
    assert 'people.csv, row 2, column B (Contact Name) of site 001: "#REF!"' in err
    assert 'people.csv, row 3, column A (Site ID): "########"' in err
    assert (root / "sites/a.yaml").read_text() == before
    assert dfsync(root, "pull", "--from", name, "--skip-unreadable") == 0
    after = (root / "sites/a.yaml").read_text()
    assert "a@example.com" in after
    assert "Cy" in after
    assert "REF" not in after


@pytest.mark.parametrize(
    "header", ["Site ID,Site Name,Contact Email,Contact Phone", "Site ID,Contact Name,Contact Email,Contact Phone"]
)
def test_damage_in_contacts_keeps_what_the_files_have(
    root: Path, capfd: pytest.CaptureFixture[str], header: str
) -> None:
    """In columns beside sites and in a sheet of their own: a phone without its zeros is not taken."""
    contacts = 'contacts:\n  - {name: Café Süd, email: a@example.com, phone: "0041795551234"}\n'
    (root / "sites/a.yaml").write_text(SITE + contacts)
    name = sheet(root, f"{header}\n001,Café Süd,a@example.com,41795551234\n")
    assert dfsync(root, "pull", "--from", name, "--yes") == 1
    assert "the spreadsheet took its leading zeros; the files have 0041795551234" in capfd.readouterr().err
    assert (root / "sites/a.yaml").read_text() == SITE + contacts
    assert dfsync(root, "pull", "--from", name, "--yes", "--force") == 0
    assert "0041795551234" not in (root / "sites/a.yaml").read_text()


def test_sites_that_the_sheet_lacks_are_told_and_left(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Rows that are gone are no deletions."""
    assert dfsync(root, "pull", "--from", sheet(root, "Id,Name\n8,New\n")) == 0
    err = capfd.readouterr().err
    assert "1 site of the files not in stores.csv, left as they are: 001" in err
    assert (root / "sites/a.yaml").read_text() == SITE


def test_merged_headers_titles_and_times_of_day(root: Path) -> None:
    """A workbook as a program writes it: two header rows, numbers for ids, cells that are times."""
    book = xlsxwriter.Workbook(str(root / "s.xlsx"))
    page, time = book.add_worksheet("Shops"), book.add_format({"num_format": "hh:mm"})
    page.write(0, 0, "Our shops")
    page.write_row(2, 0, ["Shop No.", "Shop Name"])
    page.merge_range(2, 2, 2, 3, "Mon")
    page.write_row(3, 2, ["Open", "Close"])
    page.write(4, 0, 12)
    page.write(4, 1, "North")
    page.write(4, 2, 0.375, time)
    page.write(4, 3, 0.75, time)
    book.close()
    assert dfsync(root, "pull", "--from", "s.xlsx", "--yes") == 0
    assert hours(root, "12") == week(Mon="09:00-17:59")


def test_a_pair_stays_a_pair_where_its_opening_column_holds_whole_days(root: Path) -> None:
    """`Closed` and `24 hours` below Open say the day; they don't make Open a column of whole days."""
    rows = "8,X,9:00,17:59,Closed,\n9,Y,24 hours,,24 hours,\n10,Z,9:00,17:59,Closed,Closed\n11,A,9:00,17:59,Closed,\n"
    text = f"Id,Name,Mon Open,Mon Close,Sun Open,Sun Close\n{rows}12,B,9:00,17:59,12:00,16:59\n"
    assert dfsync(root, "pull", "--from", sheet(root, text), "--yes") == 0
    assert "Sun Open: hours.Sun.open" in (root / "dfsync.yaml").read_text()
    assert hours(root, "9") == week(**{"Mon,Sun": "00:00-23:59"})
    assert hours(root, "12") == week(Mon="09:00-17:59", Sun="12:00-16:59")


def test_a_day_that_became_a_date_is_named(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Excel makes May 9 of 9-5, in a column of days as in one of ends."""
    book = openpyxl.Workbook()
    book.active.append(["Id", "Name", "Mon", "Tue Open", "Tue Close"])
    book.active.append(["8", "X", datetime.date(2026, 5, 9), datetime.time(9), datetime.date(2026, 5, 17)])
    book.active.append(["9", "Y", "9-17:59", datetime.time(9), datetime.time(17, 59)])
    book.save(root / "s.xlsx")
    assert dfsync(root, "pull", "--from", "s.xlsx", "--yes") == 1
    err = capfd.readouterr().err
    assert 'row 2, column C (Mon) of site 8: "2026-05-09": it is a date, which a spreadsheet makes of a text' in err
    assert 'row 2, column E (Tue Close) of site 8: "2026-05-17": it is a date' in err


def test_two_columns_for_one_field_or_of_one_name_are_refused(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The value of one would be lost, whether dfsync.yaml says it or --yes accepts it."""
    (root / "dfsync.yaml").write_text("version: 1\nsheets: {s: {match: '*', columns: {Id: id, A: name, B: name}}}\n")
    assert dfsync(root, "pull", "--from", sheet(root, "Id,A,B\n8,X,Y\n")) == 1
    assert "error[DF510] A and B are both name" in capfd.readouterr().err
    (root / "dfsync.yaml").write_text("version: 1\n")
    assert dfsync(root, "pull", "--from", sheet(root, "Id,Name,Mon,Mon\n8,X,9-17:59,9-13\n"), "--yes") == 1
    assert "row 1, column D: the column Mon is there twice" in capfd.readouterr().err


def test_two_columns_with_other_hours_for_one_day_are_unreadable(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Columns whose days overlap may agree."""
    columns = "{Id: id, Name: name, Work: hours.Mon-Fri, Friday: hours.Fri}"
    (root / "dfsync.yaml").write_text(
        f"version: 1\nsheets: {{s: {{match: '*.csv', columns: {columns}, blank_days: closed}}}}\n"
    )
    rows = "8,X,9-17:59,9-13:59\n9,Y,9-17:59,\n10,Z,9-17:59,9:00 - 17:59\n"
    assert dfsync(root, "pull", "--from", sheet(root, f"Id,Name,Work,Friday\n{rows}"), "--skip-unreadable") == 0
    err = capfd.readouterr().err
    assert 'row 2, column D (Friday) of site 8: "09:00-13:59": column C has 09:00-17:59 for Fri' in err
    assert hours(root, "8") is None
    assert hours(root, "9") == hours(root, "10") == week(**{"Mon-Fri": "09:00-17:59"})


def test_hours_that_no_day_completes_are_told(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Blank days are left to the files, which have no hours of this site: the filled ones are not lost quietly."""
    columns = "{Id: id, Name: name, Mon: hours.Mon, Tue: hours.Tue}"
    (root / "dfsync.yaml").write_text(
        f"version: 1\nsheets: {{s: {{match: '*.csv', columns: {columns}, blank_days: unmanaged}}}}\n"
    )
    assert dfsync(root, "pull", "--from", sheet(root, "Id,Name,Mon,Tue\n8,X,9-17:59,\n")) == 0
    err = capfd.readouterr().err
    assert "stores.csv, row 2, column C: the hours are left out: Tue, Wed, Thu, Fri, Sat, Sun blank" in err


def test_a_formula_that_was_never_computed_is_refused(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It would read as blank, and hours would be lost in silence."""
    book = openpyxl.Workbook()
    book.active.append(["Id", "Name"])
    book.active.append(["8", "=A2"])
    book.save(root / "s.xlsx")
    assert dfsync(root, "pull", "--from", "s.xlsx") == 1
    assert "B2: a formula without a value" in capfd.readouterr().err


def test_the_error_that_a_formula_shows_is_no_value(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """calamine passes errors over as blank cells."""
    book = xlsxwriter.Workbook(str(root / "s.xlsx"))
    page = book.add_worksheet()
    page.write_row(0, 0, ["Id", "Name", "Mon"])
    page.write_row(1, 0, ["8", "X"])
    page.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    book.close()
    assert dfsync(root, "pull", "--from", "s.xlsx", "--yes") == 1
    assert 'row 2, column C (Mon) of site 8: "#DIV/0!"' in capfd.readouterr().err


def hostile_workbook(old: bytes, new: bytes) -> bytes:
    """Return a workbook whose worksheet has one text for another."""
    plain, out = io.BytesIO(), io.BytesIO()
    book = xlsxwriter.Workbook(plain)
    book.add_worksheet().write_row(0, 0, ["Id", "Name"])
    book.close()
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(old, new) if name.endswith("sheet1.xml") else content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'r="B1"', b'r="XFD1048576"', "reaches to"),
        (b'r="B1"', b"r='XFD1048576'", "reaches to"),
        (b'r="B1"', b'r = "XFD1048576"', "reaches to"),
        (b"</sheetData>", b"<c " * 300_000, "broken XML"),
        (b"</sheetData>", b'<c t="e" r="Z9">' * 60_000, "broken XML"),
        (b"<sheetData>", b"<sheetData>" + b" " * 450_000_000, "unpacks to more than"),
        (b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "a">]><worksheet', "DTD"),
    ],
)
def test_a_workbook_that_would_drown_its_reader_is_refused(old: bytes, new: bytes, words: str) -> None:
    """Before calamine sees it: a cell in the last corner however it is written, a zip bomb, entities, endless tags."""
    with pytest.raises(InputError, match=words):
        worksheets(hostile_workbook(old, new), "s.xlsx")


@pytest.mark.parametrize("path", ["xl/worksheets/SHEET1.xml", "xl/worksheets/sheet1.dat"])
def test_a_worksheet_under_another_name_is_looked_at_too(path: str) -> None:
    """calamine finds it by the workbook's relations and without regard to case."""
    import zipfile

    out = io.BytesIO()
    whole = hostile_workbook(b'r="B1"', b'r="XFD1048576"')
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("workbook.xml.rels") and path.endswith(".dat"):
                content = content.replace(b"sheet1.xml", b"sheet1.dat")
            target.writestr(path if name.endswith("sheet1.xml") else name, content)
    with pytest.raises(InputError, match=r"reaches to|its part is missing"):
        worksheets(out.getvalue(), "s.xlsx")


@pytest.mark.parametrize(
    "row",
    [
        "<t:table-row t:number-rows-repeated='9999'><t:table-cell t:number-columns-repeated='16000' o:formula='x'/>",
        "<t:table-row>" + "<t:table-cell o:value-type='string' t:number-columns-repeated='16000'/>" * 900,
    ],
)
def test_cells_of_an_ods_count_as_often_as_they_are_repeated(row: str) -> None:
    """A few bytes would otherwise ask for more memory than there is."""
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        target.writestr("content.xml", f"<o:x><t:table>{row}</t:table-row></t:table></o:x>")
    with pytest.raises(InputError, match="too large"):
        worksheets(out.getvalue(), "s.ods")


def test_a_formula_whose_value_is_an_empty_text_was_computed() -> None:
    """Excel saves ="" so; it is a blank cell and no fault."""
    cell = b'<c r="B1" t="str"><f>""</f><v></v></c></row>'
    rows = worksheets(hostile_workbook(b'<c r="B1" t="s"><v>1</v></c></row>', cell), "s.xlsx")[0].rows
    assert rows[0][0] == "Id"
    assert rows[0][1:] in ([""], [])


def test_a_million_columns_are_refused(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """No program shows so many."""
    assert dfsync(root, "pull", "--from", sheet(root, "Id,Name" + ",x" * 1_000_000 + "\n")) == 1
    assert "more than 16,384 columns" in capfd.readouterr().err


def test_the_marked_sheet_has_the_reasons_as_comments(root: Path) -> None:
    """A person works through it where she works anyway."""
    sheet(root, "Title\n\nId,Name,Mon\n8,X,foo\n001,Caf? Süd,\n")
    assert dfsync(root, "pull", "--from", "stores.csv", "--yes", "--report", "xlsx=marked.xlsx") == 1
    page = openpyxl.load_workbook(root / "marked.xlsx").active
    assert page["C4"].comment.text == "foo has no place in hours"
    assert "The files have: Café Süd" in page["B5"].comment.text
    assert page["A1"].value == "Title"


def test_a_branch_is_made_with_the_change_and_nothing_else(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Edit, one command, a pull request; refused where edits are not committed."""
    repo: Repository = repository(tmp_path / "repo")
    repo.commit({"dfsync.yaml": CONFIG, "sites/a.yaml": SITE})
    sheet(repo.root, "Id,Name\n001,Café Nord\n")
    assert dfsync(repo.root, "pull", "--from", "stores.csv", "--branch", "names") == 0
    assert repo.git("rev-parse", "--abbrev-ref", "HEAD").strip() == "names"
    assert repo.git("show", "--format=%s", "--name-only").split("\n\n") == ["Take in stores.csv", "sites/a.yaml\n"]
    assert dfsync(repo.root, "pull", "--from", "stores.csv", "--branch", "names") == 1
    (repo.root / "sites/a.yaml").write_text(SITE + "# edited\n")
    assert dfsync(repo.root, "pull", "--from", "stores.csv", "--branch", "other") == 1
    assert "not committed" in capfd.readouterr().err


def test_what_sheet_writes_is_never_a_formula(root: Path) -> None:
    """Whatever a name begins with; the workbook's cells are texts, the CSV's begin with an apostrophe."""
    (root / "sites/a.yaml").write_text("id: '=1+1'\nname: '=HYPERLINK(\"http://x\")'\nescalation_path: '@SUM(A1)'\n")
    assert dfsync(root, "sheet", "out.csv") == 0
    table = list(csv.reader(io.StringIO((root / "out.csv").read_text("utf-8-sig"), newline="")))
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in table for cell in row)
    assert dfsync(root, "sheet", "out.xlsx") == 0
    page = openpyxl.load_workbook(root / "out.xlsx")["Sites"]
    assert page["B2"].data_type == "s"
    for name in ("out.csv", "out.xlsx"):
        before = (root / "sites/a.yaml").read_text()
        assert dfsync(root, "pull", "--from", name) == 0
        assert (root / "sites/a.yaml").read_text() == before


def test_sheet_is_for_the_chosen_sites_and_known_forms(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The selection options apply; a form that nobody knows is wrong usage."""
    (root / "sites/b.yaml").write_text("id: b\nname: B\ncontacts: [{name: Bo, email: bo@example.com}]\n")
    assert dfsync(root, "sheet", "out.pdf") == 64
    assert dfsync(root, "sheet", "out.xlsx", "--only", "b") == 0
    book = openpyxl.load_workbook(root / "out.xlsx")
    assert [row[0].value for row in book["Sites"].rows] == ["Site ID", "b"]
    assert [row[2].value for row in book["Contacts"].rows] == ["Email", "bo@example.com"]
    assert book["Sites"].freeze_panes == "C2"
    assert book["Sites"].data_validations.dataValidation
    assert dfsync(root, "sheet", "out.xlsx", "--only", "nope") == 1


def test_old_and_open_workbooks_are_read(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """.xls and .ods, with times of day, numbers, merged cells and an error; written by other programs' libraries."""
    book = xlwt.Workbook()
    page, time = book.add_sheet("Stores"), xlwt.easyxf(num_format_str="hh:mm")
    for column, cell in enumerate(["Store #", "Store Name", "Mon Open", "Mon Close"]):
        page.write(0, column, cell)
    for column, cell in enumerate([12, "North"]):
        page.write(1, column, cell)
    page.write(1, 2, 0.375, time)
    page.write(1, 3, 0.75, time)
    book.save(str(root / "s.xls"))
    assert dfsync(root, "pull", "--from", "s.xls", "--yes") == 0
    assert hours(root, "12") == week(Mon="09:00-17:59")


def test_the_error_of_a_formula_is_no_blank_in_old_workbooks(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A blank day would be taken for closed, and its hours lost in silence."""
    book = xlwt.Workbook()
    page = book.add_sheet("Stores")
    for column, cell in enumerate(["Store #", "Store Name", "Mon", "Tue"]):
        page.write(0, column, cell)
    page.write(1, 0, 12)
    page.write(1, 1, "North")
    page.row(1).set_cell_error(2, "#REF!")
    page.write(1, 3, "9:00-17:59")
    book.save(str(root / "s.xls"))
    assert dfsync(root, "pull", "--from", "s.xls", "--yes") == 1
    assert 'sheet Stores, row 2, column C (Mon) of site 12: "#REF!"' in capfd.readouterr().err


def old_workbook(*records: tuple[int, bytes], named: int = 1) -> bytes:
    """Return an .xls of one sheet, named so often, with these records: one table of sectors and one folder."""

    def stream(records: Sequence[tuple[int, bytes]]) -> bytes:
        return b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in records)

    begin, end = (0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)), (0x000A, b"")
    globals_ = [begin, *[(0x0085, struct.pack("<IHBB", 0, 0, 5, 0) + b"Sheet")] * named, end]
    globals_[1:-1] = [(0x0085, struct.pack("<IHBB", len(stream(globals_)), 0, 5, 0) + b"Sheet")] * named
    book = stream([*globals_, begin, *records, end]).ljust(4_096, b"\0")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(6)
    last, free = 0xFFFFFFFE, 0xFFFFFFFF
    head += struct.pack("<9I", 0, 1, 1, 0, 4_096, last, 0, last, 0) + struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, last, *range(3, 10), last, *[free] * 118)

    def entry(name: str, kind: int, child: int, start: int, length: int) -> bytes:
        text = f"{name}\0".encode("utf-16-le")
        links = struct.pack("<HBBIII", len(text), kind, 1, free, free, child)
        return (text.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, length)).ljust(128, b"\0")

    folder = entry("Root Entry", 5, 1, last, 0) + entry("Workbook", 2, free, 2, 4_096) + bytes(256)
    return head + table + folder + book


def test_errors_in_the_records_of_an_old_workbook_are_found() -> None:
    """A value that is an error, and a formula that has one; a truth value and a number are none."""
    place = struct.Struct("<HHH")
    records = (
        (0x0205, place.pack(1, 2, 15) + b"\x17\x01"),
        (0x0205, place.pack(1, 3, 15) + b"\x01\x00"),
        (0x0006, place.pack(4, 5, 15) + b"\x02\x00\x2a\x00\x00\x00\xff\xff" + bytes(8)),
        (0x0006, place.pack(4, 6, 15) + struct.pack("<d", 0.375) + bytes(8)),
    )
    assert xls_errors(old_workbook(*records)) == [{(1, 2): "#REF!", (4, 5): "#N/A"}]


def test_an_old_workbook_that_names_a_sheet_many_times_is_refused() -> None:
    """Each name would cost a reading of all records."""
    with pytest.raises(ValueError, match="overlap"):
        xls_errors(old_workbook(*[(0x0001, b"")] * 400, named=100))


@given(st.integers(0, 5_631), st.binary(min_size=1, max_size=4))
def test_a_broken_old_workbook_ends_in_a_value_error_at_most(at: int, bytes_: bytes) -> None:
    """Whatever a container claims, reading it ends."""
    data = old_workbook((0x0205, struct.pack("<HHH", 1, 2, 15) + b"\x17\x01"))
    with suppress(ValueError):
        xls_errors(data[:at] + bytes_ + data[at + len(bytes_) :])


def test_the_error_of_a_formula_is_no_blank_in_open_workbooks(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """LibreOffice writes such a cell as an empty text, and what it shows beside it."""
    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    failed = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    rows = [[text.format(cell) for cell in row] for row in (("Id", "Name", "Mon"), ("8", "X"))]
    rows[1].append(failed)
    table = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {names} xmlns:calcext="urn:c"><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{table}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    with zipfile.ZipFile(root / "s.ods", "w") as book:
        book.writestr("mimetype", kind)
        book.writestr("content.xml", content)
        book.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{manifest}"><m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>',
        )
    assert dfsync(root, "pull", "--from", "s.ods", "--yes") == 1
    assert 'sheet S, row 2, column C (Mon) of site 8: "#DIV/0!"' in capfd.readouterr().err


EXCEPTIONS = """exceptions:  # dated
  - {date: 2026-12-24, hours: 09:00-13:59, note: Eve} # eve
  - {from: 2026-12-27, to: 2026-12-28, closed: true}
  - date: 2026-12-31
    closed: true  # inventory
"""
CALENDAR = "calendars: {all: {match: 'sites/**', exceptions: [{date: 2026-12-25, closed: true, note: Christmas}]}}\n"


def edit_exceptions(root: Path, rows: dict[tuple[str, str], Sequence[object] | None], *new: Sequence[object]) -> None:
    """Write the workbook, change the rows of a site and a first day (None takes the row out), add others, save it."""
    assert dfsync(root, "sheet", "out.xlsx") == 0
    book = openpyxl.load_workbook(root / "out.xlsx")
    page = book["Exceptions"]
    for number in range(page.max_row, 1, -1):
        key = (page.cell(number, 1).value, page.cell(number, 2).value)
        if key in rows:
            cells = rows[key]
            for column, cell in enumerate(cells or (), 1):
                page.cell(number, column).value = cell
            if cells is None:
                page.delete_rows(number)
    for cells in new:
        page.append(list(cells))
    book.save(root / "out.xlsx")


def test_exceptions_are_changed_in_the_workbook(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Each where it stands, with its comments; unchanged, the workbook changes nothing."""
    (root / "sites/a.yaml").write_text(SITE + EXCEPTIONS)
    edit_exceptions(root, {})
    assert dfsync(root, "pull", "--from", "out.xlsx") == 0
    assert (root / "sites/a.yaml").read_text() == SITE + EXCEPTIONS
    christmas = ["001", datetime.date(2026, 12, 26), None, "closed", "St Stephen", None]
    edit_exceptions(
        root,
        {
            ("001", "2026-12-24"): ["001", "2026-12-23", "2026-12-24", "9 AM - 1 PM", "Eve", "site"],
            ("001", "2026-12-27"): None,
            ("001", "2026-12-31"): ["001", "2026-12-31", "2026-12-31", "10:00-12:00", "", "site"],
        },
        christmas,
    )
    assert dfsync(root, "pull", "--from", "out.xlsx") == 0, capfd.readouterr().err
    assert (root / "sites/a.yaml").read_text() == SITE + (
        "exceptions:  # dated\n"
        '  - {from: "2026-12-23", to: "2026-12-24", hours: 09:00-12:59, note: Eve} # eve\n'
        "  - date: 2026-12-31\n"
        "    hours: 10:00-11:59\n"
        '  - {date: "2026-12-26", closed: true, note: St Stephen}\n'
    )
    assert dfsync(root, "pull", "--from", "out.xlsx") == 0
    assert "nothing to pull" in capfd.readouterr().err


def test_the_last_exception_takes_its_list_along(root: Path) -> None:
    """An empty list would say nothing."""
    (root / "sites/a.yaml").write_text(SITE + "exceptions: [{date: 2026-12-24, closed: true}]\n")
    edit_exceptions(root, {("001", "2026-12-24"): None})
    assert dfsync(root, "pull", "--from", "out.xlsx") == 0
    assert (root / "sites/a.yaml").read_text() == SITE


def test_exceptions_that_other_sites_share_are_told_with_their_place(
    root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A calendar's day changed or taken out; a row without a place beside it is the site's own, and wins."""
    (root / "dfsync.yaml").write_text("version: 1\n" + CALENDAR)
    for cells in (["001", "2026-12-25", "2026-12-25", "10-14", "Christmas", "calendar all"], None):
        edit_exceptions(root, {("001", "2026-12-25"): cells})
        assert dfsync(root, "pull", "--from", "out.xlsx") == 1
        assert "the calendar all of dfsync.yaml has it for other sites as well" in capfd.readouterr().err
        assert (root / "sites/a.yaml").read_text() == SITE
    edit_exceptions(root, {}, ["001", "2026-12-25", "", "10-14:59", "", ""])
    assert dfsync(root, "pull", "--from", "out.xlsx") == 0, capfd.readouterr().err
    assert (root / "sites/a.yaml").read_text() == SITE + ('exceptions:\n  - {date: "2026-12-25", hours: 10:00-14:59}\n')


def test_what_changed_in_the_files_since_the_workbook_was_written_stays(
    root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A day that somebody added is not taken out, and one that somebody changed is not changed back."""
    (root / "sites/a.yaml").write_text(SITE + EXCEPTIONS)
    edit_exceptions(root, {("001", "2026-12-27"): None})
    later = EXCEPTIONS.replace("09:00-13:59", "09:00-11:59") + "  - {date: 2027-01-01, closed: true}\n"
    (root / "sites/a.yaml").write_text(SITE + later)
    assert dfsync(root, "pull", "--from", "out.xlsx") == 0
    assert "sheet Exceptions, row 2: the files have another exception" in capfd.readouterr().err
    gone = "  - {from: 2026-12-27, to: 2026-12-28, closed: true}\n"
    assert (root / "sites/a.yaml").read_text() == SITE + later.replace(gone, "")


@pytest.mark.parametrize(
    ("cells", "place", "reason"),
    [
        (["001", "24 Dec", "", "closed"], "row 5, column B (From)", "it is not a date: write it as 2026-12-24"),
        (["001", "2027-01-02", "2027-01-01", "closed"], "row 5, column C (To)", "the days end before they begin"),
        (["001", "2027-01-01", "", "by appointment"], "row 5, column D (Hours)", "by has no place in hours"),
        (["001", "2027-01-01", "", ""], "row 5, column D (Hours)", "it is empty"),
        (["001", "2026-12-30", "2027-01-01", "closed"], "row 5, column B (From)", "an exception of 2026-12-31 already"),
        (["1", "2027-01-01", "", "closed"], "row 5, column A (Site ID)", "the id lost its leading zeros"),
        (["8", "2027-01-01", "", "closed"], "row 5, column A (Site ID)", "no file has this site"),
        (["b", "2027-01-01", "", "closed"], "row 5, column D (Hours)", "the files do not manage the hours of the site"),
    ],
)
def test_an_exception_that_can_not_be_names_its_cell(
    root: Path, capfd: pytest.CaptureFixture[str], cells: Sequence[str], place: str, reason: str
) -> None:
    """Nothing is written; each cell has its reason."""
    (root / "sites/a.yaml").write_text(SITE + EXCEPTIONS)
    (root / "sites/b.yaml").write_text("id: b\nname: B\n")
    edit_exceptions(root, {}, cells)
    assert dfsync(root, "pull", "--from", "out.xlsx") == 1
    err = capfd.readouterr().err
    assert f"out.xlsx, sheet Exceptions, {place}" in err
    assert reason in err
    assert (root / "sites/a.yaml").read_text() == SITE + EXCEPTIONS


def test_what_the_places_make_certain_is_proposed_as_a_default(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Zone and currency by country and state; never where one site of the folder would be another's."""
    text = "Id,Name,State,Country\n11,a,CA,USA\n12,b,TX,USA\n13,c,,France\n14,d,,Spain\n"
    assert dfsync(root, "pull", "--from", sheet(root, text)) == 0
    err = capfd.readouterr().err
    assert "{match: sites/usa/ca/**, set: {timezone: America/Los_Angeles, currency: USD}}" in err
    assert "{match: sites/usa/tx/**, set: {currency: USD}}" in err
    assert "{match: sites/france/**, set: {timezone: Europe/Paris, currency: EUR}}" in err
    assert "{match: sites/spain/**, set: {currency: EUR}}" in err
    assert (root / "dfsync.yaml").read_text() == "version: 1   # ours\n"
    assert "no time zone is proposed for 12: TX (USA) has several time zones" in err
    assert "no time zone is proposed for 14: Spain has several time zones, and no state is given" in err
    (root / "sites/france/old.yaml").write_text("id: old\nname: Old\naddress: {country: Monaco}\n")
    (root / "sites/france/c.yaml").unlink()
    assert dfsync(root, "pull", "--from", "stores.csv") == 0
    assert "{match: sites/france/**, set: {currency: EUR}}" in capfd.readouterr().err


def test_a_postal_code_says_which_state_it_is(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It makes the zone certain where no state is given, and uncertain where it is of another state."""
    text = "Id,Name,State,ZIP,Country\n21,a,,94105,Mexico\n22,b,,75001,USA\n23,c,NY,94105,USA\n24,d,,77500,Mexico\n"
    assert dfsync(root, "pull", "--from", sheet(root, text), "--dry-run") == 0
    err = capfd.readouterr().err
    assert "no time zone is proposed for 22: Texas (USA) has several time zones" in err
    assert "no time zone is proposed for 23: 94105 is no postal code of NY (USA)" in err
    assert certain_zone("USA", "", "94105") == "America/Los_Angeles"
    assert "proposed for 24" not in err


@pytest.mark.parametrize("pattern", ["sites/france/*.yaml", "**/c.yaml", "sites/france/paris/**"])
def test_no_default_is_proposed_over_one_that_is_there(
    root: Path, capfd: pytest.CaptureFixture[str], pattern: str
) -> None:
    """A later default would win over one that reaches any site of the folder, or a part of it."""
    (root / "dfsync.yaml").write_text(
        f'version: 1\ndefaults: [{{match: "{pattern}", set: {{timezone: Indian/Reunion, currency: EUR}}}}]\n'
    )
    assert dfsync(root, "pull", "--from", sheet(root, "Id,Name,Country\n13,c,France\n")) == 0
    assert "sites/france/**" not in capfd.readouterr().err


def test_yes_takes_the_defaults_that_are_certain_as_well(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It accepts the proposal as it is, also without a terminal."""
    assert dfsync(root, "pull", "--from", sheet(root, "Id,Name,State,Country\n11,a,CA,USA\n"), "--yes") == 0
    entry = "{match: sites/usa/ca/**, set: {timezone: America/Los_Angeles, currency: USD}}"
    assert entry in (root / "dfsync.yaml").read_text()
    site = check(WorkTree(root)).desired.sites["11"]
    assert site.fields["timezone"] == "America/Los_Angeles"
    assert dfsync(root, "validate") == 0, capfd.readouterr().out


def test_hostile_names_of_worksheets_and_cells_stay_harmless(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Terminal escapes and workflow commands of a workbook reach neither the terminal nor a CI runner's log."""
    book = openpyxl.Workbook()
    book.active.title = "\u202e##(error)x"
    book.active.append(["Id", "Name", "##[error]Mon"])
    book.active.append(["8", "X", "::warning::\u202e"])
    book.create_sheet("Other \u202e").append(["x"])
    book.save(root / "s.xlsx")
    assert dfsync(root, "pull", "--from", "s.xlsx") == 1
    assert dfsync(root, "pull", "--from", "s.xlsx", "--yes") in (0, 1)
    out, err = capfd.readouterr()
    assert "\u202e" not in out + err
    assert not any(line.lstrip().startswith("::") or "##[" in line for line in (out + err).splitlines())


def test_one_pair_of_times_for_all_days_needs_a_yes(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """`Opening time` may be that of each day, so it is proposed and not certain; dates under `Start` are no hours."""
    text = "Id,Name,Opening time,Closing time,Start\n8,X,9:00,17:59,2026-01-01\n9,Y,closed,closed,\n"
    assert dfsync(root, "pull", "--from", sheet(root, text)) == 1
    assert "Opening time: hours.Mon-Sun.open" in capfd.readouterr().err
    assert dfsync(root, "pull", "--from", "stores.csv", "--yes") == 0
    assert hours(root, "8") == week(**{"Mon-Sun": "09:00-17:59"})
    assert "ignore: [Start]" in (root / "dfsync.yaml").read_text()
