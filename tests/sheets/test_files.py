"""The spreadsheets that were uploaded until now, as people and programs save them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.errors import InputError
from dfsync.model.fields import COLUMNS, FIELD
from dfsync.model.settings import Config, ContactCsv
from dfsync.model.site import Desired
from dfsync.pull.sheets import Sheets, read_files
from dfsync.sheets.columns.answers import AcceptAll, Decisions, Nobody
from dfsync.sheets.reader import SheetReader

SITES = "Site ID,Site Name,Address City\nsite-1,Café,Zürich\nsite-2,Two,\n"
CONTACTS = "Site ID,Contact Name,Contact Email\nsite-1,Ada,ada@example.com\nsite-1,Bob,bob@example.com\n"


@pytest.fixture
def read(tmp_path: Path):
    """Return a function that writes files and reads them."""

    def read_texts(
        *contents: str | bytes, contact_csv: ContactCsv | None = None, decisions: Decisions | None = None
    ) -> Sheets:
        paths = []
        for number, content in enumerate(contents, 1):
            paths.append(tmp_path / f"{number}.csv")
            paths[-1].write_bytes(content if isinstance(content, bytes) else content.encode())
        config = Config(contact_csv=contact_csv or ContactCsv())
        return read_files(paths, SheetReader(config, Desired({}, {}), decisions or Nobody()))

    return read_texts


def rows(sheets: Sheets) -> list[dict[str, object]]:
    """Return the rows of the sites."""
    return [dict(one.live.row) for one in sheets.sites.values()]


def test_a_blank_cell_leaves_the_field_out(read):
    """What a spreadsheet does not say is not said to be empty."""
    one, two = read(SITES).sites.values()
    assert one.live.row == {"Site ID": "site-1", "Site Name": "Café", "Address City": "Zürich"}
    assert two.live.row == {"Site ID": "site-2", "Site Name": "Two"}
    assert two.knows(FIELD["name"])
    assert not two.knows(FIELD["address.city"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_way_of_saving_reads_the_same(read, encoding, delimiter, newline):
    """Excel's semicolons, tabs, BOMs and old encodings, and every line end."""
    text = SITES.replace(",", delimiter).replace("\n", newline)
    assert rows(read(text.encode(encoding))) == rows(read(SITES))


def test_remarks_tell_what_was_assumed(read):
    """A legacy encoding, and columns that mean nothing here, once the user agrees to leave them out."""
    text = SITES.replace("Address City", "Stadtmöbel")
    with pytest.raises(InputError, match="not certain which field each column is: Stadtmöbel"):
        read(text.encode("cp1252"))
    (encoding, columns) = read(text.encode("cp1252"), decisions=AcceptAll()).remarks
    assert encoding.endswith("was read as Windows-1252")
    assert columns.endswith("columns left out: Stadtmöbel")


def test_columns_come_in_any_order_and_spelling(read):
    """Order, case and spaces of the header are the spreadsheet's own."""
    text = "address  city ,SITE NAME,site id\nZürich,Café,site-1\n,Two,site-2\n"
    assert rows(read(text)) == rows(read(SITES))


def test_excels_separator_line_is_obeyed(read):
    """`sep=;` says how the file is split, and is no header."""
    assert rows(read("sep=;\r\n" + SITES.replace(",", ";"))) == rows(read(SITES))
    (problem,) = read("sep=,\nSite ID,Site Name\n,Two\n").problems
    assert problem.place.endswith("row 2, column A")


def test_sites_and_contacts_are_told_apart_by_their_header(read):
    """Whichever comes first; contacts carry the names of their fields."""
    both = read(CONTACTS, SITES)
    assert [one.live.id for one in both.sites.values()] == ["site-1", "site-2"]
    assert list(both.contacts.values()) == [
        {"site": "site-1", "name": "Ada", "email": "ada@example.com"},
        {"site": "site-1", "name": "Bob", "email": "bob@example.com"},
    ]


