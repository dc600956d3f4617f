"""A small SVG writer: rectangles, lines and text, escaped; the same picture as PNG by way of resvg."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from dfsync.errors import DfsyncError
from dfsync.model.text import visible

INK, FAINT, GRID, ACCENT = "#1f2933", "#616e7c", "#d9dfe5", "#c2410c"
SHADES = ("#eef4fb", "#cfe1f2", "#9ecae1", "#5ba3cf", "#2a7ab9", "#0b4a8f")
"""From little to much traffic. The shades differ in grey too."""

Point = tuple[float, float]


class Drawing:
    """Shapes on white, from the top down; sizes are pixels."""

    def __init__(self, width: int, title: str) -> None:
        self.width = width
        self.height = 0.0
        self._title = title
        self._shapes: list[str] = []

    def text(
        self, at: Point, text: str, *, size: int = 12, color: str = INK, anchor: str = "start", bold: bool = False
    ) -> None:
        """Write a line of text."""
        weight = ' font-weight="600"' if bold else ""
        self._add(
            f'<text x="{at[0]:g}" y="{at[1]:g}" font-size="{size}" fill="{color}" text-anchor="{anchor}"{weight}>'
            f"{escape(visible(text))}</text>",
            at[1] + size / 2,
        )

    def boxes(self, boxes: Iterable[tuple[float, float, float, float]], color: str) -> None:
        """Fill rectangles, each `(left, top, width, height)`, with one colour."""
        parts = list(boxes)
        if parts:
            path = "".join(f"M{left:g} {top:g}h{width:g}v{height:g}h{-width:g}z" for left, top, width, height in parts)
            self._add(f'<path d="{path}" fill="{color}"/>', max(top + height for _, top, _, height in parts))

    def line(self, points: Sequence[Point], color: str, *, width: float = 1.5) -> None:
        """Draw a line through points."""
        if points:
            path = " ".join(f"{left:g},{top:g}" for left, top in points)
            self._add(
                f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="{width:g}"/>',
                max(top for _, top in points),
            )

    def svg(self) -> str:
        """Return the document."""
        height = round(self.height + 16)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{height}" role="img" '
            f'viewBox="0 0 {self.width} {height}" font-family="system-ui, \'DejaVu Sans\', sans-serif">\n'
            f"<title>{escape(visible(self._title))}</title>\n"
            f'<rect width="100%" height="100%" fill="#fff"/>\n' + "\n".join(self._shapes) + "\n</svg>\n"
        )

    def _add(self, shape: str, bottom: float) -> None:
        self._shapes.append(shape)
        self.height = max(self.height, bottom)


def shade(share: float) -> str:
    """Return the shade of a share of the most, 0 to 1."""
    return SHADES[min(int(share * len(SHADES)), len(SHADES) - 1)]


def png(svg: str) -> bytes:
    """Return the picture of an SVG document. Raises DfsyncError if resvg is not installed."""
    try:
        import resvg_py  # an optional extra
    except ModuleNotFoundError as error:
        help = "pip install resvg-py (dfsync's extra charts), or write the chart to a file that ends in .svg"
        raise DfsyncError("a chart as PNG needs the package resvg_py, which is not installed", help=help) from error
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=2))
