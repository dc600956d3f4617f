"""`dfsync holidays`: public holidays as dated exceptions."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import pytest

from tests.support.command_line import dfsync as inside
from tests.support.run import CONFIG, SITE, dfsync, write

pytest.importorskip("holidays", reason="the extra holidays is not installed")

US = SITE + "address: {country: USA, state: California}\n"
WITH_COMMENTS = (
    CONFIG
    + """\
calendars:
  us:   # ours
    match: sites/us/**
    exceptions:
      - {date: "2027-12-24", hours: 09:00-14:00}  # as every year
      - {from: "2027-12-31", to: "2028-01-02", closed: true}
limits: {max_updates: 30%}   # not more
"""
)


def test_a_table_of_dates_and_names(tmp_path: Path) -> None:
    """Needs no repository; names are English, whatever the language of the computer."""
    out = dfsync(tmp_path, "holidays", "DE-BY", "2027", environment={"LANGUAGE": "de", "LANG": "de_DE.UTF-8"}).out
    lines = out.splitlines()
    assert lines[0] == "2027-01-01 Fri  New Year's Day"
    assert "2027-01-06 Wed  Epiphany" in lines
    assert lines == sorted(lines)
    assert len(lines) < len(dfsync(tmp_path, "holidays", "US-CA", "2027").out.splitlines())


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--closed", "--only", "Christmas Day"], '- {date: "2027-12-25", closed: true, note: Christmas Day}\n'),
        (["--closed", "--only", "ERSTER weihn*"], '- {date: "2027-12-25", closed: true, note: Christmas Day}\n'),
        (
            ["--hours", "10:00-14:00, 15:00-16:00", "--only", "Epiphany"],
            '- {date: "2027-01-06", hours: [10:00-14:00, 15:00-16:00], note: Epiphany}\n',
        ),
    ],
)
def test_exceptions_to_paste(tmp_path: Path, options: list[str], expected: str) -> None:
    """`--only` takes English and local names, in any case."""
    assert dfsync(tmp_path, "holidays", "DE-BY", "2027", *options).out == expected


def test_writing_twice_is_the_same_as_once(tmp_path: Path) -> None:
    """Comments and all else stay, days of a range stay, and the file is valid."""
    root = write(tmp_path, {"dfsync.yaml": WITH_COMMENTS, "sites/us/a.yaml": US})
    order = ["holidays", "US-CA", "2027", "--closed", "--only", "Christmas*", "--only", "New Year*", "--write", "us"]
    first = dfsync(root, *order)
    assert first.code == 0
    once = (root / "dfsync.yaml").read_text()
    assert "given these hours in us: Christmas Day (observed)" in first.out
    added = '      - {date: "2027-12-25", closed: true, note: Christmas Day}\n'
    new_year = """      - {date: "2027-01-01", closed: true, note: New Year's Day}\n"""
    kept = WITH_COMMENTS.replace("hours: 09:00-14:00}", "closed: true}")
    assert sorted(once.splitlines()) == sorted((kept + added + new_year).splitlines())
    assert dfsync(root, *order).out.endswith("4 days in us already\n")
    assert (root / "dfsync.yaml").read_text() == once
    assert dfsync(root, "validate").code == 0


def test_other_hours_of_a_day_replace_those_that_stand_there(tmp_path: Path) -> None:
    root = write(tmp_path, {"dfsync.yaml": WITH_COMMENTS, "sites/us/a.yaml": US})
    order = ["holidays", "US-CA", "2027", "--hours", "10:00-13:00", "--write", "us"]
    out = dfsync(root, *order, "--only", "Christmas Day*", "--only", "New Year's Day (observed)").out
    assert "2027-12-31 Fri  left as they are, inside a range of us" in out
    text = (root / "dfsync.yaml").read_text()
    assert '- {date: "2027-12-24", hours: 10:00-13:00}  # as every year\n' in text
    assert '- {date: "2027-12-25", hours: 10:00-13:00, note: Christmas Day}\n' in text


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        ([], "    match: sites/us/**\n"),
        (["--match", "sites/us/west/**"], "    match: sites/us/west/**\n"),
        (["--group", "Retail", "--group", "West"], "    groups: [Retail, West]\n"),
    ],
)
def test_a_new_calendar_is_for_the_sites_of_the_region(tmp_path: Path, options: list[str], chosen: str) -> None:
    """By default for the folder that holds them and no others."""
    sites = {
        "sites/us/a.yaml": US,
        "sites/us/west/b.yaml": US.replace("123", "124"),
        "sites/ca/c.yaml": US.replace("123", "125").replace("USA", "Canada"),
    }
    root = write(tmp_path, {"dfsync.yaml": CONFIG, **sites})
    assert dfsync(root, "holidays", "US", "2027", "--closed", "--write", "new", *options).code == 0
    assert f"calendars:\n  new:\n{chosen}" in (root / "dfsync.yaml").read_text()


@pytest.mark.parametrize(
    ("sites", "expected"),
    [
        ({"sites/a": "USA", "sites/b": "USA"}, "sites/**"),
        ({"sites/a": "", "sites/b": "USA"}, "sites/**"),
        ({"sites/a": "", "sites/b": ""}, "sites/**"),
        ({}, "sites/**"),
        ({"sites/us/a/x": "USA", "sites/ca/a/x": "Canada", "sites/us/b/x": "USA"}, "sites/us/**"),
        ({"sites/us/a/x": "USA", "sites/usa/a/x": "Canada"}, "sites/us/a/**"),
        ({"sites/west/a/x": "USA", "sites/east/a/x": "USA", "sites/north/x": "Canada"}, None),
        ({"sites/a": "USA", "sites/b": "Canada"}, None),
        ({"sites/a": "Canada"}, None),
        ({"sites/a": "", "sites/b": "Canada"}, None),
    ],
)
def test_where_no_folder_fits_the_user_says_whose_it_is(
    tmp_path: Path, sites: dict[str, str], expected: str | None
) -> None:
    """A site that is known to be elsewhere never gets the holidays; without any word of regions all sites do."""
    root = write(tmp_path, {"dfsync.yaml": CONFIG})
    for number, (name, country) in enumerate(sites.items()):
        site = SITE.replace("site-123", f"site-{number}").replace("America/Los_Angeles", "UTC")
        write(root, {f"{name}.yaml": site + (f"address: {{country: {country}}}\n" if country else "")})
    outcome = dfsync(root, "holidays", "US", "2027", "--closed", "--write", "new")
    assert outcome.code == (64 if expected is None else 0), outcome.err
    assert "--match" in outcome.err or f"is for {expected}" in outcome.err
    assert ("match: " in (root / "dfsync.yaml").read_text()) is (expected is not None)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["US"], 64, "REGION YEAR"),
        ([], 64, "REGION YEAR"),
        (["ZZ", "2027"], 64, "no public holidays are known for ZZ"),
        (["US-XX", "2027"], 64, "US has no part XX"),
        (["DE-Bayren", "2027"], 64, "DE has no part Bayren"),
        (["US", "2027", "--write", "x"], 64, "--closed or --hours"),
        (["US", "2027", "--closed", "--hours", "10:00-14:00"], 64, "leave one of them out"),
        (["US", "2027", "--hours", "10-14"], 64, "10-14 is not a span"),
        (["US", "2027", "--hours", "10:00-14:00", "--hours", "13:00-15:00"], 64, "overlaps"),
        (["US", "2027", "--only", "Xmas*"], 1, "no public holiday named like Xmas*"),
        (["US", "1200"], 1, "no public holiday is known for US in 1200"),
        (["US", "2027", "--missing"], 64, "--missing goes alone"),
        (["US", "2027", "--match", "sites/**"], 64, "--write CALENDAR"),
        (["US", "99999"], 64, "99999"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    outcome = dfsync(tmp_path, "holidays", *arguments)
    assert (outcome.code, outcome.out) == (code, "")
    assert said in outcome.err


def test_without_the_extra_it_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    assert inside(tmp_path, "holidays", "US", "2027") == 1
    assert "[holidays]" in capsys.readouterr().err


def test_holidays_that_no_exception_covers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By region of the sites, for the next 60 days; where a site is closed anyhow it is not concerned."""

    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
            return cls(2026, 12, 1, 12, tzinfo=tz)

    covered = (
        US.replace("site-123", "site-1") + 'exceptions:\n  - {from: "2026-12-24", to: "2026-12-26", closed: true}\n'
    )
    closed_on_fridays = US.replace("site-123", "site-2").replace("Mon-Fri", "Mon-Thu")
    elsewhere = SITE.replace("site-123", "site-3")
    nowhere = SITE.replace("site-123", "site-4").replace("America/Los_Angeles", "UTC")
    unmanaged = "id: site-5\nname: E\naddress: {country: USA}\n"
    sites = {"a": US, "b": covered, "c": closed_on_fridays, "d": elsewhere, "e": nowhere, "f": unmanaged}
    write(tmp_path, {"dfsync.yaml": CONFIG, **{f"sites/{name}.yaml": text for name, text in sites.items()}})
    monkeypatch.setattr("dfsync.commands.holidays.datetime.datetime", Clock)
    assert inside(tmp_path, "holidays", "--missing") == 0
    out, err = capsys.readouterr()
    assert [line.split("  ") for line in out.splitlines()] == [
        ["US", "2026-12-25 Fri", "Christmas Day", "no exception at 1 of 1 site: site-3"],
        ["US", "2027-01-01 Fri", "New Year's Day", "no exception at 1 of 1 site: site-3"],
        ["US", "2027-01-18 Mon", "Martin Luther King Jr. Day", "no exception at 1 of 1 site: site-3"],
        ["US-CA", "2026-12-25 Fri", "Christmas Day", "no exception at 1 of 3 sites: site-123"],
        ["US-CA", "2027-01-01 Fri", "New Year's Day", "no exception at 2 of 3 sites: site-1, site-123"],
        [
            "US-CA",
            "2027-01-18 Mon",
            "Martin Luther King Jr. Day",
            "no exception at 3 of 3 sites: site-1, site-123, site-2",
        ],
    ]
    assert "site-4" in err


def test_validate_hints_at_them_when_it_is_asked_to_and_judges_each_day_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = CONFIG + "rules: {DF524: {level: hint}}\n"
    write(tmp_path, {"dfsync.yaml": asked, "sites/a.yaml": US})
    rule = "dfsync.validation.rules.df524_holiday_without_exception"
    for day, expected in (((2026, 12, 1), "Christmas"), ((2027, 4, 20), "Memorial Day"), ((2027, 8, 1), "Labor Day")):
        monkeypatch.setattr(f"{rule}.today", lambda day=day: datetime.date(*day))
        assert inside(tmp_path, "validate") == 0
        out = capsys.readouterr().out
        assert "DF524" in out
        assert expected in out
    write(tmp_path, {"dfsync.yaml": CONFIG})
    assert inside(tmp_path, "validate") == 0
    assert "DF524" not in capsys.readouterr().out
