"""Colours on a terminal, by their meaning. The text says the same without colours."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec import Struct

Ink = Callable[[str], str]


class Pen(Struct, frozen=True):
    """The colours for values before and after, drift, danger, headings and side notes."""

    bold: Ink
    dim: Ink
    old: Ink
    new: Ink
    drift: Ink
    danger: Ink
    plain: Ink


def pen_for(*, color: bool) -> Pen:
    """Return the pen for a terminal with or without colours."""
    if not color:
        return Pen(*(str,) * 7)
    return Pen(
        bold=partial(_style, "1"),
        dim=partial(_style, "2"),
        old=partial(_style, "31"),
        new=partial(_style, "32"),
        drift=partial(_style, "33"),
        danger=partial(_style, "1;31"),
        plain=str,
    )


def _style(code: str, text: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if text else ""
