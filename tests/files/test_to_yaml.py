"""Sites and hours as they are written: any week in either form reads back as the same week."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.files.edit.to_yaml import days_node, hours_node, site_node
from dfsync.files.edit.write import entry
from dfsync.files.yaml.parse import parse
from dfsync.model.hours.file_form.read import read_hours
from dfsync.model.hours.week import DAY, Week

MINUTES = st.integers(0, DAY - 1)
FORMS = st.sampled_from(["compact", "list"])


def _spans(marks: list[int]) -> tuple[tuple[int, int], ...]:
    """Return spans of two minutes and more between sorted marks, none touching the next."""
    marks = sorted(marks)
    pairs = zip(marks[::2], marks[1::2], strict=False)
    return tuple((start, stop) for start, stop in pairs if stop - start > 1)


DAYS = st.lists(st.integers(0, DAY), max_size=6, unique=True).map(_spans)
WEEKS = st.lists(DAYS, min_size=7, max_size=7).map(lambda days: Week(tuple(days)))


@given(WEEKS, FORMS)
def test_any_week_reads_back_from_either_form(week, form):
    """Parse after write is the identity on weeks, through YAML text too, with one-minute spans refused."""
    try:
        node = hours_node(week, form)
    except ValueError:
        assert any(stop - start == 1 for spans in week.by_day() for start, stop in spans)
        return
    assert read_hours(node).week == week
    document = parse(f"{entry('operational_hours', node)}\n".encode()).documents[0]
    assert read_hours(document["operational_hours"]).week == week


@given(WEEKS, FORMS)
def test_days_are_written_as_they_are(week, form):
    """The spans of each day stay whole on the day that they start on, as dated exceptions need it."""
    assert read_hours(days_node(week.days, form)).week.days == week.days


@pytest.mark.parametrize(
    ("hours", "compact"),
    [
        ({"Mon-Fri": "09:00-18:59", "Sat": "10:00-13:59"}, "{Mon-Fri: 09:00-18:59, Sat: 10:00-13:59}"),
        ({"Mon": "09:00-12:00", "Wed": "09:00-12:00"}, '{"Mon,Wed": 09:00-12:00}'),
        ({"Mon": ["09:00-12:00", "13:00-17:00"]}, "{Mon: [09:00-12:00, 13:00-17:00]}"),
        ({"Fri": "22:00-23:59", "Sat": "00:00-01:59"}, "{Fri: 22:00-01:59}"),
        ({"Mon-Sun": "00:00-23:59"}, "{Mon-Sun: 00:00-23:59}"),
        ({"Mon": "23:59-24:00"}, "{Mon: 23:59-24:00}"),
        ({}, "{}"),
    ],
)
def test_compact_hours_are_those_that_a_person_would_write(hours, compact):
    """Days are in ranges, nights are whole, and closed days are left out."""
    week = read_hours(hours).week
    assert entry("h", hours_node(week, "compact")) == f"h: {compact}"


def test_closed_days_can_be_named():
    """For a file that names them."""
    week = read_hours({"Mon-Fri": "09:00-18:59"}).week
    assert hours_node(week, "compact", name_closed=True) == {"Mon-Fri": "09:00-18:59", "Sat-Sun": "closed"}


def test_a_span_of_one_minute_is_refused():
    """No file could say it: start and end would be the same."""
    with pytest.raises(ValueError, match="one minute"):
        hours_node(Week((((540, 541),), *((),) * 6)), "compact")


def test_a_site_has_its_fields_in_order_and_addresses_whole():
    """The order of its values does not matter."""
    values = {"currency": "EUR", "address.city": "X", "name": "A", "address.street": None, "groups": ("B", "A")}
    node = site_node("a", values)
    assert list(node.items()) == [
        ("id", "a"),
        ("name", "A"),
        ("address", {"street": None, "city": "X"}),
        ("groups", ["B", "A"]),
        ("currency", "EUR"),
    ]
