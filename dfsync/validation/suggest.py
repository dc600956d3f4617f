"""The word that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], cutoff: float = 0.7) -> str | None:
    """Return the known word that is spelled most like this one, whatever its case, spaces, `_` and `-`."""
    import difflib

    folded = {_folded(entry): entry for entry in known}
    found = difflib.get_close_matches(_folded(word[:100]), folded, 1, cutoff)
    return folded[found[0]] if found else None


def suggestion(word: str, known: Iterable[str]) -> str | None:
    """Return `did you mean …?`, None when nothing is near."""
    found = nearest(word, known)
    return f"did you mean {found}?" if found else None


def _folded(word: str) -> str:
    return word.casefold().replace("_", "").replace("-", "").replace(" ", "")
