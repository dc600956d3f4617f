"""Keeps one finding for each problem: of several with the same cause, the one that says most."""

from __future__ import annotations

from collections.abc import Collection, Hashable

from dfsync.findings import Finding, Severity
from dfsync.model.place import CONFIG_FILE, Span

AMBIGUOUS = "DF401"


def one_a_cause(found: Collection[Finding]) -> list[Finding]:
    """Drop second findings of the same cause: an ambiguous value that has another finding, a default and its sites."""
    others = [each for each in found if each.code != AMBIGUOUS]
    wrong = {(each.place, each.span) for each in others if each.severity is Severity.ERROR or each.offer is not None}
    on_line: dict[tuple[str | None, int], list[Span]] = {}
    for each in others:
        if each.severity is Severity.ERROR and each.span is not None:
            on_line.setdefault((each.file, each.span.line), []).append(each.span)
    causes: dict[Hashable, Finding] = {}
    for each in sorted(found, key=lambda each: (each.field or "").startswith("defaults[")):
        if each.code == AMBIGUOUS and each.span is not None:
            around = on_line.get((each.file, each.span.line), ())
            if any(_is_around(span, each.span) for span in around):
                continue
        if each.code != AMBIGUOUS or (each.place, each.span) not in wrong:
            is_config = each.file == CONFIG_FILE
            causes.setdefault((each.code, each.message, each.place, each.span) if is_config else each, each)
    return list(causes.values())


def _is_around(outer: Span, inner: Span) -> bool:
    """Whether a span that starts on the same line has the other one in it."""
    return outer.column <= inner.column and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
