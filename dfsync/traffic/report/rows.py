"""The rows of a traffic report as text, row by row: a table, CSV, JSON, or a JSON object a line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from dfsync.model.text import harmless_cell, harmless_json, shortened
from dfsync.report.elements.columns import padded
from dfsync.traffic.api.answer import Number
from dfsync.traffic.api.fetch import CountRow

_TIME_WIDTH = len("2026-01-01 00:00")
_NAME_WIDTH = 30
_NUMBER_WIDTH = 12
_CHUNK = 1 << 16


class ReportShape(Struct, frozen=True):
    """The columns of a report. `id_width` is the length of the longest site id."""

    by: Sequence[str]
    metrics: Sequence[str]
    id_width: int = 0

    @property
    def labels(self) -> list[str]:
        """The columns before the metrics."""
        return [*(("site", "site_name") if "site" in self.by else ()), *(("time",) if "time" in self.by else ())]

    def cells(self, row: CountRow) -> list[str]:
        """Return a row's values of `labels`."""
        site = (row.site or "", row.name or "") if "site" in self.by else ()
        return [*site, *((row.time or "",) if "time" in self.by else ())]


Renderer = Callable[[Iterable[CountRow], ReportShape], Iterator[str]]


def table(rows: Iterable[CountRow], shape: ReportShape) -> Iterator[str]:
    """Yield lines of a table whose widths are known before its rows are."""
    widths = {"site": min(max(shape.id_width, 4), 40), "site_name": _NAME_WIDTH, "time": _TIME_WIDTH}
    of_labels = [widths[label] for label in shape.labels]

    def line(labels: Iterable[str], numbers: Iterable[str]) -> str:
        left = [padded(shortened(text, width), width) for text, width in zip(labels, of_labels, strict=True)]
        return "  ".join([*left, *(number.rjust(_NUMBER_WIDTH) for number in numbers)]).rstrip() + "\n"

    yield line(shape.labels, shape.metrics)
    for row in rows:
        cells = shape.cells(row)
        yield line([*cells[:-1], cells[-1][:_TIME_WIDTH]] if row.time else cells, map(_number, row.values))


def csv_text(rows: Iterable[CountRow], shape: ReportShape) -> Iterator[str]:
    """Yield CSV (RFC 4180) with a header, some rows at a time; no text of it is a formula or a command."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*shape.labels, *shape.metrics])
    for row in rows:
        writer.writerow([*map(harmless_cell, shape.cells(row)), *map(_number, row.values)])
        if text.tell() >= _CHUNK:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def json_lines(rows: Iterable[CountRow], shape: ReportShape) -> Iterator[str]:
    """Yield a JSON object a line."""
    for row in rows:
        yield _json(row, shape) + "\n"


def json_document(rows: Iterable[CountRow], shape: ReportShape) -> Iterator[str]:
    """Yield one JSON document."""
    yield '{"format": "dfsync/traffic", "format_version": 1, "rows": ['
    for number, row in enumerate(rows):
        yield (",\n" if number else "\n") + _json(row, shape)
    yield "\n]}\n"


RENDERERS: dict[str, Renderer] = {"table": table, "csv": csv_text, "json": json_document, "jsonl": json_lines}


def _json(row: CountRow, shape: ReportShape) -> str:
    labels = zip(shape.labels, shape.cells(row), strict=True)
    values = {**dict(labels), **dict(zip(shape.metrics, row.values, strict=True))}
    return harmless_json(json.dumps(values, ensure_ascii=False))


def _number(value: Number) -> str:
    return "" if value is None else str(value)
