"""Reads the answer to a traffic report. Nothing is used before its shape is checked against the document.

Source: the Traffic Metrics API, "Response": rows are in `data.InsightResponse.data`, and a flag beside them says
whether some were cut off.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from dfsync.errors import ApiError
from dfsync.model.text import shortened
from dfsync.traffic.api.request import ReportRequest

Number = int | float | None
_TIME = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9]")


class AnswerLine(Struct, frozen=True):
    """A row as the API has it. `time` and `name` are None unless the report is grouped by them."""

    time: str | None
    name: str | None
    values: tuple[Number, ...]


class ReportAnswer(Struct, frozen=True):
    """The rows of an answer, and whether some were cut off."""

    lines: list[AnswerLine]
    truncated: bool


def read_answer(answer: Mapping[str, Any], request: ReportRequest) -> ReportAnswer:
    """Read an answer. Values are in the order of the metrics of the request. Raises ApiError."""
    insight = _object(_object(answer, "data"), "InsightResponse")
    status, rows = insight.get("status", "success"), insight.get("data")
    truncated = insight.get("is_data_truncated", False)  # the document names only `data` as required
    if status != "success":
        raise _unbelievable(f"its status is {shortened(str(status))}")
    if not isinstance(rows, list):
        raise _unbelievable("data.InsightResponse.data is not an array")
    if not isinstance(truncated, bool):
        raise _unbelievable("is_data_truncated is neither true nor false")
    by_time, by_site = "time" in request.by, "site" in request.by
    return ReportAnswer([_line(row, request.metrics, by_time=by_time, by_site=by_site) for row in rows], truncated)


def _line(row: Any, metrics: tuple[str, ...], *, by_time: bool, by_site: bool) -> AnswerLine:
    if not isinstance(row, dict):
        raise _unbelievable("a row is not an object")
    time, name = row.get("time") if by_time else None, row.get("site_name") if by_site else None
    if by_time and not (isinstance(time, str) and _TIME.fullmatch(time)):
        raise _unbelievable(f"a row's time is {shortened(str(time))}, not YYYY-MM-DD HH:MM:SS")
    if by_site and not isinstance(name, str):
        raise _unbelievable("a row has no site_name")
    return AnswerLine(time, name, tuple([_number(row.get(metric), metric) for metric in metrics]))


def _number(value: Any, metric: str) -> Number:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise _unbelievable(f"{metric} of a row is {shortened(str(value))}, not a number")


def _object(holder: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = holder.get(key)
    if not isinstance(value, dict):
        raise _unbelievable(f"{key} is not an object")
    return value


def _unbelievable(what: str) -> ApiError:
    return ApiError(
        f"the traffic report can't be read: {what}", help="--support-bundle FILE writes what support asks for"
    )
