"""Data inside GitHub-flavoured Markdown: it stays text, whatever it is.

Harmless text is written as it is, and everything else as code, in which neither Markdown nor references of the forge
(@name, #123, GH-1, commit hashes) mean anything. Escaping with backslashes or entities is not enough, since GitHub
looks for mentions and bare addresses after it has parsed the Markdown.
"""

from __future__ import annotations

import html
import re
import unicodedata

from dfsync.model.text import visible

_HARMLESS = re.compile(r"[^\W_](?:[^\W_]|[ ,’'()/%–-]|\.(?= |$)|&(?= ))*")
_REFERENCE = re.compile(r"[0-9a-f]{7}|[a-z]-\d|%\S|www", re.IGNORECASE)
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
_LIST_ITEM = re.compile(r"\d+[.)](?: |$)")


def text(data: str) -> str:
    """Return `data` for inside a line of Markdown: as it is when that is harmless, else as code."""
    return _isolated(data) if _is_harmless(data) else code(data)


def code(data: str) -> str:
    """Return `data` as a code span on one line. Not for table cells: a pipe would end the cell."""
    shown = visible(data)
    if not shown.strip(" "):
        return f'"{shown}"'
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    pad = " " if shown.startswith(("`", " ")) or shown.endswith(("`", " ")) else ""
    return _isolated(f"{ticks}{pad}{shown}{pad}{ticks}")


def html_text(data: str) -> str:
    """Return `data` for inside a line of HTML, such as `<summary>`, where Markdown is not read."""
    return _isolated(data) if _is_harmless(data) else html_code(data)


def html_code(data: str) -> str:
    """Return `data` as a `<code>` element, for where Markdown is not read."""
    return _isolated(f"<code>{html.escape(visible(data))}</code>")


def _isolated(shown: str) -> str:
    """Keep right-to-left text from turning around what stands beside it, such as `before → after`."""
    if shown.isascii() or not any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in shown):
        return shown
    return f"\u2068{shown}\u2069"


def _is_harmless(data: str) -> bool:
    return bool(
        _HARMLESS.fullmatch(data)
        and visible(data) == data
        and not _REFERENCE.search(data)
        and not _LIST_ITEM.match(data)
    )
