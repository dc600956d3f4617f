"""The Reviewdog Diagnostic Format: places in bytes, and nothing that a runner would obey."""

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
    "required": ["line", "column"],
    "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
}
# https://github.com/reviewdog/reviewdog/blob/master/proto/rdf/jsonschema/DiagnosticResult.json
RDJSON = {
    "type": "object",
    "required": ["source", "diagnostics"],
    "properties": {
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["message", "location"],
                "properties": {
                    "message": {"type": "string", "minLength": 1},
                    "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                    "code": {"type": "object", "properties": {"value": {"type": "string"}}},
                    "suggestions": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["range", "text"],
                            "properties": {"range": {"type": "object"}, "text": {"type": "string"}},
                        },
                    },
                    "location": {
                        "type": "object",
                        "required": ["path"],
                        "properties": {
                            "path": {"type": "string", "minLength": 1},
                            "range": {"type": "object", "properties": {"start": POSITION, "end": POSITION}},
                        },
                    },
                },
            },
        }
    },
}


def issues(findings: Findings, surroundings: SourceContext) -> list[dict]:
    report = json.loads(render("rdjson", findings, surroundings))
    jsonschema.Draft202012Validator(RDJSON).validate(report)
    return report["diagnostics"]


def test_every_finding_is_in_the_report():
    """The report has the documented form."""
    assert len(issues(awkward(), context())) == len(awkward().diagnostics)


def test_columns_are_bytes():
    """東京 are two characters and six bytes."""
    found = Findings((reported("DF1", Severity.HINT, "x", "a.yaml", Span(2, 3, 2, 4)),), files=1, sites=1, contacts=0)
    [issue] = issues(found, SourceContext(lambda _: "id: a\n東京x\n", folder="shops"))
    assert issue["location"] == {
        "path": "shops/a.yaml",
        "range": {"start": {"line": 2, "column": 7}, "end": {"line": 2, "column": 8}},
    }


@pytest.mark.parametrize("text", texts)
def test_a_hostile_value_is_no_command(text):
    """The JSON may be printed in a CI log."""
    found = Findings(
        arranged([reported("DF1", Severity.ERROR, text, text or "x", Span(1, 1, 1, 2), text, None, text)]),
        files=1, sites=1, contacts=0,
    )  # fmt: skip
    assert not commands(render("rdjson", found, SourceContext(lambda _: None)))


def test_what_can_be_written_in_the_place_is_a_suggestion() -> None:
    """A reviewer takes it with a click; advice is none, and neither is text that must be shown in another form."""
    span = Span(2, 3, 2, 9)
    helps = {
        "write Mon-Fri": "Mon-Fri",
        "did you mean Mon?": "Mon",
        "the form is 09:00-17:59": None,
        "write \x1b[31m": None,
    }
    for help, text in helps.items():
        one = reported("DF201", Severity.ERROR, "no day", "sites/a.yaml", span=span, help=help)
        document = json.loads(render("rdjson", Findings((one,), 1, 1, 0), context()))
        (found,) = document["diagnostics"]
        assert [suggestion["text"] for suggestion in found.get("suggestions", ())] == ([text] if text else [])
