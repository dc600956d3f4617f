"""What was found in one file, or across files: diagnostics, and the codes of all findings, silenced ones too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dfsync.findings import Finding, Related, Severity
from dfsync.model.place import Place, Span

AMBIGUOUS = "DF401"


@dataclass(frozen=True, slots=True)
class Told:
    """What was found."""

    diagnostics: tuple[Finding, ...] = ()
    codes: frozenset[str] = frozenset()


def told_form(told: Told, file: str | None = None) -> Any:
    """Return it as JSON, None when nothing was found; the name `file` is left out of it."""
    if not told.codes:
        return None
    return [[_diagnostic_form(found, file) for found in told.diagnostics], sorted(told.codes)]


def told_from(form: Any, file: str | None = None) -> Told:
    """Read what `told_form` wrote."""
    if form is None:
        return Told()
    diagnostics, codes = form
    return Told(tuple(_diagnostic(each, file) for each in diagnostics), frozenset(codes))


def one_a_cause(found: Iterable[Finding]) -> list[Finding]:
    """Leave out that a value is ambiguous where it is wrong anyhow."""
    found = list(found)
    wrong = {(each.file, each.span) for each in found if each.severity is Severity.ERROR}
    return [each for each in found if each.code != AMBIGUOUS or (each.file, each.span) not in wrong]


def _diagnostic_form(found: Finding, file: str | None) -> list[Any]:
    return [
        found.code,
        found.severity,
        found.message,
        None if found.file == file else found.file,
        _span_form(found.span),
        found.id,
        found.field,
        found.help,
        [[one.message, None if one.file == file else one.file, _span_form(one.span), one.id] for one in found.related],
    ]


def _diagnostic(form: list[Any], file: str | None) -> Finding:
    code, severity, message, other, span, id, field, help, related = form
    return Finding(
        code,
        message,
        Place(other or file or ""),
        help=help,
        related=tuple(
            Related(words, Place(where or file or ""), span=Span(*place), id=id) for words, where, place, id in related
        ),
        span=Span(*span) if span else None,
        severity=Severity(severity),
        id=id,
        field=field,
    )


def _span_form(span: Span | None) -> list[int] | None:
    return None if span is None else [span.line, span.column, span.end_line, span.end_column]
