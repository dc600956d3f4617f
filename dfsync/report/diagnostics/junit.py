"""Findings as JUnit XML, valid against junit-10.xsd of the xUnit plugin of Jenkins, which most CI servers read.

Each file is a suite and each finding a case. An error fails. A warning or hint passes and is written to system-out,
since it does not fail the run either. A run without findings is one passing case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.etree import ElementTree as ET

from dfsync.findings import Finding, Findings, Severity
from dfsync.model.text import visible
from dfsync.report.diagnostics.context import SourceContext, headline, message
from dfsync.report.diagnostics.frame import SourceText
from dfsync.report.diagnostics.text import block, summary

_RUN = "dfsync"


def render(findings: Findings, context: SourceContext) -> str:
    """Return the document, in ASCII."""
    source = SourceText(context.read_source)
    root = ET.Element("testsuites", {"name": _RUN, **_counts(findings.diagnostics)})
    for file, found in groupby(findings.diagnostics, key=lambda diagnostic: diagnostic.file):
        _add_suite(root, context.path(file), list(found), source)
    if not findings.diagnostics:
        _add_clean_run(root, findings)
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="us-ascii", xml_declaration=True)
    return document.decode("ascii") + "\n"


def _add_suite(root: ET.Element, file: str, diagnostics: Sequence[Finding], source: SourceText) -> None:
    # `visible` leaves no character that XML 1.0 forbids.
    name = visible(file)
    suite = ET.SubElement(root, "testsuite", {"name": name, "file": name, **_counts(diagnostics)})
    for diagnostic, case_name in zip(diagnostics, _names(diagnostics), strict=True):
        case = ET.SubElement(suite, "testcase", name=case_name, classname=name)
        if diagnostic.severity is Severity.ERROR:
            said = ET.SubElement(case, "failure", type=diagnostic.code, message=message(diagnostic))
        else:
            said = ET.SubElement(case, "system-out")
        said.text = block(diagnostic, source)


def _names(diagnostics: Sequence[Finding]) -> Iterator[str]:
    """Yield a name for each case, no two alike: GitLab shows one case for each class name and name.

    The field, which stays when lines move, tells those apart that say the same; where it does not, an ordinal does.
    """
    alike = Counter(headline(diagnostic) for diagnostic in diagnostics)
    used: Counter[str] = Counter()
    for diagnostic in diagnostics:
        name = headline(diagnostic)
        if alike[name] > 1 and diagnostic.field:
            name = f"{name} at {visible(diagnostic.field)}"
        used[name] += 1
        yield name if used[name] == 1 else f"{name} #{used[name]}"


def _add_clean_run(root: ET.Element, findings: Findings) -> None:
    root.set("tests", "1")
    suite = ET.SubElement(root, "testsuite", {"name": _RUN, **_counts(()), "tests": "1"})
    case = ET.SubElement(suite, "testcase", name="validate", classname=_RUN)
    ET.SubElement(case, "system-out").text = summary(findings)


def _counts(diagnostics: Sequence[Finding]) -> dict[str, str]:
    failures = sum(1 for diagnostic in diagnostics if diagnostic.severity is Severity.ERROR)
    return {"tests": str(len(diagnostics)), "failures": str(failures), "errors": "0"}
