"""Finds the header of a worksheet below titles and blank rows, in one row or in two rows that belong together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from dfsync.errors import InputError
from dfsync.model.hours.free_text.read import languages_of
from dfsync.model.hours.free_text.words import LANGUAGES
from dfsync.model.text import shortened
from dfsync.sheets.headers.header_words import CLOSE_WORDS, OPEN_WORDS, hours_target, is_header, plain_header
from dfsync.sheets.table.cells import folded_header, is_blank, letter, text_of
from dfsync.sheets.table.values import Row, SheetError, Table, Worksheet, header_problem

_SEARCHED_ROWS = 30


def table_of(worksheet: Worksheet, file: str, wanted: Collection[str] = ()) -> Table:
    """Return the worksheet with its header found; `wanted` are names of columns. Raises `InputError`.

    The header is the row with most names that are known, or else the first with more than one cell.
    """
    rows = worksheet.rows
    searched = [number for number in range(len(rows)) if any(not is_blank(cell) for cell in rows[number])]
    if not searched:
        raise InputError(f"{file} is empty: it has no row with anything in it")
    known = {folded_header(name) for name in wanted}

    def names(number: int) -> int:
        cells = [text_of(cell) for cell in rows[number]]
        if known and (hits := sum(folded_header(cell) in known for cell in cells)):
            return hits * 1_000
        return sum(map(is_header, cells))

    best = max(searched[:_SEARCHED_ROWS], key=lambda number: (names(number), -number))
    if not names(best):
        best = next((n for n in searched if sum(not is_blank(cell) for cell in rows[n]) > 1), searched[0])
    above, below = _beside(rows, best)
    first, last = (best, best)
    if below is not None:
        last = below
    elif above is not None:
        first = above
    headers = _joined(rows[first], rows[last]) if first != last else [text_of(cell) for cell in rows[best]]
    data = [(number + 1, rows[number]) for number in searched if number > last]
    width = max((len(row) for _, row in data), default=0)
    headers = [" ".join(header.split()) for header in headers] + [""] * (width - len(headers))
    blank = _columns_with_data(data, headers)
    table = Table(file, worksheet.name, last + 1, headers, data)
    if blank and not any(headers[column] for column in range(min(blank), len(headers)) if column > min(blank)):
        column = min(blank)
        row, cell = next(
            (row, cells[column]) for row, cells in data if len(cells) > column and not is_blank(cells[column])
        )
        reason = f"{shortened(text_of(cell), 40)!r} stands in a column without a header"
        help = "give the column a header, or clear the cell; a value with a delimiter in it needs quotes"
        raise InputError(f"{table.where(row, column)}: {reason}", help=help)
    names_of = [
        header or (f"column {letter(column)}" if column in blank else "") for column, header in enumerate(headers)
    ]
    return Table(file, worksheet.name, last + 1, names_of, data, rows, worksheet.alone)


def language_of(headers: Sequence[str]) -> str | None:
    """Return the language of the weekdays in headers, None when it makes no difference or can't be told."""
    found: set[str] = set(LANGUAGES)
    for header in headers:
        if languages := languages_of(plain_header(header)):
            found &= languages
    return next(iter(found)) if len(found) == 1 else None


def _beside(rows: Sequence[Row], best: int) -> tuple[int | None, int | None]:
    """Return the row above or below that makes one header with this one: days over open and close."""
    if best + 1 < len(rows) and _is_ends(rows[best + 1], alone=True) and _days(rows[best]):
        return None, best + 1
    if best > 0 and _is_ends(rows[best]) and _days(rows[best - 1]):
        return best - 1, None
    return None, None


def _is_ends(row: Row, *, alone: bool = False) -> bool:
    """Whether a row names opening and closing times below days; `alone`, nothing else stands in it."""
    texts = [text for cell in row if (text := text_of(cell))]
    opens, closes = sum(_is_end(text, OPEN_WORDS) for text in texts), sum(_is_end(text, CLOSE_WORDS) for text in texts)
    return bool(opens and closes) and (not alone or opens + closes == len(texts))


def _is_end(text: str, words: Collection[str]) -> bool:
    found = set(plain_header(text).split()) - {"time", "at"}
    return bool(found) and found <= set(words) - {"closed"}


def _days(row: Row) -> int:
    return sum(hours_target(text) is not None for cell in row if (text := text_of(cell)))


def _joined(upper: Row, lower: Row) -> list[str]:
    """Return the names of columns whose header has two rows. A day over several columns belongs to each of them."""
    names = []
    above = ""
    for column in range(max(len(upper), len(lower))):
        over = text_of(upper[column]) if column < len(upper) else ""
        under = text_of(lower[column]) if column < len(lower) else ""
        above = over or (above if _is_end(under, {*OPEN_WORDS, *CLOSE_WORDS}) else "")
        names.append(f"{above} {under}".strip())
    return _numbered(names)


def _numbered(names: Sequence[str]) -> list[str]:
    """Return the names, numbered where one occurs again: a day over two pairs of times."""
    counts = Counter[str]()
    numbered = []
    for name in names:
        counts[name] += 1
        numbered.append(f"{name} {counts[name]}" if name and counts[name] > 1 else name)
    return numbered


def _columns_with_data(data: Sequence[tuple[int, Row]], headers: Sequence[str]) -> set[int]:
    """Return the columns that have no name and are not empty."""
    nameless = [column for column, header in enumerate(headers) if not header]
    return {column for column in nameless if any(column < len(row) and not is_blank(row[column]) for _, row in data)}


def check_twice(table: Table, mapped: Collection[int]) -> None:
    """Raise `SheetError` if a column that is read has the name of another: a mapping could not tell them apart."""
    read = {folded_header(table.headers[column]) for column in mapped}
    seen: set[str] = set()
    for column, header in enumerate(table.headers):
        name = folded_header(header)
        if name in seen:
            reason = f"the column {shortened(header, 40)} is there twice"
            raise SheetError(
                f"{table.where(table.header_row, column)}: {reason}",
                [header_problem(table, column, reason)],
                help="give one of them another name in the spreadsheet",
            )
        if name in read:
            seen.add(name)
