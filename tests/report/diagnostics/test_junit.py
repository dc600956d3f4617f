from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from junitparser import JUnitXml

from dfsync.findings import Findings, Severity
from dfsync.model.place import Span
from dfsync.model.text import visible
from dfsync.report.diagnostics import SourceContext, render
from tests.report.diagnostics.samples import awkward, context, reported
from tests.support.ci_runner import commands
from tests.support.hostile import texts

CLEAN = Findings((), files=3, sites=2, contacts=1)

# What junit-10.xsd of Jenkins' xUnit plugin allows, of what is written: attributes with those required first, children.
ALLOWED = {
    "testsuites": ((), ("name", "tests", "failures", "errors"), {"testsuite"}),
    "testsuite": (("name", "tests", "failures", "errors"), ("file",), {"testcase"}),
    "testcase": (("name",), ("classname",), {"failure", "system-out"}),
    "failure": ((), ("type", "message"), set()),
    "system-out": ((), (), set()),
}


def check(element: ET.Element) -> None:
    required, optional, children = ALLOWED[element.tag]
    assert set(required) <= set(element.attrib) <= {*required, *optional}
    for child in element:
        assert child.tag in children
        check(child)


@pytest.mark.parametrize("findings", [awkward(), CLEAN])
def test_the_document_has_the_shape_of_the_schema(findings):
    """Elements and attributes are those of junit-10.xsd, and nothing else."""
    root = ET.fromstring(render("junit", findings, context()))
    assert root.tag == "testsuites"
    check(root)


@pytest.mark.parametrize("findings", [awkward(), CLEAN])
def test_counts_are_what_a_reader_counts(findings):
    """A JUnit reader finds as many cases and failures as the document says."""
    report = JUnitXml.fromstring(render("junit", findings, context()).encode())
    said = (report.tests, report.failures, report.errors)
    cases = [case for suite in report for case in suite]
    failed = [case for case in cases if case.result]
    assert said == (len(cases), len(failed), 0)
    assert [(suite.tests, suite.failures) for suite in report] == [
        (len(list(suite)), sum(1 for case in suite if case.result)) for suite in report
    ]
    assert len(failed) == findings.count(Severity.ERROR)


def test_a_clean_run_has_a_passing_case():
    """A server takes a report without cases for a run that failed to start."""
    (suite,) = JUnitXml.fromstring(render("junit", CLEAN, context()).encode())
    (case,) = suite
    assert (case.name, case.is_passed) == ("validate", True)
    assert case.system_out == "No problems in 3 files: 2 sites, 1 contact"


def test_a_warning_passes_and_is_still_told():
    """What does not fail the run fails no case; its text is kept."""
    found = reported("DF1", Severity.WARNING, "mind this", "a.yaml", Span(2, 1, 2, 3), id="site-1")
    (suite,) = JUnitXml.fromstring(render("junit", Findings((found,), 1, 1, 0), context()).encode())
    (case,) = suite
    assert case.is_passed
    assert case.system_out.startswith("a.yaml:2:1: warning[DF1] mind this\n")


@pytest.mark.parametrize("text", texts)
def test_any_value_is_data(text):
    """What XML forbids is shown escaped; markup stays text, in attributes too, and the runner obeys nothing."""
    found = reported("DF012", Severity.ERROR, text, text or "x", Span(1, 1, 1, 2), text)
    report = render("junit", Findings((found,), files=1, sites=1, contacts=0), SourceContext(lambda _: text))
    root = ET.fromstring(report)
    check(root)
    (failure,) = root.iter("failure")
    assert failure.get("message") == visible(text)
    assert failure.text.startswith(visible(f"{text or 'x'}:1:1") + ": error[DF012] ")
    assert report.isascii()
    assert not commands(report)
    assert not commands(failure.text)
