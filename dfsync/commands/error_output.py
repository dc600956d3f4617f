"""How an error is told to the user: on stderr, on lines of its own, whatever its text holds."""

from __future__ import annotations

import click

from dfsync.model.text import visible


def complain(message: str, help: str | None = None) -> None:
    """Show an error, and what to do next if that is known."""
    lines = [f"error: {_lines(message)}"]
    if help:
        lines.append(f"  help: {_lines(help)}")
    click.echo("\n".join(lines), err=True)


def _lines(text: str) -> str:
    return "\n  ".join(visible(line) for line in text.split("\n"))
