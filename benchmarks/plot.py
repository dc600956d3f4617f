"""Time and memory against size, as SVG: both axes logarithmic, a colour a command, a dash a kind of data."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape

_DASHES = ("", ' stroke-dasharray="6 4"')
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#444444")
_FONT = 'font-family="sans-serif" font-size="12"'
_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 760, 420, 60, 40, 250, 46

Points = Sequence[tuple[float, float]]


def plot(title: str, unit: str, lines: Mapping[str, Mapping[str, Points]]) -> str:
    """Return a plot of lines of (sites, value) by command and kind of data; `unit` stands at the upright axis."""
    kinds = list(dict.fromkeys(kind for of_command in lines.values() for kind in of_command))
    points = [point for of_command in lines.values() for line in of_command.values() for point in line]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    across = _scale(min(xs), max(xs), _LEFT, _WIDTH - _RIGHT)
    up = _scale(min(ys), max(ys), _HEIGHT - _BOTTOM, _TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" {_FONT}>',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="22" font-size="15" fill="#222222">{escape(title)}</text>',
    ]
    for x in sorted(set(xs)):
        parts.append(_grid(across(x), across(x), _TOP, _HEIGHT - _BOTTOM))
        parts.append(_label(across(x), _HEIGHT - _BOTTOM + 18, f"{x:,.0f}", "middle"))
    for y in _ticks(min(ys), max(ys)):
        parts.append(_grid(_LEFT, _WIDTH - _RIGHT, up(y), up(y)))
        parts.append(_label(_LEFT - 6, up(y) + 4, f"{y:g}", "end"))
    parts.append(_label((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 8, "sites, one a file", "middle"))
    parts.append(_label(8, _TOP - 6, unit, "start"))
    right = _WIDTH - _RIGHT + 12
    for number, (name, of_command) in enumerate(lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        for kind, line in of_command.items():
            dash = _DASHES[kinds.index(kind) % len(_DASHES)]
            way = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in line)
            parts.append(f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
            parts += [f'<circle cx="{across(x):.1f}" cy="{up(y):.1f}" r="3" fill="{colour}"/>' for x, y in line]
        row = _TOP + 10 + 20 * number
        parts.append(f'<rect x="{right}" y="{row - 9}" width="12" height="12" fill="{colour}"/>')
        parts.append(_label(right + 18, row + 1, name, "start"))
    for number, kind in enumerate(kinds, len(lines) + 1):
        row = _TOP + 7 + 20 * number
        dash = _DASHES[kinds.index(kind) % len(_DASHES)]
        parts.append(f'<path d="M{right} {row}h30" stroke="#222222" stroke-width="2"{dash}/>')
        parts.append(_label(right + 38, row + 4, f"{kind} data", "start"))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _scale(least: float, most: float, start: float, end: float) -> Callable[[float], float]:
    low, high = math.log(least), math.log(most)
    return lambda value: start + (end - start) * ((math.log(value) - low) / ((high - low) or 1))


def _ticks(least: float, most: float) -> list[float]:
    powers = range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)
    found = [step * 10.0**power for power in powers for step in (1, 2, 5)]
    return [value for value in found if least <= value <= most]


def _grid(x1: float, x2: float, y1: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" x2="{x2:.1f}" y1="{y1:.1f}" y2="{y2:.1f}" stroke="#dddddd"/>'


def _label(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#333333">{escape(text)}</text>'
