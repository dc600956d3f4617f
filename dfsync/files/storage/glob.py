"""Patterns for paths: `*` and `?` stay inside a folder, and `**` between slashes stands for any number of folders.

A pattern comes from a file that anybody may edit, so it is translated so that no path makes matching slow. A `*` or
`**` matches the shortest text after which the next part matches, and is not tried again (an atomic group). A later star
can always take what an earlier one left, so a match is found if there is one.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache


@cache  # with a bound, one pattern more than it has room for would compile each of them for each file
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the pattern as a regular expression over a root-relative path with `/`."""
    return re.compile(_expression(pattern), re.DOTALL)


@lru_cache(maxsize=1024)
def any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return a regular expression that matches what any of the patterns matches."""
    return re.compile("|".join(map(_expression, patterns)) if patterns else r"(?!)", re.DOTALL)


def _expression(pattern: str) -> str:
    runs: list[list[str]] = [[]]
    for segment in pattern.split("/"):
        if segment == "**":
            runs.append([])
        else:
            runs[-1].append(_segment(segment))
    if len(runs) == 1:
        return "/".join(runs[0]) + r"\Z"
    first, *middle, last = runs
    expression = "".join(f"{segment}/" for segment in first)
    for run in middle:
        if run:
            expression += f"(?>(?:[^/]+/)*?{''.join(f'{segment}/' for segment in run)})"
    expression += f"(?:[^/]+/)*{'/'.join(last)}" if last else ".+"
    return expression + r"\Z"


def _segment(segment: str) -> str:
    """Return the expression of a pattern between two slashes."""
    first, *rest = [re.escape(part).replace(r"\?", "[^/]") for part in re.split(r"\*+", segment)]
    if not rest:
        return first
    return first + "".join(f"(?>[^/]*?{part})" for part in rest[:-1]) + "[^/]*" + rest[-1]


def matches(path: str, pattern: str) -> bool:
    """Whether a root-relative path matches the pattern."""
    return compiled(pattern).match(path) is not None


def leaves_root(pattern: str) -> bool:
    """Whether a pattern or path is absolute, or climbs out of the root."""
    return (
        pattern.startswith(("/", "\\"))
        or pattern[1:2] == ":"
        or (".." in pattern and ".." in re.split(r"[/\\]", pattern))
    )


def base(pattern: str) -> str:
    """Return the folder that is above all matches, "" for the root."""
    literal = re.split(r"[*?]", pattern, maxsplit=1)[0]
    return literal.rpartition("/")[0]
