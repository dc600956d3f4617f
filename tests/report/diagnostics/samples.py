"""A few awkward findings that every format is tried with.

`python -m tests.report.diagnostics.samples` writes the golden files anew; read the difference before you commit it.
"""

from __future__ import annotations

from pathlib import Path

import dfsync
from dfsync.findings import Finding, Findings, RelatedPlace, RuleInfo, Severity, arranged
from dfsync.model.place import Place, Span
from dfsync.report.diagnostics import REPORTERS, SourceContext, render

GOLDEN = Path(__file__).parent / "golden"

_WIDE = "name: Cafe\u0301 東京 👩‍👩‍👧 bad tail"
_LONG = "name: " + "東" * 90 + " bad " + "x" * 300

FILES = {
    "dfsync.yaml": "version: 1\n",
    "sites/a.yaml": "id: site-1\nname: Downtown\noperational_hours:\n  - {days: [Mon], start: 09:00, end: 9:00}\n",
    "sites/b.yaml": "id: site-1\nname: Uptown\n",
    "sites/bom.yaml": "\ufeffid: site,1\r\nname: x\r\n",
    "sites/long.yaml": f"id: site-4\n{_LONG}\n",
    "sites/tab.yaml": "id: site-5\nname:\tx\ty\n",
    "sites/wide.yaml": f"id: site-3\n{_WIDE}\n",
    "sites/##[error]x.yaml": "name: '##[add-mask]x'\nname: ::error::x\n",
}


def at(line: int, column: int, end_column: int) -> Span:
    return Span(line, column, line, end_column)


def reported(  # noqa: PLR0917  (as a report shows it)
    code: str,
    severity: Severity,
    message: str,
    file: str = "",
    span: Span | None = None,
    id: str | None = None,
    field: str | None = None,
    help: str | None = None,
    related: tuple[RelatedPlace, ...] = (),
) -> Finding:
    """Return a finding that has been located."""
    return Finding(
        code, message, Place(file), span=span, severity=severity, id=id, field=field, help=help, related=related
    )


def awkward() -> Findings:
    """Return findings with no file, no place, wide text, long lines, hostile values and equal twins."""
    bad, long = _WIDE.index("bad") + 1, _LONG.index("bad") + 1
    error, warning, hint = Severity
    found = [
        reported("DF001", error, "No file matches sites/**/*.yaml", help="Write a site file or mend `sites:`"),
        reported("DF002", error, "The file is not UTF-8", "sites/bytes.yaml"),
        reported("DF002", error, "The file ends within a list", "sites/b.yaml", at(3, 1, 1)),
        reported(
            "DF012",
            error,
            "The end 9:00 is not HH:MM",
            "sites/a.yaml",
            at(4, 39, 43),
            id="site-1",
            field="operational_hours[0].end",
            help='Write "09:00"',
        ),
        reported(
            "DF020",
            error,
            "Two sites have the id site-1, the other in sites/a.yaml:1:5",
            "sites/b.yaml",
            at(1, 5, 11),
            id="site-1",
            field="id",
            related=(RelatedPlace("first written here", Place("sites/a.yaml"), span=at(1, 5, 11)),),
        ),
        reported("DF021", error, "An id has no comma", "sites/bom.yaml", at(1, 5, 11), id="site,1", field="id"),
        reported("DF022", error, "This is bad", "sites/wide.yaml", at(2, bad, bad + 3), id="site-3", field="name"),
        reported("DF022", error, "This is bad", "sites/long.yaml", at(2, long, long + 3), id="site-4", field="name"),
        reported("DF023", warning, "A tab", "sites/tab.yaml", at(2, 8, 9), id="site-5", field="name"),
        reported("DF023", warning, "A tab", "sites/tab.yaml", at(2, 6, 7), id="site-5", field="name"),
        reported("DF030", hint, "All but one", "sites/a.yaml", Span(3, 1, 5, 1), id="site-1"),
        reported("DF040", error, "::error::x ##[add-mask]x %0A [a](b) ]]>", "sites/##[error]x.yaml", at(1, 7, 22)),
        reported("DF040", warning, "name twice", "sites/##[error]x.yaml", at(2, 1, 5), id="a\x1b[2J, b::c%"),
    ]
    return Findings(arranged(found), files=1_204, sites=250, contacts=31)


RULES = {
    "DF012": RuleInfo("DF012", "A time is HH:MM", "Times have 24 hours and two digits.", Severity.ERROR),
    "DF099": RuleInfo("DF099", "Never hit", "This rule found nothing.", Severity.HINT),
}


def context(*, color: bool = False) -> SourceContext:
    return SourceContext(FILES.get, RULES, color=color)


def rendered(format: str) -> str:
    """Return the awkward findings as the golden file has them: without the release's own number."""
    return render(format, awkward(), context()).replace(f'"{dfsync.__version__}"', '"VERSION"')


if __name__ == "__main__":
    for name in REPORTERS:
        (GOLDEN / name).write_bytes(rendered(name).encode())
