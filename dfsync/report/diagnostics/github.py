"""Findings as GitHub annotations, by workflow commands in the log. They need no token.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions. What is not documented was read in the
source of the runner (actions/runner): it keeps the first 10 annotations of each type in a step, cuts a message at 4,096
characters, and drops the columns of a place that spans several lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from dfsync.findings import Finding, Findings, Severity
from dfsync.model.text import shortened, visible
from dfsync.report.diagnostics.context import SourceContext, message, subject

MOST = 10

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}


def render(findings: Findings, context: SourceContext) -> str:
    """Return one command a line, errors first, at most `MOST` of each type. The last one counts the rest."""
    lines: list[str] = []
    for severity in Severity:
        ranked = _ranked(diagnostic for diagnostic in findings.diagnostics if diagnostic.severity is severity)
        shown = ranked if len(ranked) <= MOST else ranked[: MOST - 1]
        lines += [_annotation(diagnostic, context) for diagnostic in shown]
        if more := len(ranked) - len(shown):
            message = f"{more:,} more {severity}s are not shown here; dfsync validate lists them all"
            lines.append(_command(severity, {"title": "dfsync"}, message))
    return "".join(line + "\n" for line in lines)


def _ranked(diagnostics: Iterable[Finding]) -> list[Finding]:
    """Order findings so that each file is shown once before any file is shown twice, since only a few are shown."""
    seen: Counter[str | None] = Counter()
    turns = []
    for diagnostic in diagnostics:
        turns.append((seen[diagnostic.file], diagnostic))
        seen[diagnostic.file] += 1
    return [diagnostic for _, diagnostic in sorted(turns, key=lambda turn: turn[0])]


def _annotation(diagnostic: Finding, context: SourceContext) -> str:
    properties = {}
    if diagnostic.file is not None:
        properties["file"] = visible(context.path(diagnostic.file))
    if span := diagnostic.span:
        properties |= {"line": str(span.line), "endLine": str(span.end_line)}
        if span.line == span.end_line:
            properties |= {"col": str(span.column), "endColumn": str(span.end_column)}
    properties["title"] = f"dfsync {diagnostic.code}"
    # Together well below 4,096 UTF-16 units, so that it is cut here, where the end can be marked.
    parts = [shortened(message(diagnostic), 500), shortened(subject(diagnostic), 200)]
    if diagnostic.help is not None:
        parts.append(f"help: {shortened(diagnostic.help, 250)}")
    return _command(diagnostic.severity, properties, "\n".join(filter(None, parts)))


def _command(severity: Severity, properties: dict[str, str], message: str) -> str:
    written = ",".join(f"{name}={_escaped_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[severity]} {written}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
