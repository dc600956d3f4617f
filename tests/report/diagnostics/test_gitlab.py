from __future__ import annotations

import json

import jsonschema
import pytest

from dfsync.findings import Findings, Severity, arranged
from dfsync.model.place import Span
from dfsync.report.diagnostics import SourceContext, render
from tests.report.diagnostics.samples import awkward, context, reported
from tests.support.ci_runner import commands
from tests.support.hostile import texts

POSITION = {
    "type": "object",
    "required": ["line"],
    "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
}
# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "location", "severity"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "positions"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./|/)"},
                    "positions": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": POSITION, "end": POSITION},
                    },
                },
            },
        },
    },
}


def issues(findings: Findings, folder: str = "") -> list[dict]:
    report = json.loads(render("gitlab", findings, SourceContext(lambda _: None, folder=folder)))
    jsonschema.Draft202012Validator(CODE_QUALITY).validate(report)
    return report


def test_the_report_is_what_gitlab_documents():
    """Every issue has the documented keys, and no two have the same fingerprint."""
    report = issues(awkward())
    assert len({issue["fingerprint"] for issue in report}) == len(report) == len(awkward().diagnostics)


def test_a_clean_run_is_an_empty_list():
    """GitLab takes an empty list for no issues, and a missing report for no run."""
    assert render("gitlab", Findings((), files=1, sites=1, contacts=0), context()) == "[]\n"


def test_issues_are_placed_by_the_repository_s_paths():
    """GitLab knows files by their path in the project, not in dfsync's root."""
    found = Findings((reported("DF1", Severity.ERROR, "x", "sites/a.yaml"),), files=1, sites=1, contacts=0)
    (issue,) = issues(found, folder="shops")
    assert issue["location"]["path"] == "shops/sites/a.yaml"


def test_fingerprints_survive_lines_inserted_above():
    """The same findings, fifty lines further down, are the same issues."""

    def run(shift: int) -> list[str]:
        found = [
            reported("DF1", Severity.ERROR, "x", "a.yaml", Span(line + shift, 1, line + shift, 2), id=f"site-{line}")
            for line in range(1, 9)
        ]
        return [issue["fingerprint"] for issue in issues(Findings(arranged(found), files=1, sites=8, contacts=0))]

    assert run(0) == run(50)


@pytest.mark.parametrize("text", texts)
def test_any_value_is_data(text):
    """The report is JSON in ASCII with one issue, and no command for the runner."""
    found = Findings((reported("DF1", Severity.ERROR, text, "a.yaml", id=text),), files=1, sites=1, contacts=0)
    report = render("gitlab", found, context())
    assert len(json.loads(report)) == 1
    assert report.isascii()
    assert not commands(report)
