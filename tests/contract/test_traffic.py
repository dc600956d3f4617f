"""`traffic report` and `traffic hours`, against the third document."""

from __future__ import annotations

import csv
import datetime
import io
import json
from typing import Any

import pytest

from tests.contract.world import World


def answer(body: dict[str, Any]) -> dict[str, Any]:
    """Answer as the document's example does: a row a bucket and site, `entrances` 19, plus unknown fields."""
    config = body["config"]
    first, last = (datetime.date.fromisoformat(day) for day in config["date_facet"]["custom"]["range"])
    start, end = config["time_facet"]["custom"]["range"]
    unit = config["group_by_facet"]["time"]
    step = unit["number"] * (60 if unit["unit"] == "hours" else 1)
    rows: list[dict[str, Any]] = []
    day = first
    while day <= last:
        for minute in range(0, 1440, step):
            clock = f"{minute // 60:02}:{minute % 60:02}:00"
            if start <= clock < end:
                rows.extend(
                    {
                        "entity_id": "36655",
                        "filter_id": "x",
                        "region_names": ["Tyler"],
                        "site_name": f"Store {site}",
                        "time": f"{day} {clock}",
                        **dict.fromkeys(config["metrics_facet"]["metrics"], 19),
                    }
                    for site in config["sites_facet"]["site_ids"]
                )
        day += datetime.timedelta(days=1)
    insight = {"cached_data_ratio": 1, "computed_at": 1.5, "data": rows, "is_data_truncated": False}
    return {"data": {"Config": {}, "InsightResponse": {**insight, "status": "success"}}, "success": True}


@pytest.fixture
def shops(world: World) -> World:
    """Return a repository of two sites with an internal id and one without."""
    for number in (750, 751):
        world.site(
            f"id: shop-{number}\nname: Store {number}\ninternal_id: {number}\ntimezone: America/New_York\n"
            "operational_hours: {Mon-Sun: 09:00-17:00}\n",
            f"s{number}",
        )
    world.site("id: other\nname: Other\n", "other")
    world.api.traffic = answer
    return world


RANGE = ("--from", "2026-02-18", "--to", "2026-02-19", "--start", "09:00", "--end", "17:00", "--every", "15m")


def test_the_request(shops: World) -> None:
    """The documented request: POST …/insights/generate_traffic_report, config, version V2."""
    shops.ok("traffic", "report", *RANGE, "--sites", "shop-750", "--format", "json")
    (asked,) = shops.api.requests("/insights/generate_traffic_report")
    assert asked.path == "/customer/123/insights/generate_traffic_report"
    config = json.loads(asked.body)["config"]
    assert config["sites_facet"] == {"site_ids": [750]}
    assert config["date_facet"] == {"dateRange": "custom", "custom": {"range": ["2026-02-18", "2026-02-19"]}}
    assert config["time_facet"]["timeOfDay"] == "custom"
    assert config["time_facet"]["custom"]["range"] == ["09:00:00", "17:00:00"]
    assert config["group_by_facet"] == {"time": {"unit": "minutes", "number": 15}, "groupBys": ["time", "site"]}
    assert config["metrics_facet"] == {"metrics": ["entrances"]}
    assert config["version"] == "V2"


def test_default_sites(shops: World) -> None:
    """`--sites GLOB` takes site ids; by default all sites with an `internal_id` take part."""
    shops.ok("traffic", "report", *RANGE, "--format", "json")
    asked = shops.api.requests("/insights/generate_traffic_report")
    ids = [site for one in asked for site in json.loads(one.body)["config"]["sites_facet"]["site_ids"]]
    assert sorted(set(ids)) == [750, 751]


@pytest.mark.parametrize("format", ["table", "csv", "json", "jsonl"])
def test_formats(shops: World, format: str) -> None:
    """`--format table|csv|json|jsonl` and `--output FILE` work together."""
    shops.ok("traffic", "report", *RANGE, "--format", format, "--output", "out.txt")
    outcome = shops.ok("traffic", "report", *RANGE, "--format", format)
    assert (shops.root / "out.txt").read_text().split() == outcome.out.split()
    count = 2 * 2 * 8 * 4
    if format == "csv":
        lines = list(csv.DictReader(io.StringIO(outcome.out)))
        assert len(lines) == count
        assert lines[0]["entrances"] == "19"
    elif format == "jsonl":
        assert len([json.loads(line) for line in outcome.out.splitlines()]) == count
    elif format == "json":
        assert "entrances" in outcome.out
        json.loads(outcome.out)
    else:
        assert "19" in outcome.out


