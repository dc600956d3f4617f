"""Text on a terminal: how wide it is, padding, and lines that break between words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def columns(text: str) -> int:
    """Return how many terminal columns a visible text takes."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth  # its tables take 50 ms to load, and most files are ASCII

    return max(0, wcswidth(text))


def padded(text: str, width: int) -> str:
    """Return the text filled up with spaces to a width."""
    return text + " " * (width - columns(text))


def wrapped(words: Iterable[str], width: int) -> Iterator[list[str]]:
    """Yield lines of words that fit the width, one space between two; a longer word has a line of its own."""
    line: list[str] = []
    taken = 0
    for word in words:
        wide = columns(word)
        if line and taken + 1 + wide > width:
            yield line
            line, taken = [], 0
        taken += wide + (1 if line else 0)
        line.append(word)
    if line:
        yield line
