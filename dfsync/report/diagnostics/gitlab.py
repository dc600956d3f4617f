"""Findings as a GitLab Code Quality report.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format. GitLab tells old findings from new ones by
their fingerprint, and shows the description and not the name of the check.
"""

from __future__ import annotations

from typing import Any

from dfsync.findings import Finding, Findings, Severity
from dfsync.fingerprints import fingerprints
from dfsync.model.place import Span
from dfsync.model.text import json_document
from dfsync.report.diagnostics.context import SourceContext, headline

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.HINT: "info"}
_TOP = Span(1, 1, 1, 1)


def render(findings: Findings, context: SourceContext) -> str:
    """Return a JSON list, empty if nothing was found."""
    marks = fingerprints(findings.diagnostics)
    return json_document(
        [_issue(*found, context) for found in zip(findings.diagnostics, marks, strict=True)], ascii=True
    )


def _issue(diagnostic: Finding, fingerprint: str, context: SourceContext) -> dict[str, Any]:
    span = diagnostic.span or _TOP
    return {
        "description": headline(diagnostic),
        "check_name": diagnostic.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[diagnostic.severity],
        "location": {
            "path": context.path(diagnostic.file),
            "positions": {
                "begin": {"line": span.line, "column": span.column},
                "end": {"line": span.end_line, "column": span.end_column},
            },
        },
    }
