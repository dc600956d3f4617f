"""Declared hours against observed traffic, as a picture: a week of quarter hours for each site that differs.

Each weekday is a row: shades for the traffic, and below them a line for the declared hours and one for the proposed.
"""

from __future__ import annotations

from textwrap import wrap

from dfsync.model.hours.week import CLOSED, DAY, DAYS, Week
from dfsync.model.text import shortened
from dfsync.traffic.analysis.days.frame import SLOTS
from dfsync.traffic.analysis.findings import HoursReport, JudgedSite
from dfsync.traffic.report.svg import ACCENT, FAINT, GRID, INK, SHADES, Drawing, shade
from dfsync.traffic.report.wording import headline, weekdays, what

_LEFT, _SLOT, _ROW = 56, 7, 22
_WIDTH = _LEFT + SLOTS * _SLOT + 24
_MINUTE = SLOTS * _SLOT / DAY
_LINE = 76
"""The number of characters of a heading that fit on a line."""

_FINDINGS = 4
MOST_SITES = 100
"""The number of sites that are drawn at most: nobody looks at a larger picture."""


def render(report: HoursReport) -> str:
    """Return the SVG document."""
    drawing = Drawing(_WIDTH, headline(report))
    for number, line in enumerate(wrap(headline(report), _LINE)):
        drawing.text((_LEFT, 26 + 19 * number), line, size=14, bold=True)
    _key(drawing, drawing.height + 11)
    for site in report.differing[:MOST_SITES]:
        _site(drawing, site)
    if len(report.differing) > MOST_SITES:
        drawing.text((_LEFT, drawing.height + 30), f"and {len(report.differing) - MOST_SITES} more", color=FAINT)
    return drawing.svg()


def _key(drawing: Drawing, at: float) -> None:
    drawing.text((_LEFT, at), "observed traffic, little to much:", color=FAINT, size=11)
    for number, color in enumerate(SHADES):
        drawing.boxes([(_LEFT + 176 + number * 18, at - 9, 18, 10)], color)
    drawing.text((_LEFT + 300, at), "━ declared", size=11)
    drawing.text((_LEFT + 380, at), "━ proposed", size=11, color=ACCENT)


def _site(drawing: Drawing, site: JudgedSite) -> None:
    top = drawing.height + 26
    drawing.text((_LEFT, top), f"{shortened(site.id, 30)}  {shortened(site.name, 50)}", bold=True)
    for finding in site.verdict.findings[:_FINDINGS]:
        top += 16
        drawing.text((_LEFT, top), f"{weekdays(finding.weekdays)} {what(finding)}", size=11)
    _traffic(drawing, site, top + 8)
    _bars(drawing, site.declared, top + 8 + _ROW - 8, INK)
    _bars(drawing, site.verdict.proposed or CLOSED, top + 8 + _ROW - 5, ACCENT)
    for hour in range(0, 25, 3):
        anchor = "middle" if hour < 24 else "end"
        left = _LEFT + hour * 60 * _MINUTE
        drawing.text((left, top + 20 + 7 * _ROW), f"{hour:02d}:00", color=FAINT, size=10, anchor=anchor)


def _traffic(drawing: Drawing, site: JudgedSite, top: float) -> None:
    most = max((count or 0 for counts in site.verdict.profile for count in counts), default=0) or 1
    boxes: dict[str, list[tuple[float, float, float, float]]] = {color: [] for color in (GRID, *SHADES)}
    for weekday, counts in enumerate(site.verdict.profile):
        drawing.text((_LEFT - 8, top + weekday * _ROW + 11), DAYS[weekday], color=FAINT, size=11, anchor="end")
        for slot, count in enumerate(counts):
            color = GRID if count is None else shade(count / most)
            boxes[color].append((_LEFT + slot * _SLOT, top + weekday * _ROW, _SLOT, _ROW - 9))
    for color, of_color in boxes.items():
        drawing.boxes(of_color, color)


def _bars(drawing: Drawing, week: Week, top: float, color: str) -> None:
    drawing.boxes(
        (
            (_LEFT + start * _MINUTE, top + weekday * _ROW, (stop - start) * _MINUTE, 2)
            for weekday, spans in enumerate(week.by_day())
            for start, stop in spans
        ),
        color,
    )
