"""Findings in the Reviewdog Diagnostic Format, with which reviewdog comments on Bitbucket, Gitea, Gerrit and others.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf: lines and columns count from 1, columns are UTF-8 bytes.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from dfsync.findings import Finding, Findings, Severity
from dfsync.model.place import Span
from dfsync.model.text import json_document, visible
from dfsync.report.diagnostics.context import SourceContext, headline

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.HINT: "INFO"}
_TOP = Span(1, 1, 1, 1)


def render(findings: Findings, context: SourceContext) -> str:
    """Return one JSON document with all findings."""
    lines = cache(lambda file: (context.read_source(file) or "").removeprefix("\ufeff").splitlines())

    def position(file: str | None, line: int, column: int) -> dict[str, int]:
        known = lines(file) if file is not None else []
        before = known[line - 1][: column - 1] if line <= len(known) else " " * (column - 1)
        return {"line": line, "column": len(before.encode("utf-8", "surrogatepass")) + 1}

    def issue(diagnostic: Finding) -> dict[str, Any]:
        span = diagnostic.span or _TOP
        begin = position(diagnostic.file, span.line, span.column)
        end = position(diagnostic.file, span.end_line, span.end_column)
        help = f"\nhelp: {visible(diagnostic.help)}" if diagnostic.help else ""
        place = {"start": begin, "end": end}
        found: dict[str, Any] = {
            "message": headline(diagnostic) + help,
            "location": {"path": context.path(diagnostic.file), "range": place},
            "severity": _SEVERITIES[diagnostic.severity],
            "code": {"value": diagnostic.code},
        }
        offer = diagnostic.offer
        if offer is not None and offer == visible(offer) and diagnostic.span is not None:
            found["suggestions"] = [{"range": place, "text": offer}]
        return found

    return json_document(
        {"source": {"name": "dfsync"}, "diagnostics": [issue(one) for one in findings.diagnostics]}, ascii=True
    )
