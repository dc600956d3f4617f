"""Puts a report for a terminal unchanged into Markdown or HTML."""

from __future__ import annotations

import html
import re

from dfsync.model.text import visible
from dfsync.report import gfm

_STYLE = (
    ":root{color-scheme:light dark}body{margin:2rem auto;max-width:60rem;padding:0 1rem;"
    "font:1rem/1.5 system-ui,sans-serif}"
    "pre{overflow-x:auto;font:.875rem/1.45 ui-monospace,monospace}"
)


def in_markdown(title: str, text: str) -> str:
    """Return the text as a code block under a heading."""
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"### {gfm.text(title)}\n\n{ticks}text\n{text.rstrip()}\n{ticks}\n"


def in_html(title: str, text: str) -> str:
    """Return the text as a page that loads nothing."""
    title = html.escape(visible(title))
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<pre>{html.escape(text)}</pre>\n</body>\n</html>\n"
    )
