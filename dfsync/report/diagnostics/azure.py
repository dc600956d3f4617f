"""Findings as logging commands of Azure Pipelines, which marks them on the run's page.

https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands (logissue, and how values are escaped).
"""

from __future__ import annotations

from dfsync.findings import Finding, Findings, Severity
from dfsync.model.text import visible
from dfsync.report.diagnostics.context import SourceContext, headline

_TYPES = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def render(findings: Findings, context: SourceContext) -> str:
    """Return a command a line for each error and warning, and a plain line for each hint: Azure has no third type."""
    return "".join(f"{_line(diagnostic, context)}\n" for diagnostic in findings.diagnostics)


def _line(diagnostic: Finding, context: SourceContext) -> str:
    message = headline(diagnostic) + (f" (help: {visible(diagnostic.help)})" if diagnostic.help else "")
    properties = {"sourcepath": visible(context.path(diagnostic.file))} if diagnostic.file is not None else {}
    if span := diagnostic.span:
        properties |= {"linenumber": str(span.line), "columnnumber": str(span.column)}
    if diagnostic.severity not in _TYPES:
        place = ":".join(properties.values())
        return f"{diagnostic.severity}: {place}{': ' if place else ''}{message}"
    properties |= {"code": diagnostic.code}
    written = "".join(f"{name}={_escaped_property(value)};" for name, value in properties.items())
    return f"##vso[task.logissue type={_TYPES[diagnostic.severity]};{written}]{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(";", "%3B").replace("]", "%5D")
