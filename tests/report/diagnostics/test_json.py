from __future__ import annotations

import json

import jsonschema
import pytest
from msgspec.structs import fields

from dfsync.findings import Finding, Findings, Severity
from dfsync.model.place import Span
from dfsync.report.diagnostics import render
from dfsync.runtime.resources import schema
from tests.report.diagnostics.samples import awkward, context, reported
from tests.support.ci_runner import commands
from tests.support.hostile import texts


def test_the_envelope_is_the_contract():
    """Exactly the keys that the contract names, in its order, and no others."""
    report = json.loads(render("json", awkward(), context()))
    assert list(report) == ["format", "format_version", "summary", "diagnostics"]
    assert report["summary"] == {"errors": 9, "warnings": 3, "files": 1204, "sites": 250, "contacts": 31}
    keys = ["code", "severity", "message", "file", "line", "column", "end_line", "end_column", "id", "field"]
    assert all(list(entry) == keys for entry in report["diagnostics"])
    assert set(keys) - {"line", "column", "end_line", "end_column"} <= {field.name for field in fields(Finding)} | {
        "file"
    }


@pytest.mark.parametrize("found", [awkward(), Findings((), files=0, sites=0, contacts=0)])
def test_the_report_fits_the_published_schema(found):
    """The schema in schemas/ is one of both drafts that editors speak, and accepts what is written."""
    published = schema("diagnostics")
    for validator in (jsonschema.Draft7Validator, jsonschema.Draft202012Validator):
        validator.check_schema({**published, "$schema": validator.META_SCHEMA["$id"]})
        validator(published).validate(json.loads(render("json", found, context())))


@pytest.mark.parametrize("text", texts)
def test_values_come_back_as_they_were(text):
    """Every value is read back unchanged, and the text that carries it is ASCII without a command in it."""
    found = reported("DF012", Severity.HINT, text, text or "x", Span(1, 2, 3, 4), text, text)
    report = render("json", Findings((found,), files=1, sites=1, contacts=0), context())
    (entry,) = json.loads(report)["diagnostics"]
    assert [entry[key] for key in ("message", "file", "id", "field")] == [text, text or "x", text, text]
    assert [entry[key] for key in ("line", "column", "end_line", "end_column")] == [1, 2, 3, 4]
    assert all(" " <= character <= "~" or character == "\n" for character in report)
    assert not commands(report)
