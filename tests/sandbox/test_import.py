"""What an upload changes, and what it is told about rows that change nothing."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.http_requests import HOURS, asking, sheet, site

ID_NAME = ("Site ID", "Site Name")
CONTACT = ("Site ID", "Contact Name", "Contact Email")


def test_a_row_creates_a_site_and_the_next_updates_it() -> None:
    """Rows are upserts by Site ID."""
    with asking() as asked:
        assert asked.errors(sheet(ID_NAME, ("a", "A")))["sites"] == []
        assert asked.errors(sheet(ID_NAME, ("a", "B")))["sites"] == []
        assert {id: row["Site Name"] for id, row in asked.sandbox.rows().items()} == {"a": "B"}


def test_only_the_columns_of_the_sheet_are_touched() -> None:
    """An edit made elsewhere in another column survives."""
    with asking(site("a", Currency="EUR", Timezone="Europe/Berlin")) as asked:
        asked.errors(sheet(("Site ID", "Currency"), ("a", "USD")))
        row = asked.sandbox.rows()["a"]
        assert (row["Currency"], row["Timezone"], row["Site Name"]) == ("USD", "Europe/Berlin", "Site a")


def test_hours_are_stored_as_the_array_that_they_are() -> None:
    """The cell is JSON text, the export gives the array."""
    with asking() as asked:
        asked.errors(sheet((*ID_NAME, "Operational Hours"), ("a", "A", json.dumps(HOURS))))
        assert asked.sandbox.rows()["a"]["Operational Hours"] == HOURS
        assert asked.exported()["a"]["Operational Hours"] == HOURS


@pytest.mark.parametrize("text", [' O\'Neill, "Ltd" ', "two\r\nlines", "東京", "02134", "NO", "=1+1", "Ω" * 3000])
def test_every_text_arrives_byte_for_byte(text: str) -> None:
    """Nothing about a value is too odd for a cell."""
    with asking() as asked:
        asked.errors(sheet((*ID_NAME, "Address City"), ("a", text, text)))
        row = asked.exported()["a"]
        assert (row["Site Name"], row["Address City"]) == (text, text)


def test_a_row_error_is_the_documents_own_example() -> None:
    """The first row after a counted header is 2, so the documents' row 5 is the fourth."""
    rows = [("1", "[]"), ("2", "[]"), ("3", "[]"), ("123", "[{bad json]")]
    with asking(*(site(id) for id, _ in rows)) as asked:
        assert asked.errors(sheet(("Site ID", "Operational Hours"), *rows))["sites"] == [
            {
                "row": 5,
                "column": "Operational Hours",
                "value": "[{bad json]",
                "error_msg": "Invalid Operational Hours for Site ID 123 on row 5: Invalid JSON",
            }
        ]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("Operational Hours", "{}", "Expected an array"),
        ("Operational Hours", "[" * 100_000, "Invalid JSON"),
        ("Operational Hours", '[{"days":["Mon"]}]', "Expected objects"),
        ("Operational Hours", '[{"days":["Mo"],"start":"09:00","end":"10:00"}]', "Unknown day"),
        ("Operational Hours", '[{"days":["Mon"],"start":"9:00","end":"10:00"}]', "HH:MM"),
        ("Operational Hours", '[{"days":["Mon"],"start":"22:00","end":"02:00"}]', "before start"),
        ("Timezone", "Europe/Bonn", "time zone"),
        ("Timezone", "../etc/passwd", "time zone"),
        ("Currency", "usd", "currency"),
    ],
)
def test_a_wrong_cell_is_an_error_and_the_other_rows_land(column: str, value: str, reason: str) -> None:
    """A row with any wrong cell leaves nothing behind; valid rows of the same sheet land."""
    with asking(site("a")) as asked:
        text = sheet((*ID_NAME, column), ("a", "new", value), ("b", "B", ""))
        (error,) = asked.errors(text)["sites"]
        assert (error["row"], error["column"], error["value"]) == (2, column, value)
        assert reason in error["error_msg"]
        assert [row["Site Name"] for row in asked.sandbox.rows().values()] == ["Site a", "B"]


