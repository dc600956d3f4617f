"""CSV as people and programs save it: any delimiter, any quoting, any encoding that can be told.

Source: RFC 4180, and Excel's `sep=` line.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from contextlib import suppress

from dfsync.errors import InputError
from dfsync.files.storage.encodings import UTF_8, decoded
from dfsync.sheets.headers.header_words import is_header
from dfsync.sheets.table.values import Worksheet

MOST_COLUMNS = 16_384
"""The most rows that Excel has."""
_SEPARATOR_LINE = re.compile(r"sep=([^\"\r\n])(?:\r\n|\r|\n|\Z)", re.IGNORECASE)
_DELIMITERS = ",;\t|"
_HEAD_ROWS = 200
_HEADER_ROWS = 30
_FEW_COLUMNS = 200
_MOST_CELL = 1_000_000


def csv_worksheet(data: bytes, name: str) -> tuple[Worksheet, str | None]:
    """Return the rows of a CSV, and the name of its encoding unless that is UTF-8. Raises `InputError`."""
    text, encoding = decoded(data, name)
    skipped = 0
    if declared := _SEPARATOR_LINE.match(text):
        text, skipped = text[declared.end() :], 1
    csv.field_size_limit(_MOST_CELL)
    delimiter = declared[1] if declared else max(_DELIMITERS, key=lambda mark: _fit(text, mark))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if len(row) > MOST_COLUMNS:
                raise InputError(f"{name}, line {reader.line_num + skipped}: more than {MOST_COLUMNS:,} columns")
            rows.append(row)
    except csv.Error as error:
        line = reader.line_num + skipped
        raise InputError(f"{name}, line {line}: not CSV: {error}", help="save the spreadsheet again") from error
    return Worksheet("", rows), None if encoding == UTF_8 else encoding


def _fit(text: str, delimiter: str) -> tuple[int, int, int]:
    """Return how well a delimiter splits the first rows.

    What counts is how many headers of a row are known, then how many rows have the commonest width, and that width.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    widths: Counter[int] = Counter()
    known = 0
    with suppress(csv.Error):  # a wrong delimiter stands between a quote and the next cell
        for number, row in enumerate(itertools.islice(reader, _HEAD_ROWS)):
            if any(cell.strip() for cell in row):
                widths[len(row)] += 1
            if number < _HEADER_ROWS and 1 < len(row) <= _FEW_COLUMNS:
                known = max(known, sum(is_header(cell.strip()) for cell in row))
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0, 0, 0
    width = max(wide, key=lambda width: (wide[width], width))
    return known, wide[width], width
