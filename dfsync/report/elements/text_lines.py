"""Lines of text: values in quotes where they could be mistaken for words of dfsync, and breaks that fit the width."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from dfsync.model.text import visible
from dfsync.report.elements.colors import Style
from dfsync.report.elements.columns import columns, wrapped
from dfsync.report.elements.lines import Words

_WORD = r"[^\s\"→…\[\]]+"
_PLAIN = re.compile(rf"{_WORD}(?: {_WORD})*")
_COLOUR = re.compile("\x1b\\[[0-9;]*m")
EMPTY, CLEAR = Words("(empty)"), Words("CLEAR")

Piece = tuple[str, Style]
"""A text that is not to be broken, and how it is written."""


def quoted(text: str) -> str:
    """Return `text` on one line, in quotes if it could be mistaken for words of dfsync."""
    if isinstance(text, Words):
        return text
    text = visible(text)
    if _PLAIN.fullmatch(text) and text not in (EMPTY, CLEAR):
        return text
    return in_quotes(text)


def in_quotes(text: str) -> str:
    """Return `text` in quotes."""
    return '"' + text.replace('"', '\\"') + '"'


class LineBreaker(Struct, frozen=True):
    """Breaks text into lines of at most `width` columns of a terminal."""

    width: int

    def wrap(self, lead: str, text: str, indent: int) -> list[str]:
        """Return our own words behind a lead, broken between words."""
        at = columns(_COLOUR.sub("", lead))
        lines = [" ".join(line) for line in wrapped(text.split(" "), self.width - max(at, indent))]
        return [(lead if number == 0 else " " * max(at, indent)) + line for number, line in enumerate(lines or [""])]

    def flow(self, lead: str, pieces: Sequence[Piece], gap: str, indent: int) -> Iterator[str]:
        """Yield lines of pieces; one that does not fit any more begins the next line, and is broken if it must be."""
        at = columns(_COLOUR.sub("", lead))
        line, taken, fresh = lead, at, True
        for text, ink in pieces:
            wide = columns(text)
            if not fresh and taken + len(gap) + wide > self.width:
                yield line
                line, taken, fresh = " " * indent, indent, True
            if fresh and wide > self.width - taken:
                *before, last = [" ".join(words) for words in wrapped(text.split(" "), self.width - taken)]
                for part in before:
                    yield line + ink(part)
                    line, taken = " " * indent, indent
                line, taken, fresh = line + ink(last), taken + columns(last), False
                continue
            line, taken, fresh = (
                (line if fresh else line + gap) + ink(text),
                taken + wide + (0 if fresh else len(gap)),
                False,
            )
        yield line

    def cut(self, line: str) -> str:
        """Return a line of a summary, cut at the width."""
        while columns(line) > self.width:
            line = line[: -max(2, columns(line) - self.width + 1)] + "…"
        return line
