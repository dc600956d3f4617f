"""Renders the findings of `validate` in a format.

A format is a module with `render(findings, context) -> str`. The caller writes the text. No format lets a value from a
file reach the terminal, the CI runner or the page as a command.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from dfsync.findings import Findings
from dfsync.report.diagnostics.context import SourceContext

__all__ = ["REPORTERS", "SourceContext", "render"]

REPORTERS = {
    "text": "dfsync.report.diagnostics.text",
    "json": "dfsync.report.diagnostics.json",
    "github": "dfsync.report.diagnostics.github",
    "gitlab": "dfsync.report.diagnostics.gitlab",
    "sarif": "dfsync.report.diagnostics.sarif",
    "junit": "dfsync.report.diagnostics.junit",
    "azure": "dfsync.report.diagnostics.azure",
    "rdjson": "dfsync.report.diagnostics.rdjson",
}
"""The module of each format, by the name that `--format` and `--report` take; imported when it is asked for."""


def render(format: str, findings: Findings, context: SourceContext) -> str:
    """Return the findings in this format, a key of `REPORTERS`; the text ends with a line break unless empty."""
    renderer: Callable[[Findings, SourceContext], str] = import_module(REPORTERS[format]).render
    return renderer(findings, context)
