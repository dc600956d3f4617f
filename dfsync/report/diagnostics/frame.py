"""A code frame: the line of a file with a problem, and carets under the marked part.

The carets fit if the terminal draws characters as wide as Unicode says (UAX #11). In text that runs from right to left
they mark the place in reading order, and not on the screen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from msgspec import Struct

from dfsync.model.place import Span
from dfsync.model.text import broken_commands, visible
from dfsync.report.elements.columns import columns

WIDTH = 100
"""The columns of a line that are shown. A longer line is cut around the mark."""

_LEAD = 40
_TAB = "    "
# Line breaks as YAML 1.1 counts them, and so the parser that gives the positions.
_LINE_BREAK = "\r\n|[\n\r\x85\u2028\u2029]"


class SourceText:
    """The lines of the files with findings. The last few files are kept."""

    def __init__(self, read: Callable[[str], str | None]) -> None:
        self._read = read
        self.lines = lru_cache(maxsize=8)(self._lines)

    def _lines(self, file: str) -> Sequence[str]:
        text = self._read(file)
        return [] if text is None else re.split(_LINE_BREAK, text.removeprefix("\ufeff"))


class LineMark(Struct, frozen=True):
    """A line as it is shown, and the mark under it in terminal columns."""

    text: str
    offset: int
    width: int


def frame(lines: Sequence[str], span: Span, *, mark: str = "^", paint: Callable[[str], str] = str) -> list[str]:
    """Return the lines of a frame; none if the file has no such line. `paint` colours the mark."""
    if not 1 <= span.line <= len(lines):
        return []
    line = lines[span.line - 1]
    ends_here = span.end_line == span.line
    marked = mark_line(line, span.column - 1, span.end_column - 1 if ends_here else len(line))
    last = span.end_line - (span.end_column == 1)
    on_to = f" to line {last}" if last > span.line else ""
    number = str(span.line)
    gutter = " " * len(number)
    return [
        f"{gutter} |",
        f"{number} | {marked.text}".rstrip(),
        f"{gutter} | {' ' * marked.offset}{paint(mark * marked.width + on_to)}",
    ]


def mark_line(line: str, start: int, end: int) -> LineMark:
    """Return the line with the code points from `start` (from 0) to before `end` marked, at least one column wide."""
    start = min(start, len(line))
    low, high = max(0, start - WIDTH), min(len(line), start + WIDTH)
    cells = _cells(line[low:high])
    at, until = start - low, max(start, min(end, high)) - low
    first, last = 0, len(cells)
    if (low, high) != (0, len(line)) or columns("".join(cells)) > WIDTH:
        first = at - _fitting(cells[:at][::-1], _LEAD)
        last = at + _fitting(cells[at:], WIDTH - _LEAD)
    until = min(until, last)
    before = ("..." if low + first > 0 else "") + "".join(cells[first:at])
    marked = "".join(cells[at:until])
    after = "".join(cells[until:last]) + ("..." if low + last < len(line) else "")
    offset = columns(before)
    return LineMark(before + marked + after, offset, max(1, columns(before + marked) - offset))


def _cells(text: str) -> list[str]:
    """Return what is shown for each character: tabs as spaces, nothing that a terminal or a runner would obey."""
    broken = broken_commands(text)
    return ["\\#" if index in broken else _cell(character) for index, character in enumerate(text)]


def _cell(character: str) -> str:
    return _TAB if character == "\t" else visible(character)


def _fitting(cells: Sequence[str], most: int) -> int:
    """Return how many of the first cells fit into a number of columns."""
    used = 0
    for count, cell in enumerate(cells):
        used += columns(cell)
        if used > most:
            return count
    return len(cells)