def test_metrics_are_repeated(shops: World) -> None:
    """`--metric NAME…` is repeated; an unknown one is wrong usage."""
    shops.ok("traffic", "report", *RANGE, "--metric", "entrances", "--metric", "walk_bys", "--format", "csv")
    config = json.loads(shops.api.requests("/generate_traffic_report")[0].body)["config"]
    assert config["metrics_facet"]["metrics"] == ["entrances", "walk_bys"]
    assert shops.dfsync("traffic", "report", *RANGE, "--metric", "nonsense").code == 64
    assert shops.dfsync("traffic", "report", "--from", "yesterday", "--to", "2026-02-19").code == 64
    assert shops.dfsync("traffic", "report", "--every", "7x").code == 64


@pytest.mark.parametrize("by", ["time", "site", "time,site"])
def test_by(shops: World, by: str) -> None:
    """`--by time,site` splits the rows."""
    shops.ok("traffic", "report", *RANGE, "--by", by, "--sites", "shop-750", "--format", "csv")
    config = json.loads(shops.api.requests("/generate_traffic_report")[0].body)["config"]
    assert set(by.split(",")) <= set(config["group_by_facet"]["groupBys"])


def test_hours_of_a_bucket(shops: World) -> None:
    """`--every 1h` makes buckets of an hour."""
    shops.ok("traffic", "report", *RANGE[:-1], "1h", "--format", "csv")
    config = json.loads(shops.api.requests("/generate_traffic_report")[0].body)["config"]
    assert config["group_by_facet"]["time"] == {"unit": "hours", "number": 1}


def test_a_chart(shops: World) -> None:
    """`--chart FILE` draws a chart."""
    shops.ok("traffic", "report", *RANGE, "--chart", "chart.svg", "--format", "csv")
    assert "<svg" in (shops.root / "chart.svg").read_text()


def test_truncated_data_is_noticed(shops: World) -> None:
    """A truncated answer is never taken for a whole one."""

    def cut(body: dict[str, Any]) -> dict[str, Any]:
        whole = answer(body)
        insight = whole["data"]["InsightResponse"]
        if len(insight["data"]) > 40:
            insight["data"] = insight["data"][:40]
            insight["is_data_truncated"] = True
        return whole

    shops.api.traffic = cut
    out = shops.ok("traffic", "report", *RANGE, "--format", "jsonl").out
    assert len(out.splitlines()) == 2 * 2 * 8 * 4


def test_the_rows_are_all_that_an_answer_needs(shops: World) -> None:
    """What to read: data.InsightResponse.data."""
    bare = {"site_name": "Store 750", "time": "2026-02-18 09:00:00", "entrances": 19}
    shops.api.traffic = lambda body: {"success": True, "data": {"InsightResponse": {"data": [bare]}}}
    out = shops.ok("traffic", "report", *RANGE, "--sites", "shop-750", "--format", "csv").out
    assert "2026-02-18 09:00:00,19" in out


def test_traffic_sends_no_import(shops: World) -> None:
    """Only apply can send anything but GET, token refresh and the traffic report."""
    shops.dfsync("traffic", "report", *RANGE)
    shops.dfsync("traffic", "hours")
    assert shops.api.imports() == []


def test_no_internal_id(world: World) -> None:
    """Without any internal_id there is nothing to ask for: an error that says so."""
    world.site("id: a\nname: A\n")
    world.api.traffic = answer
    outcome = world.dfsync("traffic", "report", *RANGE)
    assert outcome.code == 1
    assert "internal_id" in outcome.err


def test_hours_against_traffic(shops: World) -> None:
    """`traffic hours` compares declared hours with observed traffic."""

    def late(body: dict[str, Any]) -> dict[str, Any]:
        whole = answer(body)
        for row in whole["data"]["InsightResponse"]["data"]:
            hour = int(row["time"][11:13])
            shift = 2 if row["site_name"] == "Store 751" else 0
            row["entrances"] = 40 if 9 + shift <= hour < 17 + shift else 0
        return whole

    shops.api.traffic = late
    outcome = shops.ok("traffic", "hours", "--format", "json")
    text = json.dumps(outcome.json)
    assert "shop-751" in text
