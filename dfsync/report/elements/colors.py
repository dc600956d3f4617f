"""Colours on a terminal, by their meaning. The text says the same without colours."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec import Struct

Style = Callable[[str], str]


class Colors(Struct, frozen=True):
    """The colours for values before and after, drift, danger, headings and side notes."""

    bold: Style
    dim: Style
    old: Style
    new: Style
    drift: Style
    danger: Style
    plain: Style


def colors_for(*, color: bool) -> Colors:
    """Return the colours for a terminal; plain text where there are none."""
    if not color:
        return Colors(*(str,) * 7)
    return Colors(
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
