"""The rows of a report come out in every format as they went in."""

from __future__ import annotations

import csv
import io
import json

import pytest
from wcwidth import wcswidth

from dfsync.model.text import obeyed, visible
from dfsync.traffic.api.fetch import CountRow
from dfsync.traffic.report.rows import RENDERERS, ReportShape
from tests.support.ci_runner import commands
from tests.support.hostile import HOSTILE

SHAPE = ReportShape(("time", "site"), ("entrances", "dwell_time"), 6)
ROWS = [
    CountRow("site-1", 'Store "A", West', "2026-05-04 09:00:00", (19, 6.25)),
    CountRow("site-2", "東京店", "2026-05-04 09:00:00", (0, None)),
]


def rendered(format: str, rows: list[CountRow], shape: ReportShape = SHAPE) -> str:
    """Return a whole report."""
    return "".join(RENDERERS[format](rows, shape))


def test_csv_is_rfc_4180_and_reads_back() -> None:
    """Quotes and commas of a name; nothing is nothing."""
    text = rendered("csv", ROWS)
    assert text.count("\r\n") == 3
    header, first, second = csv.reader(io.StringIO(text, newline=""))
    assert header == ["site", "site_name", "time", "entrances", "dwell_time"]
    assert first == ["site-1", 'Store "A", West', "2026-05-04 09:00:00", "19", "6.25"]
    assert second[-2:] == ["0", ""]


def test_json_and_json_lines_hold_the_same_rows() -> None:
    """Numbers are numbers, nothing is null."""
    document = json.loads(rendered("json", ROWS))
    lines = [json.loads(line) for line in rendered("jsonl", ROWS).splitlines()]
    assert document == {"format": "dfsync/traffic", "format_version": 1, "rows": lines}
    assert lines[1] == {
        "site": "site-2",
        "site_name": "東京店",
        "time": "2026-05-04 09:00:00",
        "entrances": 0,
        "dwell_time": None,
    }
    assert json.loads(rendered("json", []))["rows"] == []


def test_columns_of_the_table_line_up() -> None:
    """Also under characters that are two columns wide."""
    lines = rendered("table", ROWS).splitlines()
    assert {wcswidth(line[: line.index("2026")]) for line in lines[1:]} == {lines[0].index("time")}


def test_a_report_that_is_not_by_site_has_no_site_column() -> None:
    """A report that is not by time has no column of times."""
    shape = ReportShape(("time",), ("entrances",))
    assert rendered("csv", [CountRow(None, None, "2026-05-04 09:00:00", (1,))], shape).startswith("time,entrances\r\n")
    assert rendered("table", [CountRow("s", "S", None, (1,))], ReportShape(("site",), ("entrances",), 1)).startswith(
        "site  "
    )


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_stays_text(name: str) -> None:
    """It is no escape, formula or command for terminal, spreadsheet and runner, and the same text for a program."""
    rows = [CountRow("s", name, "2026-05-04 09:00:00", (1, 2))]
    table = rendered("table", rows)
    assert len(table.splitlines()) == 2
    assert all(character.isprintable() or character in "\n\u200c\u200d\u3000\u00a0" for character in table)
    sheet = rendered("csv", rows)
    cell = next(iter(csv.DictReader(io.StringIO(sheet, newline=""))))["site_name"]
    assert commands(sheet) == []
    assert cell.removeprefix("'") == (visible(name) if obeyed(name) else name).removeprefix("'")
    assert not cell.startswith(("=", "+", "-", "@"))
    assert json.loads(rendered("jsonl", rows))["site_name"] == name
