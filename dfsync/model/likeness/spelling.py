"""Suggests the word that was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

_MOST_COMPARED = 2_000
_LONGEST = 60


def nearest(word: str, known: Iterable[str], cutoff: float = 0.7) -> str | None:
    """Return the known word that is spelled most like this one, whatever its case, spaces, `_` and `-`."""
    import difflib

    folded = {_folded(entry): entry for entry in known}
    found = difflib.get_close_matches(_folded(word[:100]), folded, 1, cutoff)
    return folded[found[0]] if found else None


def suggestion(word: str, known: Iterable[str], cutoff: float = 0.7) -> str | None:
    """Return `did you mean …?`; None if no known word is near."""
    found = nearest(word, known, cutoff)
    return f"did you mean {found}?" if found else None


def near_id(id: str, known: Iterable[str]) -> str | None:
    """Return `did you mean …?` for a misspelled site id; None if no known id is near.

    Only ids with the same numbers are near: site-13 is the neighbour of site-12, and not a slip.
    """
    numbers = _numbers(id)
    near = (other for other in known if abs(len(other) - len(id)) <= len(id) // 4 and _numbers(other) == numbers)
    return suggestion(id, islice(near, _MOST_COMPARED), 0.8) if len(id) <= _LONGEST else None


def _numbers(id: str) -> list[str]:
    """Return the numbers in an id, without the zeros that they begin with."""
    return [digits.lstrip("0") for digits in re.findall(r"[0-9]+", id)]


def _folded(word: str) -> str:
    return word.casefold().replace("_", "").replace("-", "").replace(" ", "")
