"""Text on a terminal: its width, padding, and line breaks between words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from unicodedata import category, east_asian_width

from dfsync.model.text import visible

_JOINER = "\u200d"
_AS_EMOJI = "\ufe0f"
_MODIFIERS = frozenset(map(chr, range(0x1F3FB, 0x1F400)))


def columns(text: str) -> int:
    """Return how many terminal columns a visible text takes (UAX #11, and UTS #51 for emoji that are joined)."""
    if text.isascii():
        return len(text)
    taken, before = 0, ""
    for character in text:
        wide = east_asian_width(character) in "WF"
        if character == _AS_EMOJI and before and east_asian_width(before) == "N":
            taken += 1
        elif not (character in _MODIFIERS or (wide and before == _JOINER) or _takes_none(character)):
            taken += 2 if wide else 1
        before = character
    return taken


def _takes_none(character: str) -> bool:
    """Whether a character is drawn on the one before it: a mark, a format character, the vowel of a Hangul syllable."""
    return category(character) in ("Mn", "Me", "Cf") or "\u1160" <= character <= "\u11ff"


def padded(text: str, width: int) -> str:
    """Return the text filled up with spaces to a width."""
    return text + " " * (width - columns(text))


def wrapped(words: Iterable[str], width: int) -> Iterator[list[str]]:
    """Yield lines of words that fit the width, with one space between two. A longer word has a line of its own."""
    line: list[str] = []
    taken = 0
    for each in words:
        word, wide = each, columns(each)
        if line and taken + 1 + wide > width:
            yield line
            line, taken = [], 0
            word = visible(word)  # else a CI runner would obey a word such as ::error:: that now begins a line
        taken += wide + (1 if line else 0)
        line.append(word)
    if line:
        yield line
