"""An answer is used only if it has the documented shape."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from dfsync.errors import ApiError
from dfsync.traffic.api.answer import AnswerLine, ReportAnswer, read_answer
from dfsync.traffic.api.request import ReportRequest

DAY = datetime.date(2026, 2, 18)
REQUEST = ReportRequest((750,), DAY, DAY)
ROW = {
    "entity_id": "36655",
    "entrances": 19,
    "filter_id": "450e633b0b76a889eb487f6dfcd575cc",
    "region_names": ["Tyler"],
    "site_name": "Tyler",
    "time": "2026-02-18 09:00:00",
}


def answer(row: Any = ROW, **insight: Any) -> dict[str, Any]:
    """Return the document's example response with some of it changed."""
    whole = {"data": [row], "is_data_truncated": False, "status": "success", "total_count": {}, **insight}
    return {"data": {"Config": {}, "InsightResponse": whole}, "success": True}


def test_the_documents_example_is_read() -> None:
    """Its core is time, site_name and the metric."""
    assert read_answer(answer(), REQUEST) == ReportAnswer(
        [AnswerLine("2026-02-18 09:00:00", "Tyler", (19,))], truncated=False
    )


def test_a_metric_that_a_row_lacks_is_nothing_and_not_zero() -> None:
    """The metric is null or left out."""
    lines = read_answer(answer({**ROW, "entrances": None}), REQUEST).lines
    assert lines[0].values == (None,)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"data": []},
        {"data": {"InsightResponse": []}},
        answer(data={}),
        answer(data=[1]),
        answer(is_data_truncated="no"),
        answer(status="failed\x1b[2J"),
        answer({**ROW, "time": "18.02.2026 09:00"}),
        answer({**ROW, "time": "2026-02-18T09:00:00Z"}),
        answer({**ROW, "site_name": None}),
        answer({**ROW, "entrances": "19"}),
        answer({**ROW, "entrances": True}),
    ],
)
def test_anything_else_is_an_error_that_shows_no_control_character(wrong: dict[str, Any]) -> None:
    """Never a report with holes in it."""
    with pytest.raises(ApiError) as raised:
        read_answer(wrong, REQUEST)
    assert raised.value.message.isprintable()
