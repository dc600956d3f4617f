"""What the export shows, and in which of the forms that the documents leave open."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dfsync.model.fields import COLUMNS
from dfsync.model.hours.live import live_hours
from dfsync.model.hours.week import DAYS
from dfsync.sandbox import SandboxSettings
from dfsync.sandbox.backend.spelling import spelled
from tests.sandbox.http_requests import HOURS, asking, site


def test_pages_are_answered_exactly_as_documented() -> None:
    """Every site stands on one page, with the documented fields around it and inside it."""
    with asking(*(site(str(number)) for number in range(5))) as asked:
        pages = [asked.export(p_number=number, p_size=2) for number in (1, 2, 3, 4)]
        assert [[row["Site ID"] for row in page["data"]] for page in pages] == [["0", "1"], ["2", "3"], ["4"], []]
        for number, page in enumerate(pages, 1):
            page.pop("data")
            assert page == {"success": True, "p_number": number, "p_size": 2, "total": 5, "total_pages": 3}
        assert list(asked.exported()["0"]) == list(COLUMNS)


def test_an_empty_organisation_has_no_pages() -> None:
    """An empty list is a valid answer."""
    with asking() as asked:
        assert asked.export() == {
            "success": True, "data": [], "p_number": 1, "p_size": 100, "total": 0, "total_pages": 0
        }  # fmt: skip


def test_page_size_has_a_default_and_a_cap() -> None:
    """A p_size beyond the cap is clamped, and the answer says so."""
    with asking(*(site(str(number)) for number in range(5)), page_size=2, page_size_cap=3) as asked:
        assert [len(asked.export()["data"]), len(asked.export(p_size=100)["data"])] == [2, 3]
        assert asked.export(p_size=100)["p_size"] == 3


def test_the_filter_counts_matches_only() -> None:
    """Unknown ids match nothing; the empty filter is none."""
    with asking(site("a"), site("b"), site("c d")) as asked:
        page = asked.export(site_external_ids="a,c d,x", p_size=1)
        assert (page["total"], page["total_pages"], page["data"][0]["Site ID"]) == (2, 2, "a")
        assert asked.export(site_external_ids="")["total"] == 3
        assert asked.export(site_external_ids="a, b")["total"] == 1


def test_the_filter_is_trimmed_where_cells_are() -> None:
    """An id that was trimmed on its way in is found again."""
    with asking(site("a"), site("b"), trim=True) as asked:
        assert asked.export(site_external_ids="a, b")["total"] == 2


@pytest.mark.parametrize("query", ["p_number=0", "p_size=0", "p_size=x", "p_size=-1", "p_size=9999999999", "psize=1"])
def test_a_parameter_that_can_not_be_meant_is_a_400(query: str) -> None:
    """A misspelt name is told, not ignored."""
    with asking() as asked:
        assert asked.http.get(f"/sites/export?{query}").status_code == 400


@pytest.mark.parametrize(("setting", "empty", "hours"), [("text", "", []), ("null", None, None)])
def test_an_empty_field_is_spelled_as_the_settings_say(setting: str, empty: object, hours: object) -> None:
    """The documents do not say what an empty field looks like."""
    with asking(site("a", Operational_Hours=[]), empty_fields=setting) as asked:
        row = asked.exported()["a"]
        assert (row["Currency"], row["Operational Hours"]) == (empty, hours)


def test_an_empty_field_may_be_missing() -> None:
    """A row then holds what it holds."""
    with asking(site("a"), empty_fields="missing") as asked:
        assert asked.exported()["a"] == site("a")


def test_hours_may_be_json_text() -> None:
    """Empty hours are an empty text then."""
    with asking(site("a", Operational_Hours=HOURS), site("b"), hours_shape="text") as asked:
        assert json.loads(asked.exported()["a"]["Operational Hours"]) == HOURS
        assert asked.exported()["b"]["Operational Hours"] == ""


def test_hours_may_be_regrouped_split_and_reordered() -> None:
    """The minutes are the same, and the entries are others."""
    forms = {
        "as_sent": HOURS,
        "by_day": [{**HOURS[0], "days": ["Mon"]}, {**HOURS[0], "days": ["Tue"]}],
        "split": [{**HOURS[0], "end": "13:59"}, {**HOURS[0], "start": "14:00"}],
    }
    for form, expected in forms.items():
        assert exported_hours(HOURS, hours_form=form) == expected
        assert exported_hours(HOURS, hours_form=form, hours_order="reversed") == expected[::-1]
    assert exported_hours(forms["by_day"][::-1], hours_form="grouped") == HOURS


times = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}")
entries = st.builds(
    lambda days, ends: {"days": days, "start": min(ends), "end": max(ends)},
    st.lists(st.sampled_from(DAYS), min_size=1, unique=True),
    st.tuples(times, times),
)


@settings(deadline=None)
@given(
    st.lists(entries, min_size=1, max_size=4),
    st.sampled_from(["as_sent", "by_day", "grouped", "split"]),
    st.sampled_from(["as_sent", "reversed"]),
    st.sampled_from(["array", "text"]),
)
def test_every_form_of_hours_means_the_same_minutes(
    hours: list[dict[str, Any]], form: str, order: str, shape: str
) -> None:
    """The spelling differs, and never the week."""
    exported = exported_hours(hours, hours_form=form, hours_order=order, hours_shape=shape)
    assert live_hours(exported) == live_hours(hours)


def exported_hours(hours: list[Any], **settings: Any) -> Any:
    row = spelled(site("a", Operational_Hours=hours), SandboxSettings(**settings))
    return json.loads(row)["Operational Hours"]


@pytest.mark.parametrize("hours", ["not json", [1], [{"days": "Mon"}], [{"days": ["Mon"], "start": "x", "end": "y"}]])
def test_hours_that_nobody_can_read_are_exported_as_they_are(hours: Any) -> None:
    """Such hours came into the system in another way, and the export shows them."""
    with asking(site("a", Operational_Hours=hours), hours_form="split", hours_order="reversed") as asked:
        assert asked.exported()["a"]["Operational Hours"] == hours


@pytest.mark.parametrize(
    ("order", "groups"), [("as_sent", "West,Retail,A"), ("sorted", "A,Retail,West"), ("reversed", "A,Retail,West")]
)
def test_groups_come_in_some_order(order: str, groups: str) -> None:
    """They are a set in one cell."""
    with asking(site("a", Site_Groups="West,Retail,A"), groups_order=order) as asked:
        assert asked.exported()["a"]["Site Groups"] == groups


def test_fields_that_nobody_documented_are_exported_too() -> None:
    """A client has to live with them."""
    with asking(site("a", Beta={"x": [1]})) as asked:
        assert asked.exported()["a"]["Beta"] == {"x": [1]}


def test_a_url_that_is_too_long_is_a_414() -> None:
    """One within the bound is answered, however far beyond the usual 8 kB the other is."""
    with asking(max_url_bytes=300) as asked:
        assert asked.http.get("/sites/export", params={"site_external_ids": "a" * 200}).status_code == 200
        for length in (300, 60_000):
            answer = asked.http.get("/sites/export", params={"site_external_ids": "a" * length})
            assert answer.status_code == 414
            assert answer.headers["x-request-id"]
