"""Cells of a spreadsheet program, and their texts.

A number is read as its digits, a time of day as `HH:MM`, and a duration of more than a day as hours (`26:00`). A date
is distinguished from text that looks like one: where text is wanted, a date is damage.
"""

from __future__ import annotations

import datetime
import re

from dfsync.model.text import normal

Cell = str | float | bool | datetime.date | datetime.time | datetime.timedelta | None

ERRORS = re.compile(
    r"#[¡¿]?(?:REF|VALUE|N/A|NAME|NUM|DIV/0|NULL|SPILL|CALC|ERROR"
    r"|BEZUG|WERT|NV|ZAHL|ÜBERLAUF|VALEUR|NOM|NOMBRE|NUL|VALOR|NULO)[!?]?|#{3,}|Err:[0-9]{3}",
    re.IGNORECASE,
)
"""What spreadsheet programs show for an error, in English, German, French and Spanish."""
_EPOCHS = {datetime.date(1899, 12, 30): 0, datetime.date(1899, 12, 31): 24, datetime.date(1900, 1, 1): 24}
"""The days from which spreadsheet programs count, with the hours that a time of day on that day stands for."""


def text_of(cell: Cell) -> str:
    """Return a cell as text, without outer space; "" if it is blank."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (int, float)):
        return f"{cell:.0f}" if cell == int(cell) and abs(cell) < 1e21 else repr(cell)
    if isinstance(cell, datetime.timedelta):
        return _clock(int(cell.total_seconds()))
    time = cell if isinstance(cell, datetime.time) else datetime.time()
    if isinstance(cell, datetime.datetime):
        time, cell = cell.time(), cell.date()
    if isinstance(cell, datetime.date) and cell not in _EPOCHS:
        return cell.isoformat() + (f" {time.isoformat()}" if time != datetime.time() else "")
    day_hours = _EPOCHS[cell] if isinstance(cell, datetime.date) else 0
    return _clock(((day_hours + time.hour) * 60 + time.minute) * 60 + time.second)


def hours_text(cell: Cell, *, clock: bool = False) -> str:
    """Return a cell of hours as text; with `clock`, a number below 2 is a time of day, as spreadsheets keep it."""
    if clock and isinstance(cell, float | int) and not isinstance(cell, bool) and 0 <= cell < 2 and cell != 1:
        return _clock(round(cell * 86_400))
    return text_of(cell)


def is_date(cell: Cell) -> bool:
    """Whether a cell is a date to the spreadsheet program."""
    day = cell.date() if isinstance(cell, datetime.datetime) else cell
    return isinstance(day, datetime.date) and day not in _EPOCHS


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing but space."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def is_cross(cell: Cell) -> bool:
    """Whether a cell of hours holds an x: for Google and Yext it means closed, and for others open."""
    return isinstance(cell, str) and cell.strip() in ("x", "X")


def letter(column: int) -> str:
    """Return the letters of a column counted from 0: A, Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def folded_header(text: str) -> str:
    """Return a header as it is compared: one space between words, case folded."""
    return " ".join(normal(text).split()).casefold()


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3_600)
    minutes, second = divmod(rest, 60)
    return f"{hours:02d}:{minutes:02d}" + (f":{second:02d}" if second else "")
