"""From changes to CSV, byte for byte."""

from __future__ import annotations

import csv
import io
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dfsync.diff.changes import Action, Change, FieldChange
from dfsync.model.fields import FIELD
from dfsync.model.kind import Kind
from dfsync.model.place import Source
from dfsync.model.settings import ApiSettings, Config
from dfsync.model.values import from_json
from dfsync.render.requests import requests
from dfsync.render.sheets import UploadSheet, site_sheets
from tests.plan.small_plans import contact, plan, row, site

HOURS = [{"days": ["Mon", "Tue"], "start": "09:00", "end": "17:00"}]


def change(id: str, required: tuple[tuple[str, str], ...] = (("Site Name", "S"),), **after: Any) -> Change:
    fields = tuple(
        FieldChange(name, FIELD[name].column, None, from_json(FIELD[name], value)) for name, value in after.items()
    )
    return Change(Kind.SITE, Action.UPDATE, id, "S", Source("a.yaml", 1), fields, required=required)


def sheets(*changes: Change, **settings: Any) -> list[UploadSheet]:
    return list(site_sheets(changes, ApiSettings(**settings)))


def test_the_bytes_are_rfc_4180_in_utf_8_without_bom() -> None:
    [sheet] = sheets(change("b", timezone='say "hi", café\n2'), change("a", timezone=None))
    expected = 'Site ID,Site Name,Timezone\r\na,S,\r\nb,S,"say ""hi"", café\n2"\r\n'
    assert sheet.data == expected.encode()


def test_every_kind_of_value_has_its_cell() -> None:
    [sheet] = sheets(change("a", required=(), groups=["b", "a"], operational_hours=HOURS))
    assert sheet.data.decode().splitlines() == [
        "Site ID,Site Groups,Operational Hours",
        'a,"b,a","[{""days"":[""Mon"",""Tue""],""start"":""09:00"",""end"":""17:00""}]"',
    ]
    [closed] = sheets(change("a", required=(), operational_hours=[]))
    assert closed.data == b"Site ID,Operational Hours\r\na,[]\r\n"


def test_rows_with_the_same_columns_travel_together_and_no_cell_is_added() -> None:
    found = sheets(change("c", timezone="UTC"), change("a", currency="USD"), change("b", timezone="UTC"))
    assert [(sheet.columns[2:], [row.id for row in sheet.rows]) for sheet in found] == [
        (("Timezone",), ["b", "c"]),
        (("Currency",), ["a"]),
    ]


def test_the_same_changes_in_any_order_give_the_same_bytes() -> None:
    changes = [change(str(n), **({"timezone": "UTC"} if n % 2 else {"currency": "USD"})) for n in range(20)]
    assert [sheet.data for sheet in sheets(*changes)] == [sheet.data for sheet in sheets(*reversed(changes))]


def test_batches_are_bounded_by_rows_and_by_bytes_and_lose_no_row() -> None:
    changes = [change(f"{n:03}", timezone="x" * 10) for n in range(25)]
    by_rows = sheets(*changes, batch_rows=10)
    assert [len(sheet.rows) for sheet in by_rows] == [10, 10, 5]
    by_bytes = sheets(*changes, batch_bytes=100)
    assert all(len(sheet.data) <= 100 for sheet in by_bytes)
    assert [row.id for sheet in by_bytes for row in sheet.rows] == [change.id for change in changes]


def test_a_row_larger_than_a_batch_travels_alone() -> None:
    assert [len(sheet.rows) for sheet in sheets(change("a", timezone="x" * 500), change("b"), batch_bytes=100)] == [
        1,
        1,
    ]


def test_halves_and_what_is_left_are_the_same_rows() -> None:
    [whole] = sheets(*(change(str(n), timezone="UTC") for n in range(5)))
    one, other = whole.halves()
    assert one.rows + other.rows == whole.rows
    assert whole.without(one.rows) == other


def test_sites_go_before_the_contacts_that_need_them_and_numbers_count_requests() -> None:
    made = plan([site("a"), site("b", timezone="UTC")], [row("b")], contacts=[contact("a", "x@y.z")])
    assert [request.file_name for request in requests(made, Config())] == [
        "sites.001.csv",
        "sites.002.csv",
        "site_contacts.003.csv",
    ]


texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=8)


@settings(max_examples=100, derandomize=True)
@given(st.dictionaries(texts.filter(bool), texts, min_size=1, max_size=6), st.integers(1, 3))
def test_what_a_csv_reader_reads_is_what_was_to_be_sent(values: dict[str, str], batch_rows: int) -> None:
    """Whatever is in the text, cells come back as they were."""
    found = sheets(*(change(id, escalation_path=value) for id, value in values.items()), batch_rows=batch_rows)
    read = [row for sheet in found for row in csv.DictReader(io.StringIO(sheet.data.decode(), newline=""), strict=True)]
    assert {row["Site ID"]: row["Escalation Path"] for row in read} == values
