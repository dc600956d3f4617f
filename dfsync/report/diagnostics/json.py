"""Findings for programs: the JSON of the contract, with its schema in schemas/diagnostics.schema.json."""

from __future__ import annotations

from typing import Any

from dfsync.findings import Finding, Findings, Severity
from dfsync.model.text import json_document
from dfsync.report.diagnostics.context import SourceContext, other_places


def render(findings: Findings, _: SourceContext) -> str:
    """Return the document. A field that a finding does not have is null, and its message includes the help."""
    return json_document(
        {
            "format": "dfsync/diagnostics",
            "format_version": 1,
            "summary": {
                "errors": findings.count(Severity.ERROR),
                "warnings": findings.count(Severity.WARNING),
                "files": findings.files,
                "sites": findings.sites,
                "contacts": findings.contacts,
            },
            "diagnostics": [entry(diagnostic) for diagnostic in findings.diagnostics],
        },
        ascii=True,
    )


def entry(diagnostic: Finding) -> dict[str, Any]:
    """Return one finding in the contract's JSON form."""
    span = diagnostic.span
    said = diagnostic.message + other_places(diagnostic)
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": f"{said}; {diagnostic.help}" if diagnostic.help else said,
        "file": diagnostic.file,
        "line": span and span.line,
        "column": span and span.column,
        "end_line": span and span.end_line,
        "end_column": span and span.end_column,
        "id": diagnostic.id,
        "field": diagnostic.field,
    }
