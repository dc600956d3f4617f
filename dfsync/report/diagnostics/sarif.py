"""Findings as SARIF 2.1.0 (OASIS), the part of it that GitHub's code scanning reads.

https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning:
a result needs a message and one location with a relative URI, and is matched between commits by the fingerprint
`primaryLocationLineHash` alone. Ours is not the hash of a line, which GitHub's upload action remarks on and accepts.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import dfsync
from dfsync.findings import Finding, Findings, RuleInfo, Severity
from dfsync.fingerprints import fingerprints
from dfsync.model.place import Span
from dfsync.model.text import json_document, visible
from dfsync.report.diagnostics.context import SourceContext, message

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}
_TOP = Span(1, 1, 1, 1)


def render(findings: Findings, context: SourceContext) -> str:
    """Return a log of one run, with all rules that are known, hit or not."""
    rules = _rules(findings, context)
    numbers = {rule.code: number for number, rule in enumerate(rules)}
    marks = fingerprints(findings.diagnostics)
    run = {
        "tool": {
            "driver": {
                "name": "dfsync",
                "semanticVersion": dfsync.__version__,
                "rules": [_descriptor(rule) for rule in rules],
            }
        },
        "automationDetails": {"id": f"dfsync/{context.folder + '/' if context.folder else ''}"},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(diagnostic, context)
            | {"ruleIndex": numbers[diagnostic.code]}
            | {"partialFingerprints": {"primaryLocationLineHash": mark}}
            for diagnostic, mark in zip(findings.diagnostics, marks, strict=True)
        ],
    }
    return json_document({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ascii=True)


def _rules(findings: Findings, context: SourceContext) -> list[RuleInfo]:
    """Return all rules in the order of their codes; one that is hit and not described gives its code for a title."""
    hit = {found.code: RuleInfo(found.code, found.code, "", found.severity) for found in findings.diagnostics}
    rules = {**hit, **context.rules}
    return [rules[code] for code in sorted(rules)]


def _descriptor(rule: RuleInfo) -> dict[str, Any]:
    return {
        "id": rule.code,
        "shortDescription": _message(rule.title),
        "fullDescription": _message(rule.title),
        "help": _message(rule.help or rule.title),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(diagnostic: Finding, context: SourceContext) -> dict[str, Any]:
    said = message(diagnostic)
    if diagnostic.help is not None:
        said = f"{said}\nHelp: {visible(diagnostic.help)}"
    related = [
        {
            "id": number,
            "message": _message(visible(other.message)),
            **_location(context.path(other.file), other.span or _TOP),
        }
        for number, other in enumerate(diagnostic.related)
    ]
    return {
        "ruleId": diagnostic.code,
        "level": _LEVELS[diagnostic.severity],
        "message": _message(said),
        "locations": [_location(context.path(diagnostic.file), diagnostic.span or _TOP)],
        **({"relatedLocations": related} if related else {}),
        "properties": {"id": diagnostic.id, "field": diagnostic.field},
    }


def _location(path: str, span: Span) -> dict[str, Any]:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    uri = quote(path, safe="/", errors="surrogatepass")
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}


def _message(text: str) -> dict[str, str]:
    # "[text](target)" is a link in a SARIF message (3.11.6); a value must not make one.
    return {"text": text.replace("](", "\\](")}