def test_contact_columns_are_those_of_the_configuration(read):
    """The vendor's template is not public: the header is what contact_csv says."""
    sheet = ContactCsv(("site", "email"), {"site": "Store", "email": "Mail", "name": "Who"})
    assert list(read("Who,Mail,Store\nAda,a@b.c,site-1\n", contact_csv=sheet).contacts.values()) == [
        {"site": "site-1", "email": "a@b.c", "name": "Ada"},
    ]


def test_a_saved_export_is_read_too(read):
    """JSON is known by its first character, and says of every field whether it is empty."""
    (one,) = read(json.dumps([{"Site ID": "a", "Site Name": "A"}])).sites.values()
    assert not one.partial


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("Name,City\nA,B\n", "not certain which field each column is: the site's id"),
        ("Site Name,Address City\nA,B\n", "the site's id"),
        ("Site ID,Site ID,Site Name\na,b,c\n", "row 1, column B: the column Site ID is there twice"),
        ("Site ID,Site Name\na,A\n\nb,B\na,C\n", "row 5, column A: the site a stands in row 2 already"),
        ("Site ID,Site Name\na,A,Zürich\n", "row 2, column C: 'Zürich' stands in a column without a header"),
        ('Site ID,Site Name\na,"A\n', "not CSV"),
        ('Site ID,Site Name\na,"A"B\n', "line 2: not CSV"),
    ],
)
def test_what_is_no_sheet_is_refused_with_its_line(read, text, words):
    """A guess would write a wrong file; the message says where to look."""
    with pytest.raises(InputError, match=r"1\.csv") as caught:
        read(text)
    assert words in caught.value.message


def test_rows_without_an_id_are_named_and_all_of_them(read):
    """A total below the list, or a forgotten id; the other rows are read."""
    sheets = read("Site ID,Site Name\n,A\nb,B\n,Total: 2\n")
    assert [problem.place[-15:] for problem in sheets.problems] == ["row 2, column A", "row 4, column A"]
    assert all("no site id" in problem.reason for problem in sheets.problems)
    assert list(sheets.sites) == ["b"]


def test_a_site_or_contact_twice_is_refused(read):
    """Also when the two stand in different files."""
    with pytest.raises(InputError, match=r"2\.csv has the site site-1 a second time"):
        read(SITES, SITES)
    with pytest.raises(InputError, match=r"1\.csv has a contact of site site-1 a second time"):
        read(CONTACTS + "site-1,Again,ada@example.com\n")


def test_line_breaks_and_separators_within_cells_stay(read):
    """Quoted cells hold anything; a Unicode line separator ends no row."""
    text = 'Site ID,Site Name,Address Street\na,"A, ""B""","1 Main\nSt"\nb,x\u2028y\x85z,\n'
    assert rows(read(text)) == [
        {"Site ID": "a", "Site Name": 'A, "B"', "Address Street": "1 Main\nSt"},
        {"Site ID": "b", "Site Name": "x\u2028y\x85z"},
    ]


CELLS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="#\ufffd"), min_size=1, max_size=8
).filter(lambda text: text.strip() and not text.strip().startswith("'"))
"""What a spreadsheet takes as it stands: an apostrophe in front is its own mark for text."""


@given(st.lists(CELLS, min_size=1, max_size=5, unique_by=str.strip), CELLS, st.sampled_from(",;\t"))
def test_any_cell_reads_back(tmp_path_factory, ids, name, delimiter):
    """What a CSV writer wrote is what is read, whatever the cells hold."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(COLUMNS[:2])
    writer.writerows([id, name] for id in ids)
    path = tmp_path_factory.mktemp("sheet") / "sites.csv"
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    found = read_files([path], SheetReader(Config(), Desired({}, {}), Nobody(), force=True)).sites.values()
    assert [(one.live.id, one.live.row["Site Name"]) for one in found] == [(id.strip(), name.strip()) for id in ids]
