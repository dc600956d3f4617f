"""Shows the changes of a file as a unified diff for people."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import click

from dfsync.model.text import visible

_COLORS = {"+": "green", "-": "red", "@": "cyan"}


def unified(file: str, before: bytes | None, after: bytes, *, color: bool = False) -> str:
    """Return the diff of a file; None before means a new file. Invisible characters are escaped, line ends left out."""
    name = visible(file)
    lines = difflib.unified_diff(
        _lines(before or b""),
        _lines(after),
        f"a/{name}" if before is not None else "/dev/null",
        f"b/{name}",
        lineterm="",
    )
    return "".join(f"{line}\n" for line in _styled(lines, color=color))


def _lines(data: bytes) -> list[str]:
    """Return the lines without their ends; the last one ends with a line feed if it has no end in the file."""
    lines = data.decode("utf-8", "replace").splitlines()
    if lines and not data.endswith((b"\n", b"\r")):
        lines[-1] += "\n"
    return lines


def _styled(lines: Iterator[str], *, color: bool) -> Iterator[str]:
    for number, line in enumerate(lines):
        mark = line[:1]
        text = mark + "\t".join(map(visible, line[1:].removesuffix("\n").split("\t")))
        if not color or mark not in _COLORS:
            yield text
        elif number < 2:
            yield click.style(text, bold=True)
        else:
            yield click.style(text, fg=_COLORS[mark])
        if line.endswith("\n"):
            yield "\\ No newline at end of file"
