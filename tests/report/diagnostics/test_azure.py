"""Azure Pipelines reads back one command for each error and warning, with the value as data."""

from __future__ import annotations

import re

import pytest

from dfsync.findings import Finding, Findings, Severity, arranged
from dfsync.model.place import Span
from dfsync.report.diagnostics import SourceContext, render
from tests.report.diagnostics.samples import awkward, context, reported
from tests.support.hostile import texts

COMMAND = re.compile(r"##vso\[(?P<name>[a-z.]+) (?P<properties>[^\]]*)\](?P<message>.*)")


def report(*diagnostics: Finding, folder: str = "") -> list[str]:
    found = Findings(arranged(list(diagnostics)), files=1, sites=1, contacts=0)
    return render("azure", found, SourceContext(lambda _: None, folder=folder)).splitlines()


def understood(line: str) -> dict[str, str]:
    """Return the command of a line as the agent reads it (azure-pipelines-agent, Command.cs)."""
    found = COMMAND.search(line)
    assert found is not None, line
    pairs = [part.split("=", 1) for part in found["properties"].split(";") if part]
    values = {name: _unescaped(value, {"%3B": ";", "%5D": "]"}) for name, value in pairs}
    return {"name": found["name"], "message": _unescaped(found["message"], {}), **values}


def _unescaped(text: str, more: dict[str, str]) -> str:
    for escape, character in {**more, "%0D": "\r", "%0A": "\n", "%AZP25": "%"}.items():
        text = text.replace(escape, character)
    return text


@pytest.mark.parametrize("text", texts)
def test_a_hostile_value_makes_no_command_of_its_own(text):
    """There is one command in the line, ours, and its properties are ours."""
    [line] = report(reported("DF012", Severity.ERROR, text, text or "x", Span(3, 4, 3, 9), text, None, text))
    assert line.count("##vso[") == 1
    assert not re.search(r"##[a-z]*\[", line[6:])
    command = understood(line)
    assert set(command) == {"name", "message", "type", "sourcepath", "linenumber", "columnnumber", "code"}
    assert (command["name"], command["type"], command["code"]) == ("task.logissue", "error", "DF012")


def test_file_line_and_column_are_those_of_the_repository():
    """A percent sign, a semicolon and a bracket in a path come back as they are."""
    [line] = report(reported("DF1", Severity.WARNING, "x", "a;b]%.yaml", Span(3, 4, 3, 5)), folder="shops")
    command = understood(line)
    assert command["sourcepath"] == "shops/a;b]%.yaml"
    assert (command["type"], command["linenumber"], command["columnnumber"]) == ("warning", "3", "4")


def test_hints_are_plain_lines():
    """Azure has errors and warnings only, and a hint is none of them."""
    assert report(reported("DF1", Severity.HINT, "x", "a.yaml", Span(3, 4, 3, 5))) == ["hint: a.yaml:3:4: DF1: x"]


def test_every_finding_has_a_line():
    """The awkward samples have one too."""
    assert len(render("azure", awkward(), context()).splitlines()) == len(awkward().diagnostics)
