"""The traffic report: the documented request, nothing else, and rows that fit the truth."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from dfsync.traffic.sandbox.ground_truth import GroundTruths
from dfsync.traffic.sandbox.visitors import Slots, VisitorCounts
from tests.sandbox.http_requests import Asking, asking, site

EXAMPLE: dict[str, Any] = {
    "sites_facet": {"site_ids": [750]},
    "date_facet": {"custom": {"range": ["2026-02-18", "2026-02-19"]}, "dateRange": "custom"},
    "time_facet": {"custom": {"range": ["09:00:00", "17:00:00"]}, "timeOfDay": "custom"},
    "group_by_facet": {"time": {"unit": "minutes", "number": 15}, "groupBys": ["time", "site"]},
    "metrics_facet": {"metrics": ["entrances"]},
    "version": "V2",
}
ALL = ["entrances", "dwell_time", "transactions", "occupancy", "walk_bys"]


def config(change: Callable[[dict[str, Any]], object] = lambda _: None) -> dict[str, Any]:
    changed = copy.deepcopy(EXAMPLE)
    change(changed)
    return changed


def report(asked: Asking, wanted: dict[str, Any]) -> dict[str, Any]:
    answer = asked.http.post("/insights/generate_traffic_report", json={"config": wanted})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["success"] is True
    assert body["data"]["Config"] == wanted
    insight: dict[str, Any] = body["data"]["InsightResponse"]
    return insight


def grouped(by: list[str], sites: list[int], metrics: list[str] | None = None) -> dict[str, Any]:
    wanted = config()
    wanted["group_by_facet"]["groupBys"] = by
    wanted["sites_facet"]["site_ids"] = sites
    wanted["metrics_facet"]["metrics"] = metrics or ["entrances"]
    return wanted


def test_the_documents_example_is_answered_in_its_own_shape() -> None:
    """It has the quarters of two days from nine up to, but not including, five."""
    with asking(site("a", Site_Name="Tyler")) as asked:
        insight = report(asked, EXAMPLE)
        rows = insight["data"]
        assert (rows[0]["time"], rows[31]["time"], rows[32]["time"], rows[-1]["time"], len(rows)) == (
            *("2026-02-18 09:00:00", "2026-02-18 16:45:00", "2026-02-19 09:00:00", "2026-02-19 16:45:00"),
            64,
        )
        assert set(rows[0]) == {"entity_id", "entrances", "filter_id", "region_names", "site_name", "time"}
        assert (rows[0]["site_name"], rows[0]["region_names"]) == ("Tyler", ["Tyler"])
        assert (insight["is_data_truncated"], insight["status"]) == (False, "success")
        assert insight["site_mapping"] == {"750": "Tyler"}


def test_the_numbers_are_those_of_the_generator() -> None:
    """A benchmark without a server sees the same traffic."""
    with asking(site("a"), traffic_seed=5) as asked:
        source = VisitorCounts(GroundTruths(asked.sandbox.database, asked.sandbox.settings).get("a"), 5, 750)
        days = source.days(date(2026, 2, 18), date(2026, 2, 19), Slots(540, 1020, 15))
        expected = [count for day in days for count in day.counts["entrances"]]
        assert [row["entrances"] for row in report(asked, EXAMPLE)["data"]] == expected
    with asking(site("a"), traffic_seed=6) as asked:
        assert [row["entrances"] for row in report(asked, EXAMPLE)["data"]] != expected


def test_every_metric_is_a_number_in_every_row() -> None:
    """One request asks for all five."""
    with asking(site("a")) as asked:
        for row in report(asked, grouped(["time", "site"], [750], ALL))["data"]:
            assert all(isinstance(row[metric], int | float) and row[metric] >= 0 for metric in ALL)


def test_groups_by_site_time_or_both_add_up_to_the_same() -> None:
    """A row without a site has no name, one without a time no time."""
    with asking(site("a"), site("b")) as asked:
        both, times, sites = (
            report(asked, grouped(by, [750, 751]))["data"] for by in (["time", "site"], ["time"], ["site"])
        )
        assert (len(both), len(times), len(sites)) == (128, 64, 2)
        assert set(times[0]) == {"time", "entrances"}
        assert "time" not in sites[0]
        totals = [sum(row["entrances"] for row in rows) for rows in (both, times, sites)]
        assert totals[0] == totals[1] == totals[2] > 0
        assert [row["site_name"] for row in both[::64]] == ["Site a", "Site b"]


def test_averages_over_sites_are_weighted() -> None:
    """Dwell time by visitors; occupancy of several sites is what is present at all of them."""
    with asking(site("a"), site("b")) as asked:
        metrics = ["entrances", "dwell_time", "occupancy"]
        both = report(asked, grouped(["time", "site"], [750, 751], metrics))["data"]
        times = report(asked, grouped(["time"], [750, 751], metrics))["data"]
        first, second, together = both[4], both[68], times[4]
        stays = first["entrances"] * first["dwell_time"] + second["entrances"] * second["dwell_time"]
        assert together["dwell_time"] == pytest.approx(stays / together["entrances"], abs=0.1)
        assert together["occupancy"] == pytest.approx(first["occupancy"] + second["occupancy"], abs=0.02)


def test_hours_and_a_last_bucket_that_is_cut_short() -> None:
    """Five hours in buckets of two are three."""
    wanted = config(lambda each: each["time_facet"]["custom"].update(range=["10:00:00", "15:00:00"]))
    wanted["group_by_facet"]["time"] = {"unit": "hours", "number": 2}
    with asking(site("a")) as asked:
        times = [row["time"][11:16] for row in report(asked, wanted)["data"]]
        assert times == ["10:00", "12:00", "14:00"] * 2


def test_a_report_beyond_the_cap_is_cut_and_says_so() -> None:
    """One that fits exactly is whole."""
    for cap, cut in ((63, True), (64, False)):
        with asking(site("a"), report_rows=cap) as asked:
            insight = report(asked, EXAMPLE)
            assert (len(insight["data"]), insight["is_data_truncated"]) == (min(cap, 64), cut)


def test_a_bucket_without_visitors_is_a_row_or_none() -> None:
    """The documents do not say."""
    night = config(lambda each: each["time_facet"]["custom"].update(range=["02:00:00", "05:00:00"]))
    with asking(site("a")) as asked:
        assert len(report(asked, night)["data"]) == 24
    with asking(site("a"), empty_buckets="missing") as asked:
        rows = report(asked, night)["data"]
        assert len(rows) < 24
        assert all(row["entrances"] for row in rows)


def test_a_site_that_does_not_exist_has_no_rows() -> None:
    """Like one whose traffic nobody counts; a site asked for twice is reported once."""
    with asking(site("a")) as asked:
        insight = report(asked, grouped(["site"], [750, 999, 750]))
        assert [row["site_name"] for row in insight["data"]] == ["Site a"]
        assert insight["site_mapping"] == {"750": "Site a"}


WRONG: dict[str, Callable[[dict[str, Any]], object]] = {
    "version": lambda each: each.update(version="V1"),
    "config.version": lambda each: each.pop("version"),
    "config.sites_facet": lambda each: each.update(sites_facet=[]),
    "site_ids": lambda each: each["sites_facet"].update(site_ids=["750"]),
    "whole numbers": lambda each: each["sites_facet"].update(site_ids=[True]),
    "date_facet.dateRange": lambda each: each["date_facet"].update(dateRange="today"),
    "date_facet.custom.range": lambda each: each["date_facet"]["custom"].update(range=["2026-02-18"]),
    "1 to 731 days": lambda each: each["date_facet"]["custom"].update(range=["2026-02-19", "2026-02-18"]),
    "731": lambda each: each["date_facet"]["custom"].update(range=["2020-01-01", "2026-02-18"]),
    "YYYY-MM-DD": lambda each: each["date_facet"]["custom"].update(range=["20260218", "2026-02-30"]),
    "HH:MM:SS": lambda each: each["time_facet"]["custom"].update(range=["09:00", "24:00:00"]),
    "end after it starts": lambda each: each["time_facet"]["custom"].update(range=["17:00:00", "09:00:00"]),
    "time.unit": lambda each: each["group_by_facet"]["time"].update(unit="days"),
    "time.number": lambda each: each["group_by_facet"]["time"].update(number=0),
    "at most a day": lambda each: each["group_by_facet"]["time"].update(unit="hours", number=25),
    "groupBys": lambda each: each["group_by_facet"].update(groupBys=["region"]),
    "metrics_facet.metrics": lambda each: each["metrics_facet"].update(metrics=[]),
    "name some of entrances": lambda each: each["metrics_facet"].update(metrics=["visitors"]),
}


@pytest.mark.parametrize("message", WRONG)
def test_a_request_that_is_not_the_documented_one_is_a_400_that_names_what_is_wrong(message: str) -> None:
    """Each facet is tried."""
    with asking(site("a")) as asked:
        body = {"config": config(WRONG[message])}
        answer = asked.http.post("/insights/generate_traffic_report", json=body)
        assert answer.status_code == 400
        assert message in answer.json()["error"]["message"]


def test_a_report_needs_a_body_of_the_documented_type() -> None:
    """The body is JSON, an object, and has a config."""
    with asking() as asked:
        path = "/insights/generate_traffic_report"
        assert asked.http.post(path, content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415
        for content in (b"{", b"[]", b"{}"):
            answer = asked.http.post(path, content=content, headers={"Content-Type": "application/json"})
            assert answer.status_code == 400
