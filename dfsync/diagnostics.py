"""A diagnostic: one problem in one place, said so that the user knows what to do.

Values only; the bottom layer beside `errors`. How a diagnostic looks is the business of `dfsync.report`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is: an `error` stops plan and apply, a `warning` or `hint` never does."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a file: lines and columns count from 1, columns count code points, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that the problem involves, such as where a duplicate was first written; `id` as a diagnostic's."""

    message: str
    file: str
    span: Span
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem.

    `code` is the stable rule code (`dfsync explain CODE`), `file` is relative to the root with `/`, `id` the
    site's or contact's id and `field` the dotted YAML field, each None where it does not apply. `message` can
    stand alone; `help` is what to write instead, if that is known.
    """

    code: str
    severity: Severity
    message: str
    file: str | None = None
    span: Span | None = None
    id: str | None = None
    field: str | None = None
    help: str | None = None
    related: tuple[Related, ...] = ()

    def sort_key(self) -> tuple[str, int, int, str, str, str, str]:
        """Order by place, then code, message, id and field, so that the same input gives the same report."""
        line, column = (self.span.line, self.span.column) if self.span else (0, 0)
        return (self.file or "", line, column, self.code, self.message, self.id or "", self.field or "")


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What reports say about a rule: its code, a title of a few words, the manual, and the level it has by default."""

    code: str
    title: str
    help: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Findings:
    """All diagnostics of a run, sorted, none twice, and what was looked at."""

    diagnostics: tuple[Diagnostic, ...]
    files: int
    sites: int
    contacts: int

    def count(self, severity: Severity) -> int:
        """Return how many diagnostics have this severity."""
        return sum(1 for diagnostic in self.diagnostics if diagnostic.severity is severity)

    @property
    def failed(self) -> bool:
        """Whether any diagnostic is an error."""
        return any(diagnostic.severity is Severity.ERROR for diagnostic in self.diagnostics)


def arranged(diagnostics: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics sorted, each once."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=Diagnostic.sort_key))
