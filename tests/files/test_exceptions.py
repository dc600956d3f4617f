"""Dated exceptions as they are written: dates, ranges, what stands twice."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from dfsync.files.dated_exceptions import read_exceptions
from dfsync.model.exception_days import ExceptionOrigin

DATE = datetime.date


def problems(*items: dict[str, Any]) -> list[tuple[str, tuple[Any, ...], str | None]]:
    return [(each.message, each.path, each.help) for each in read_exceptions([*items])[1]]


def test_a_range_has_both_its_ends() -> None:
    """`from` and `to` are inclusive; a range of one day is that day."""
    found, wrong = read_exceptions(
        [
            {"from": "2027-01-11", "to": "2027-01-15", "hours": "10:00-14:00", "note": "Stocktaking"},
            {"from": "2026-12-25", "to": "2026-12-25", "closed": True},
        ],
        ExceptionOrigin.CALENDAR,
        (0, "calendars", "us"),
    )
    assert wrong == []
    assert [(each.date, each.until, each.last, each.note) for each in found] == [
        (DATE(2026, 12, 25), None, DATE(2026, 12, 25), None),
        (DATE(2027, 1, 11), DATE(2027, 1, 15), DATE(2027, 1, 15), "Stocktaking"),
    ]
    assert [each.pointer for each in found] == [(0, "calendars", "us", "exceptions", number) for number in (1, 0)]
    assert found[0].written_in == "calendar us"


@pytest.mark.parametrize(
    ("first", "second", "day"),
    [
        ({"date": "2026-12-25"}, {"date": "2026-12-25"}, "2026-12-25"),
        ({"from": "2026-12-24", "to": "2026-12-26"}, {"date": "2026-12-25"}, "2026-12-25"),
        ({"date": "2026-12-25"}, {"from": "2026-12-24", "to": "2026-12-26"}, "2026-12-25"),
        ({"from": "2026-12-24", "to": "2026-12-26"}, {"from": "2026-12-26", "to": "2026-12-31"}, "2026-12-26"),
        ({"from": "2026-12-26", "to": "2026-12-31"}, {"from": "2026-12-24", "to": "2026-12-26"}, "2026-12-26"),
    ],
)
def test_a_day_stands_once_in_a_list(first: dict[str, str], second: dict[str, str], day: str) -> None:
    """A date or a range that has a day of an earlier one is an error that leads to both."""
    apart = {"date": "2026-12-01", "closed": True}
    found, (problem,) = read_exceptions([apart, {**first, "closed": True}, {**second, "hours": "09:00-10:00"}])
    assert len(found) == 2
    assert problem.message == f"{day} has an exception already"
    assert (problem.path[:2], problem.also) == (("exceptions", 2), ("exceptions", 1))


def test_neighbours_are_no_overlap() -> None:
    ranges = [("2026-12-01", "2026-12-03"), ("2026-12-06", "2026-12-09"), ("2026-12-04", "2026-12-05")]
    assert problems(*({"from": first, "to": last, "closed": True} for first, last in ranges)) == []


@pytest.mark.parametrize(
    ("item", "message", "help"),
    [
        ({"date": "25.12.2026"}, "25.12.2026 is not a date YYYY-MM-DD", "write 2026-12-25"),
        ({"date": "25/12/2026"}, "25/12/2026 is not a date YYYY-MM-DD", "write 2026-12-25"),
        ({"date": "12/25/2026"}, "12/25/2026 is not a date YYYY-MM-DD", "write 2026-12-25"),
        ({"date": "04/05/2026"}, "04/05/2026 is not a date YYYY-MM-DD", None),
        ({"date": "4.5.2026"}, "4.5.2026 is not a date YYYY-MM-DD", "write 2026-05-04"),
        ({"date": "20261225"}, "20261225 is not a date YYYY-MM-DD", "write 2026-12-25"),
        ({"date": "2026-02-29"}, "2026-02-29 is not a date YYYY-MM-DD", None),
        ({"date": "tomorrow"}, "tomorrow is not a date YYYY-MM-DD", None),
        (
            {"from": "2026-12-26", "to": "2026-12-25"},
            "the days end on 2026-12-25, before they begin on 2026-12-26",
            "exchange from and to",
        ),
        (
            {"date": "2026-12-25", "from": "2026-12-25", "to": "2026-12-26"},
            "an exception has either date, or from and to",
            "take out date, or from and to",
        ),
    ],
)
def test_days_that_cannot_be_read(item: dict[str, str], message: str, help: str | None) -> None:
    ((said, path, helped),) = problems({**item, "closed": True})
    assert (said, helped) == (message, help)
    assert path[:2] == ("exceptions", 0)


def test_what_the_schema_refuses_is_passed_over() -> None:
    items = [
        {"closed": True},
        {"from": "2026-12-25", "closed": True},
        {"to": ["x"]},
        "x",
        {"date": None, "closed": True},
    ]
    assert read_exceptions(items) == ((), [])