def test_a_new_site_needs_a_name() -> None:
    """An update does not, as the sheet need not have the column."""
    with asking(site("a")) as asked:
        (error,) = asked.errors(sheet(("Site ID", "Currency"), ("a", "EUR"), ("b", "EUR")))["sites"]
        assert (error["row"], error["column"]) == (3, "Site Name")
        assert list(asked.sandbox.rows()) == ["a"]


def test_a_row_without_an_id_is_an_error() -> None:
    """There is nothing to create or update."""
    with asking() as asked:
        (error,) = asked.errors(sheet(ID_NAME, ("", "A")))["sites"]
        assert error["column"] == "Site ID"


@pytest.mark.parametrize(
    "header", [(*ID_NAME, "Site Nmae"), ("Site Name", "Site ID", "Site Name"), ("Site Name", "Currency")]
)
def test_a_header_that_is_wrong_lands_nothing(header: tuple[str, ...]) -> None:
    """Unknown, repeated and missing columns are errors of the sheet."""
    with asking() as asked:
        (error,) = asked.errors(sheet(header, ("a", "EUR", "EUR")[: len(header)]))["sites"]
        assert error["row"] == 1
        assert asked.sandbox.rows() == {}


def test_a_row_of_another_length_is_an_error() -> None:
    """A cell too many is not guessed away."""
    with asking() as asked:
        (error,) = asked.errors(b"Site ID,Site Name\r\na,A,x\r\nb,B\r\n")["sites"]
        assert error["row"] == 2
        assert list(asked.sandbox.rows()) == ["b"]


@pytest.mark.parametrize(("base", "counted", "first"), [(0, False, 0), (1, False, 1), (0, True, 1), (1, True, 2)])
def test_rows_are_counted_as_the_settings_say(base: int, counted: bool, first: int) -> None:
    """The numbering depends on the template, say the documents."""
    with asking(row_base=base, header_counted=counted) as asked:
        errors = asked.errors(sheet(ID_NAME, ("", "x"), ("a", "A"), ("", "x")))["sites"]
        assert [error["row"] for error in errors] == [first, first + 2]


@pytest.mark.parametrize(("setting", "left"), [("clear", None), ("keep", "EUR")])
def test_a_blank_cell_clears_or_keeps(setting: str, left: str | None) -> None:
    """What an empty cell does is a setting."""
    with asking(site("a", Currency="EUR"), blank_cells=setting) as asked:
        assert asked.errors(sheet(("Site ID", "Currency"), ("a", "")))["sites"] == []
        assert asked.sandbox.rows()["a"]["Currency"] == left


def test_a_name_can_not_be_cleared() -> None:
    """A site without a name is none."""
    with asking(site("a")) as asked:
        (error,) = asked.errors(sheet(ID_NAME, ("a", "")))["sites"]
        assert error["column"] == "Site Name"


@pytest.mark.parametrize(("trim", "stored"), [(True, "A"), (False, " A ")])
def test_outer_space_is_trimmed_or_not(trim: bool, stored: str) -> None:
    """The space around an id is trimmed too."""
    with asking(trim=trim) as asked:
        asked.errors(sheet(ID_NAME, (" A ", " A ")))
        assert [row["Site Name"] for row in asked.sandbox.rows().values()] == [stored]
        assert list(asked.sandbox.rows()) == [stored]


@pytest.mark.parametrize(("setting", "status"), [("refuse_400", 400), ("refuse_422", 422)])
def test_an_upload_with_a_wrong_row_can_be_refused_whole(setting: str, status: int) -> None:
    """Then nothing lands, of neither sheet."""
    with asking(bad_rows=setting) as asked:
        answer = asked.import_(sheet(ID_NAME, ("a", "A"), ("", "B")), sheet(CONTACT, ("a", "Ada", "ada@example.com")))
        assert answer.status_code == status
        assert answer.json()["success"] is False
        assert asked.sandbox.rows() == {}
        assert asked.import_(sheet(ID_NAME, ("a", "A"))).status_code == 200


def test_contacts_are_known_by_site_and_email() -> None:
    """The same email at the same site is the same contact; columns that are left out stay."""
    with asking(site("a"), site("b")) as asked:
        first = sheet(
            (*CONTACT, "Contact Phone"),
            *(("a", "Ada", "ada@example.com", "1"), ("b", "Ada", "ada@example.com", "2")),
        )
        assert asked.errors(contacts=first)["site_contacts"] == []
        assert asked.errors(contacts=sheet(CONTACT, ("a", "Lovelace", "ada@example.com")))["site_contacts"] == []
        contacts = asked.sandbox.contacts()
        assert contacts["a", "ada@example.com"]["Contact Name"] == "Lovelace"
        assert contacts["a", "ada@example.com"]["Contact Phone"] == "1"
        assert contacts["b", "ada@example.com"]["Contact Name"] == "Ada"


