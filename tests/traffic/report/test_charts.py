"""Charts are pictures that any reader of SVG takes, and PNG is the same picture."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from xml.etree import ElementTree as ET

import pytest

from dfsync.traffic.analysis.findings import HoursReport
from dfsync.traffic.api.fetch import CountRow
from dfsync.traffic.api.request import ReportRequest
from dfsync.traffic.report import chart, hours_chart
from dfsync.traffic.report.summary import Summary
from dfsync.traffic.report.svg import png
from tests.support.hostile import HOSTILE
from tests.traffic.report.samples import report

FIRST = datetime.date(2026, 5, 4)
SVG = "{http://www.w3.org/2000/svg}"


def summary(rows: Iterable[CountRow], days: int = 7) -> Summary:
    """Return the summary of a report of two metrics."""
    request = ReportRequest((), FIRST, FIRST + datetime.timedelta(days=days - 1), metrics=("entrances", "dwell_time"))
    found = Summary(request)
    assert list(found.passing(rows)) == list(rows)
    return found


def hour(day: int, hour: int, *values: float | None, site: str = "s") -> CountRow:
    """Return a row."""
    return CountRow(site, site, f"{FIRST + datetime.timedelta(days=day)} {hour:02}:00:00", values)


def texts(svg: str) -> list[str]:
    """Return all texts of an SVG document."""
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


def test_counts_are_added_up_and_averages_averaged() -> None:
    """Two sites at the same hour; eight days have two Mondays."""
    found = summary([hour(0, 9, 10, 4.0), hour(0, 9, 20, 6.0, site="t"), hour(7, 9, 30, None)], days=8)
    assert found.heat("entrances")[0, 9] == 30
    assert found.heat("dwell_time")[0, 9] == 5
    assert found.line("entrances") == [("2026-05-04", 30), ("2026-05-11", 30)]
    assert found.line("dwell_time") == [("2026-05-04", 5)]


def test_a_report_chart_has_a_heat_map_and_a_line_for_each_metric() -> None:
    """Well-formed, with a title."""
    svg = chart.render(summary([hour(day, at, day * at, 3.5) for day in range(7) for at in range(24)]))
    root = ET.fromstring(svg)
    assert root.find(f"{SVG}title") is not None
    assert [text for text in texts(svg) if text.endswith("by weekday and hour")] == [
        "Entrances by weekday and hour",
        "Dwell time by weekday and hour",
    ]
    assert {"Mon", "Sun", "21:00"} <= set(texts(svg))


@pytest.mark.parametrize("rows", [[], [hour(0, 0, 0, None)]], ids=["no rows", "one zero"])
def test_a_report_of_nothing_is_a_picture_all_the_same(rows: list[CountRow]) -> None:
    """No division by what is not there."""
    ET.fromstring(chart.render(summary(rows)))


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_is_text_in_the_picture(name: str) -> None:
    """No element, no script, and still XML."""
    svg = hours_chart.render(report(name=name))
    assert {element.tag.removeprefix(SVG) for element in ET.fromstring(svg).iter()} <= {
        *("svg", "title", "rect", "text", "path", "polyline"),
    }


def test_only_sites_that_differ_are_drawn_and_not_too_many() -> None:
    """A picture of a thousand sites nobody looks at."""
    one = report()
    many = HoursReport(one.first, one.last, one.staff_min, one.sites * 150)
    assert "and 50 more" in texts(hours_chart.render(many))


def test_png_is_a_picture_of_the_svg() -> None:
    """Made by resvg, twice as large."""
    data = png(hours_chart.render(report()))
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(data[16:20], "big") == 2 * 752
