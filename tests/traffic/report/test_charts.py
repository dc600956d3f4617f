"""Charts are pictures that any reader of SVG takes, and PNG is the same picture."""

from __future__ import annotations

import datetime
import re
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
    """The picture is well-formed and has a title."""
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
    """It makes no element and no script, and the picture is still XML."""
    svg = hours_chart.render(report(name=name))
    assert {element.tag.removeprefix(SVG) for element in ET.fromstring(svg).iter()} <= {
        *("svg", "title", "rect", "text", "path", "polyline"),
    }


def test_only_sites_that_differ_are_drawn_and_not_too_many() -> None:
    """Nobody looks at a picture of a thousand sites."""
    one = report()
    many = HoursReport(one.first, one.last, one.staff_min, one.sites * 150)
    assert "and 50 more" in texts(hours_chart.render(many))


def test_a_chart_names_the_site_and_says_what_was_found() -> None:
    """Of one site its name stands in the title; axes end in round numbers; the busiest hour is written in."""
    found = Summary(ReportRequest((1,), FIRST, FIRST + datetime.timedelta(days=6)), {"s": "Downtown Store"})
    list(found.passing([hour(day, at, 97 * day * at) for day in range(7) for at in range(24)]))
    written = texts(chart.render(found))
    assert written[0] == "Traffic of Downtown Store, 2026-05-04 to 2026-05-10"
    assert "Busiest: Sun 23:00–23:59, 13,386" in written
    assert "no data" in written
    assert "mean of such an hour" in written
    numbers = [int(text.replace(",", "")) for text in written if re.fullmatch(r"[\d,]+", text)]
    assert max(numbers) == 200_000
    assert all(str(number).rstrip("0") in ("", "1", "2", "4", "5", "8", "25", "15", "3", "6") for number in numbers)


def test_a_chart_of_hours_names_sites_has_a_key_and_says_what_was_found() -> None:
    """The heading is broken where it does not fit; each finding stands above its picture."""
    written = texts(hours_chart.render(report()))
    assert " ".join(written).startswith("1 of 3 sites differ from their declared hours; 1 can't be judged;")
    assert all(len(text) <= 90 for text in written)
    assert {"━ declared", "━ proposed", "observed traffic, little to much:"} <= set(written)
    assert "site-1  Downtown Store" in written
    assert "Mon–Sat opens about 1 h earlier than declared" in written


def test_png_is_a_picture_of_the_svg() -> None:
    """resvg makes it, twice as large."""
    data = png(hours_chart.render(report()))
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(data[16:20], "big") == 2 * 752
