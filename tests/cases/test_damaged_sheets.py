"""Damage by spreadsheet programs and wrong encodings is reported by cell, also without a value to compare with."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dfsync.model.damage import misread
from tests.support.run import CONFIG, in_process, write

SITES = "Site ID,Site Name,Address Postal Code\n"
CONTACTS = "Site ID,Contact Name,Contact Email,Contact Phone\n"


@pytest.mark.parametrize(
    ("row", "told", "written"),
    [
        ('"=""00123""",East,', 'row 2, column A: "="00123"" is read as 00123', 'id: "00123"'),
        ("'00124,West,", 'row 2, column A: "\'00124" is read as 00124', 'id: "00124"'),
        ("s1,CafÃ©,", 'column B: "CafÃ©" is taken as it is, and Café was meant', "name: CafÃ©"),
        ("s1,A,94105.0", 'column C: "94105.0" is taken as it is, and 94105 was meant', 'postal_code: "94105.0"'),
        ("s1,4.5E+11,", 'column B: "4.5E+11" is taken as it is, and looks like a number', 'name: "4.5E+11"'),
    ],
)
def test_a_cell_that_is_taken_with_doubt_is_told(tmp_path: Path, row: str, told: str, written: str) -> None:
    write(tmp_path, {"dfsync.yaml": CONFIG, "s.csv": f"{SITES}{row}\n"})
    done = in_process(tmp_path, "pull", "--from", str(tmp_path / "s.csv"))
    assert done.code == 0, done.err
    assert told in done.err
    assert written in next((tmp_path / "sites").iterdir()).read_text("utf-8")


def test_an_id_in_the_wrong_letters_creates_no_site(tmp_path: Path) -> None:
    """A create can't be taken back."""
    write(tmp_path, {"dfsync.yaml": CONFIG, "s.csv": f"{SITES}cafÃ©-1,A,\n"})
    done = in_process(tmp_path, "pull", "--from", str(tmp_path / "s.csv"))
    assert done.code == 1
    assert "café-1 was meant" in done.err
    assert not (tmp_path / "sites").exists()


def test_a_contact_is_told_as_a_site_is(tmp_path: Path) -> None:
    site = "id: s1\nname: A\n"
    rows = f"{CONTACTS}s1,JosÃ©,a@example.com,4.91512E+11\n"
    write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": site, "c.csv": rows})
    done = in_process(tmp_path, "pull", "--from", str(tmp_path / "c.csv"))
    assert done.code == 0, done.err
    assert 'row 2, column B: "JosÃ©" is taken as it is, and José was meant' in done.err
    assert 'row 2, column D: "4.91512E+11" is taken as it is, and looks like a number' in done.err


@given(st.text(st.characters(max_codepoint=0x17F, exclude_categories=["Cc", "Cs"])))
def test_text_that_was_misread_is_read_again(text: str) -> None:
    """Whatever Windows-1252 has no character for is taken as Latin-1, as browsers and spreadsheets do."""
    assume(not text.isascii() and misread(text) is None)
    wrong = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())
    assert misread(wrong) == text


@pytest.mark.parametrize("text", ["Café", "São Paulo", "MAÇÃ»", "naïve – “quoted”", "東京", "ÃO", "Ñandú", "plain"])
def test_text_that_is_right_is_not_read_again(text: str) -> None:
    assert misread(text) is None
