"""Store lists as other services export them, accepted as they are proposed: every site has its hours to the minute."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from dfsync.files.storage.tree import WorkTree
from dfsync.model.hours.file_form.read import read_hours
from dfsync.validation.check import check
from tests.support.command_line import dfsync

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORT = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = ["9:00 AM", "5:00 PM"] * 5 + [""] * 4
NINE_TO_FIVE = {"Mon-Fri": "09:00-16:59"}
Rows = Sequence[Sequence[str]]


def in_columns(*names: str) -> list[str]:
    """Return headers of the seven days."""
    return [name.format(day=day, short=short) for day, short in zip(DAYS, SHORT, strict=True) for name in names]


GOOGLE: Rows = [
    [
        *[
            "Store code",
            "Business name",
            "Address line 1",
            "Address line 2",
            "Address line 3",
            "Sub-locality",
            "Locality",
        ],
        *[
            "Administrative area",
            "Country / Region",
            "Postal code",
            "Latitude",
            "Longitude",
            "Primary phone",
            "Website",
        ],
        *[f"{day} hours" for day in (DAYS[6], *DAYS[:6])],
        *["Special hours", "From the business", "Opening date", "Labels"],
    ],
    [
        *(
            "G1",
            "North",
            "1 Main St",
            "Suite 2",
            "",
            "",
            "Mountain View",
            "CA",
            "US",
            "94043",
            "37.4",
            "-122.1",
            "+1",
            "x.y",
        ),
        *("x", "09:00AM-05:00PM", "9:00AM-5:00PM", "09:00-17:00", "09:00AM-12:00PM, 01:00PM-05:00PM", "closed"),
        *("12:00AM-12:00AM", "2026-12-25: x", "", "2020-01", "a"),
    ],
]
YEXT: Rows = [
    [
        *["Entity ID", "Name", "Address > Line 1", "Address > City", "Address > Region", "Address > Postal Code"],
        *("Address > Country / Region", "Main Phone", "Timezone"),
        *in_columns("Hours > {day}"),
        "Hours > Holiday Hours",
    ],
    [
        *("1", "North", "1 Main St", "Portland", "OR", "97201", "US", "+15035550100", "America/Los_Angeles"),
        *("10am-12pm, 3-5", "closed", "10:00-5:00", "24hr", "10am-5pm", "1pm-4pm", "x", "12/25/2026: closed"),
    ],
]
YEXT_API: Rows = [
    [
        *("Entity ID", "Name"),
        *in_columns(
            "Hours > {day} > Open Intervals [0] > Start",
            "Hours > {day} > Open Intervals [0] > End",
            "Hours > {day} > Open Intervals [1] > Start",
            "Hours > {day} > Open Intervals [1] > End",
            "Hours > {day} > isClosed",
        ),
    ],
    ["1", "North", *["10am", "12pm", "3pm", "5pm", "false"] * 6, "", "", "", "", "true"],
]
FACEBOOK: Rows = [
    [
        "Store Number",
        "Store Name",
        "City",
        *in_columns(*(f"{{short}}_{n}_{end}" for n in (1, 2) for end in ("open", "close"))),
    ],
    ["1", "North", "Denver", *["09:00", "12:00", "13:00", "17:30"] * 5, "10:00", "14:00", *[""] * 6],
]
MAGENTO: Rows = [
    ["name", "zipcode", *in_columns("{day}_status", "{day}_open", "{day}_close"), "store_id"],
    ["North", "80202", *["1", "09:00", "17:00"] * 5, *["0", "", ""] * 2, "1"],
]
LISTS: dict[str, tuple[Rows, dict[str, str | list[str]]]] = {
    "google": (
        GOOGLE,
        {
            "Mon-Wed": "09:00-16:59",
            "Thu": ["09:00-11:59", "13:00-16:59"],
            "Sat": "00:00-23:59",
        },
    ),
    "yext": (
        YEXT,
        {
            "Mon": ["10:00-11:59", "15:00-16:59"],
            "Wed,Fri": "10:00-16:59",
            "Thu": "00:00-23:59",
            "Sat": "13:00-15:59",
        },
    ),
    "yext-intervals": (YEXT_API, {"Mon-Sat": ["10:00-11:59", "15:00-16:59"]}),
    "facebook": (FACEBOOK, {"Mon-Fri": ["09:00-11:59", "13:00-17:29"], "Sat": "10:00-13:59"}),
    "magento": (MAGENTO, NINE_TO_FIVE),
    "square": (
        [["Location Name", "Location ID", *in_columns("{day} Open", "{day} Close")], ["North", "1", *OFFICE]],
        NINE_TO_FIVE,
    ),
    "storemapper": (
        [
            ["Name", "Zip", "Phone", *DAYS, "Store ID"],
            ["North", "1", "3", *["9:00 AM - 5:00 PM"] * 5, "Closed", "Closed", "1"],
        ],
        NINE_TO_FIVE,
    ),
    "uberall": (
        [
            ["Identifier", "Name", "Street and number", *in_columns("Opening Hours {day}")],
            ["1", "N", "A 1", *["09-17"] * 5, "Closed", "Closed"],
        ],
        NINE_TO_FIVE,
    ),
    "wp-store-locator": (
        [
            ["wpsl_id", "name", "address", "zip", "hours"],
            ["1", "N", "A", "8", "Monday 9:00 AM - 5:00 PM; Tuesday 9:00 AM - 5:00 PM"],
        ],
        {"Mon-Tue": "09:00-16:59"},
    ),
    "stockist": (
        [["Name", "Address Line 1", "Hours", "External ID"], ["N", "A", "Mon-Fri: 9am - 5pm\nSat: 10am - 2pm", "1"]],
        {**NINE_TO_FIVE, "Sat": "10:00-13:59"},
    ),
    "bing": (
        [["Store Name", "Store ID", "Hours of Operation"], ["N", "1", "Mon 9:00AM-5:00PM,Tue 9:00AM-5:00PM"]],
        {"Mon-Tue": "09:00-16:59"},
    ),
    "openstreetmap": (
        [
            ["@id", "name", "addr:city", "addr:postcode", "opening_hours"],
            ["node/1", "N", "B", "1", "Mo-Fr 09:00-17:00; PH off"],
        ],
        NINE_TO_FIVE,
    ),
    "warehouse": (
        [
            ["STORE_NO", "STORE_NM", *in_columns("{short}_OPEN_TM", "{short}_CLOSE_TM")],
            ["1", "N", *["900", "1700"] * 5, *[""] * 4],
        ],
        NINE_TO_FIVE,
    ),
    "camel-case": (
        [
            ["storeNumber", "storeName", "postalCode", *in_columns("{short}Open", "{short}Close")],
            ["1", "N", "8", *OFFICE],
        ],
        NINE_TO_FIVE,
    ),
    "weekday-and-weekend": (
        [
            ["Store #", "Name", "Weekday Open", "Weekday Close", "Sat Open", "Sat Close"],
            ["1", "N", "9 AM", "5 PM", "Closed", "Closed"],
        ],
        NINE_TO_FIVE,
    ),
    "ranges": (
        [["Store #", "Name", "M-Th", "F", "Sat", "Sun"], ["1", "N", "9-5", "9-5", "closed", "closed"]],
        NINE_TO_FIVE,
    ),
    "german-halves": (
        [
            ["Filialnr", "Filialname", "PLZ", "Mo-Fr vormittags", "Mo-Fr nachmittags", "Samstag"],
            ["1", "N", "8", "9-12", "14-18 Uhr", "9-13"],
        ],
        {"Mon-Fri": ["09:00-11:59", "14:00-17:59"], "Sat": "09:00-12:59"},
    ),
    "french-halves": (
        [
            ["Code magasin", "Enseigne", "CP", "Lundi matin", "Lundi après-midi", "Mardi matin", "Mardi après-midi"],
            ["1", "N", "8", "9h-12h", "14h-19h", "fermé", "14h à 19h"],
        ],
        {"Mon": ["09:00-11:59", "14:00-18:59"], "Tue": "14:00-18:59"},
    ),
    "spanish-halves": (
        [
            ["Código tienda", "Nombre", "C.P.", "L-V mañana", "L-V tarde", "Sábado"],
            ["1", "N", "8", "9:30-14:00", "17:00-20:30", "10-14"],
        ],
        {"Mon-Fri": ["09:30-13:59", "17:00-20:29"], "Sat": "10:00-13:59"},
    ),
    "german-days": (
        [
            ["Filial-Nr.", "Filiale", "Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa.", "So."],
            ["1", "N", *["9 bis 17 Uhr"] * 5, "geschlossen", "Ruhetag"],
        ],
        NINE_TO_FIVE,
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_as_another_service_exports_it_comes_in_by_its_proposal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    """Nobody corrects a line of the proposal, and the mapping that is remembered reads the sheet again."""
    rows, expected = LISTS[name]
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    (tmp_path / "list.csv").write_text(out.getvalue(), encoding="utf-8-sig", newline="")
    (tmp_path / "dfsync.yaml").write_text("version: 1\n")
    assert dfsync(tmp_path, "pull", "--from", "list.csv", "--yes") == 0, capfd.readouterr().err
    (site,) = check(WorkTree(tmp_path)).desired.sites.values()
    assert site.fields["operational_hours"] == read_hours(expected).week
    assert site.fields["name"] in ("N", "North")
    assert dfsync(tmp_path, "pull", "--from", "list.csv", "--force") == 0
    assert "nothing to pull: the files agree with list.csv" in capfd.readouterr().err


def test_crosses_are_closed_only_beside_hours(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Where nothing but crosses stands, they can as well mark the days on which a store is open."""
    (tmp_path / "dfsync.yaml").write_text("version: 1\n")
    (tmp_path / "list.csv").write_text("id,name,Mon,Tue,Open,Close\n1,N,x,,9:00,17:00\n")
    assert dfsync(tmp_path, "pull", "--from", "list.csv", "--yes") == 1
    assert 'row 2, column C (Mon) of site 1: "x": x can mean closed or open' in capfd.readouterr().err