@pytest.mark.parametrize(
    ("row", "column"),
    [(("x", "A", "a@b"), "Site ID"), (("a", "A", ""), "Contact Email"), (("a", "A", "a b"), "Contact Email")],
)
def test_a_contact_needs_a_site_that_exists_and_an_email(row: tuple[str, ...], column: str) -> None:
    """The wrong row is told, the good one lands."""
    with asking(site("a")) as asked:
        (error,) = asked.errors(contacts=sheet(CONTACT, row, ("a", "Ada", "ada@example.com")))["site_contacts"]
        assert (error["row"], error["column"]) == (2, column)
        assert list(asked.sandbox.contacts()) == [("a", "ada@example.com")]


def test_a_contact_may_come_with_its_new_site() -> None:
    """Both sheets are processed together, sites first."""
    with asking() as asked:
        errors = asked.errors(sheet(ID_NAME, ("a", "A")), sheet(CONTACT, ("a", "Ada", "ada@example.com")))
        assert errors == {"sites": [], "site_contacts": []}
        assert list(asked.sandbox.contacts()) == [("a", "ada@example.com")]


def test_the_contact_template_is_a_setting() -> None:
    """The vendor's own is not public."""
    columns, key = ("Site", "Mail", "Who"), ("Site", "Mail")
    with asking(site("a"), contact_columns=columns, contact_key=key) as asked:
        assert asked.errors(contacts=sheet(columns, ("a", "x@y", "Ada")))["site_contacts"] == []
        assert asked.sandbox.contacts() == {("a", "x@y"): {"Site": "a", "Mail": "x@y", "Who": "Ada"}}
        (error,) = asked.errors(contacts=sheet(("Site", "Mail", "Contact Name"), ("a", "x@y", "Ada")))["site_contacts"]
        assert error["column"] == "Contact Name"


@pytest.mark.parametrize("data", [b"\xff\xfe", b"", b'Site ID,"Site Name\r\n', b'Site ID\r\n"a"b\r\n'])
def test_what_is_no_csv_is_refused_whole(data: bytes) -> None:
    """Not UTF-8, nothing at all, or quotes that do not close."""
    with asking() as asked:
        assert asked.import_(data).status_code == 400


def test_too_many_rows_or_bytes_are_a_413() -> None:
    """Both bounds are settings; what keeps to them passes."""
    with asking(max_upload_rows=2, max_upload_bytes=2000) as asked:
        rows = [(str(number), "A") for number in range(3)]
        assert asked.import_(sheet(ID_NAME, *rows)).status_code == 413
        assert asked.import_(sheet(ID_NAME, *rows[:2])).status_code == 200
        assert asked.import_(sheet(ID_NAME, ("a", "A" * 2000))).status_code == 413
        assert list(asked.sandbox.rows()) == ["0", "1"]


@pytest.mark.parametrize("field", [("contacts", ("x.csv", b"")), ("sites", (None, "text")), ("other", (None, "text"))])
def test_a_form_with_anything_but_the_documented_files_is_a_400(field: tuple[str, tuple[str | None, str]]) -> None:
    """A misspelt field is told, not ignored."""
    with asking() as asked:
        assert asked.http.post("/sites/import", files=[field]).status_code == 400


def test_a_form_without_any_file_is_a_400() -> None:
    """You must provide at least one of the two files."""
    with asking() as asked:
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        assert asked.http.post("/sites/import", content=b"--x--\r\n", headers=headers).status_code == 400


def test_the_same_sheet_twice_in_a_form_is_a_400() -> None:
    """Which of the two would count is anybody's guess."""
    with asking() as asked:
        files = [("sites", ("a.csv", sheet(ID_NAME, ("a", "A")))), ("sites", ("b.csv", sheet(ID_NAME, ("b", "B"))))]
        assert asked.http.post("/sites/import", files=files).status_code == 400
