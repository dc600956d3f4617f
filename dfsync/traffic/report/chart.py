"""A traffic report as a picture: for each metric a heat map of hours by weekdays, and its line over time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from dfsync.model.hours.week import DAYS
from dfsync.model.text import counted, shortened
from dfsync.traffic.api.request import ReportRequest
from dfsync.traffic.report.summary import AVERAGES, Summary
from dfsync.traffic.report.svg import ACCENT, FAINT, GRID, SHADES, Drawing, shade

_LEFT, _CELL, _ROW, _PLOT = 56, 28, 18, 110
_WIDTH = _LEFT + 24 * _CELL + 24


def render(summary: Summary) -> str:
    """Return the SVG document."""
    request = summary.request
    title = f"Traffic of {_whose(summary)}, {request.first} to {request.last}"
    drawing = Drawing(_WIDTH, title)
    drawing.text((_LEFT, 28), title, size=16, bold=True)
    for metric in request.metrics:
        _heat(drawing, metric, summary.heat(metric), alone=len(summary.sites) == 1)
        _line(drawing, metric, summary.line(metric), request, by_day=summary.by_day)
    return drawing.svg()


def _heat(drawing: Drawing, metric: str, heat: Mapping[tuple[int, int], float], *, alone: bool) -> None:
    top = drawing.height + 34
    most = max(heat.values(), default=0.0)
    what = "mean" if metric in AVERAGES else f"mean of such an hour{'' if alone else ', all sites together'}"
    drawing.text((_LEFT, top), f"{_title(metric)} by weekday and hour", bold=True)
    drawing.text((_WIDTH - 24, top), what, color=FAINT, size=11, anchor="end")
    most = round_up(most)
    by_shade: dict[str, list[tuple[float, float, float, float]]] = {color: [] for color in (GRID, *SHADES)}
    for weekday, name in enumerate(DAYS):
        below = top + 10 + weekday * _ROW
        drawing.text((_LEFT - 8, below + 13), name, color=FAINT, size=11, anchor="end")
        for hour in range(24):
            value = heat.get((weekday, hour))
            color = GRID if value is None else shade(value / most if most else 0.0)
            by_shade[color].append((_LEFT + hour * _CELL, below, _CELL - 1, _ROW - 1))
    for color, boxes in by_shade.items():
        drawing.boxes(boxes, color)
    for hour in range(0, 24, 3):
        drawing.text((_LEFT + hour * _CELL, top + 24 + 7 * _ROW), f"{hour:02d}:00", color=FAINT, size=11)
    _key(drawing, most, top + 34 + 7 * _ROW)
    if heat:
        weekday, hour = max(heat, key=heat.__getitem__)
        said = f"Busiest: {DAYS[weekday]} {hour:02d}:00–{hour:02d}:59, {_short(heat[weekday, hour])}"
        drawing.text((_LEFT, top + 44 + 7 * _ROW), said, size=11)


def _key(drawing: Drawing, most: float, top: float) -> None:
    """Draw the key of the shades: from nothing to the most, and what is not known."""
    left = _WIDTH - 24 - len(SHADES) * _CELL
    drawing.text((left - 6, top + 10), "0", color=FAINT, size=11, anchor="end")
    for number, color in enumerate(SHADES):
        drawing.boxes([(left + number * _CELL, top, _CELL, 10)], color)
    drawing.text((_WIDTH - 24, top + 22), _short(most), color=FAINT, size=11, anchor="end")
    drawing.boxes([(left - 108, top, 10, 10)], GRID)
    drawing.text((left - 92, top + 10), "no data", color=FAINT, size=11)


def _line(
    drawing: Drawing, metric: str, line: Sequence[tuple[str, float]], request: ReportRequest, *, by_day: bool
) -> None:
    top = drawing.height + 30
    drawing.text((_LEFT, top), f"{_title(metric)} {'a day' if by_day else f'every {request.step} min'}", bold=True)
    most = round_up(max((value for _, value in line), default=0.0)) or 1.0
    bottom, across = top + 12 + _PLOT, 24 * _CELL
    for share in (0, 0.5, 1):
        level = bottom - share * _PLOT
        drawing.line([(_LEFT, level), (_LEFT + across, level)], GRID, width=1)
        drawing.text((_LEFT - 8, level + 4), _short(most * share), color=FAINT, size=11, anchor="end")
    apart = across / max(len(line) - 1, 1)
    points = [(_LEFT + number * apart, bottom - value / most * _PLOT) for number, (_, value) in enumerate(line)]
    drawing.line(points if len(points) > 1 else [*points, *((left + 4, top) for left, top in points)], ACCENT)
    if line:
        drawing.text((_LEFT, bottom + 16), line[0][0], color=FAINT, size=11)
        drawing.text((_LEFT + across, bottom + 16), line[-1][0], color=FAINT, size=11, anchor="end")


def _whose(summary: Summary) -> str:
    """Return the site that the report is of, or how many there are."""
    names = summary.sites
    if len(names) == 1:
        return shortened(next(iter(names.values())) or next(iter(names)), 60)
    return counted(len(names), "site") if names else "no site"


def round_up(number: float) -> float:
    """Return the next number of the form 1, 2, 2.5 or 5 times a power of ten, for the end of an axis."""
    if number <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(number))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if number <= step * power * (1 + 1e-9))


def _title(metric: str) -> str:
    return metric.replace("_", " ").capitalize()


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 or number == int(number) else f"{number:.3g}"
