"""Findings for people: a line that editors and grep understand, the code frame, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

from click import style

from dfsync.findings import Finding, Findings, RelatedPlace, Severity
from dfsync.model.place import TOP, Span
from dfsync.model.text import counted, visible
from dfsync.report.diagnostics.context import SourceContext, message, subject
from dfsync.report.diagnostics.frame import SourceText, frame

MOST = 20
"""The number of times that one message is shown; further ones are counted."""

_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.HINT: "cyan"}


def render(findings: Findings, context: SourceContext) -> str:
    """Return a block for each finding, hints last, and a line that sums up."""
    source = SourceText(context.read_source)
    seen: Counter[tuple[Severity, str, str]] = Counter()
    parts = []
    for diagnostic in sorted(findings.diagnostics, key=lambda diagnostic: diagnostic.severity is Severity.HINT):
        cause = (diagnostic.severity, diagnostic.code, diagnostic.message)
        seen[cause] += 1
        if seen[cause] <= MOST:
            parts.append(block(diagnostic, source, _painter(diagnostic.severity, color=context.color)))
    parts += [_more(*cause, count - MOST) for cause, count in seen.items() if count > MOST]
    if findings.diagnostics:
        worst = max(findings.diagnostics, key=lambda diagnostic: diagnostic.severity == "error")
        parts.append(f"What a code means: dfsync explain {worst.code}")
    return "\n\n".join([*parts, summary(findings)]) + "\n"


def block(diagnostic: Finding, source: SourceText, paint: Callable[[str], str] = str) -> str:
    """Return everything about one finding, without a line break at the end."""
    place = f"{_place(diagnostic.file, diagnostic.span)}: " if diagnostic.file is not None else ""
    label = paint(f"{diagnostic.severity}[{diagnostic.code}]")
    lines = [f"{place}{label} {message(diagnostic)}"]
    if diagnostic.file is not None and diagnostic.span is not None:
        lines += frame(source.lines(diagnostic.file), diagnostic.span, paint=paint)
    for related in diagnostic.related:
        lines += _related(related, source)
    if diagnostic.help is not None:
        lines.append(f"  = help: {visible(diagnostic.help)}")
    if about := subject(diagnostic):
        lines.append(f"  = {about}")
    return "\n".join(lines)


def _related(related: RelatedPlace, source: SourceText) -> list[str]:
    span = related.span or TOP
    place = _place(related.file, span)
    return [f"  {place}: {visible(related.message)}", *frame(source.lines(related.file), span, mark="-")]


def _place(file: str, span: Span | None) -> str:
    # Made visible as a whole: a file named ":" would else begin the line with "::".
    return visible(f"{file}:{span.line}:{span.column}" if span else file)


def _painter(severity: Severity, *, color: bool) -> Callable[[str], str]:
    return partial(style, fg=_COLORS[severity], bold=True) if color else str


def _more(severity: Severity, code: str, message: str, count: int) -> str:
    return f"and {count:,} more times: {severity}[{code}] {visible(message)}"


def summary(findings: Findings) -> str:
    """Return one line that says how much is wrong, and how much was looked at."""
    checked = counted(findings.files, "file")
    if not findings.diagnostics:
        sites, contacts = counted(findings.sites, "site"), counted(findings.contacts, "contact")
        return f"No problems in {checked}: {sites}, {contacts}"
    found = [counted(count, severity) for severity in Severity if (count := findings.count(severity))]
    affected = len({diagnostic.file for diagnostic in findings.diagnostics} - {None})
    return f"Found {', '.join(found)} in {counted(affected, 'file')} ({checked} checked)"
