"""What holds for all formats at once."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib import import_module
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest

from dfsync.findings import Findings, Severity, arranged
from dfsync.model.place import Span
from dfsync.model.text import visible
from dfsync.report.diagnostics import REPORTERS, render
from tests.report.diagnostics.samples import GOLDEN, awkward, context, rendered, reported
from tests.report.diagnostics.test_azure import understood
from tests.support.ci_runner import commands
from tests.support.hostile import HOSTILE

Found = tuple[str, str | None, int | None, str | None]
"""Code, file, line and id: what every format must carry."""

_FIRST_LINE = re.compile(r"(?:(.+?):(\d+):\d+: |(.+?): )?(?:error|warning|hint)\[(DF\d+)\] ")
_HINT = re.compile(r"hint: (?:(.+?):(\d+):\d+: |(.+?): )?(DF\d+.*)")


def from_text(report: str) -> set[Found]:
    blocks = [block for block in report.split("\n\n") if "[DF" in block.partition("\n")[0]]
    found = set()
    for block in blocks:
        file, line, file_alone, code = _FIRST_LINE.match(block).groups()
        id = re.search(r"^  = id: (.+?)(?: · field: .*)?$", block, re.MULTILINE)
        found.add((code, file or file_alone, int(line) if line else None, id and id[1]))
    return found


def from_json(report: str) -> set[Found]:
    entries = json.loads(report)["diagnostics"]
    return {(entry["code"], entry["file"], entry["line"], entry["id"]) for entry in entries}


def from_github(report: str) -> set[Found]:
    found = set()
    for command in commands(report):
        line = command.properties.get("line")
        id = re.search(r"^id: (.+?)(?: · field: .*)?$", command.data, re.MULTILINE)
        code = command.properties["title"].removeprefix("dfsync ")
        found.add((code, command.properties.get("file"), int(line) if line else None, id and id[1]))
    return found


def from_gitlab(report: str) -> set[Found]:
    found = set()
    for issue in json.loads(report):
        id = re.match(r"DF\d+ \((.*?)\): ", issue["description"])
        place = issue["location"]
        found.add((issue["check_name"], place["path"], place["positions"]["begin"]["line"], id and id[1]))
    return found


def from_sarif(report: str) -> set[Found]:
    found = set()
    for result in json.loads(report)["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"]
        file = unquote(place["artifactLocation"]["uri"], errors="surrogatepass")
        found.add((result["ruleId"], file, place["region"]["startLine"], result["properties"]["id"]))
    return found


def from_junit(report: str) -> set[Found]:
    return from_text("\n\n".join(case[0].text for case in ET.fromstring(report).iter("testcase")))


def from_azure(report: str) -> set[Found]:
    found = set()
    for line in report.splitlines():
        if line.startswith("##vso["):
            command = understood(line)
            file, number, said = command.get("sourcepath"), command.get("linenumber"), command["message"]
        else:
            file, number, alone, said = _HINT.fullmatch(line).groups()
            file = file or alone
        code, id = re.match(r"(DF\d+)(?: \((.*?)\))?: ", said).groups()
        found.add((code, file, int(number) if number else None, id))
    return found


def from_rdjson(report: str) -> set[Found]:
    found = set()
    for issue in json.loads(report)["diagnostics"]:
        id = re.match(r"DF\d+ \((.*?)\): ", issue["message"])
        place = issue["location"]
        found.add((issue["code"]["value"], place["path"], place["range"]["start"]["line"], id and id[1]))
    return found


READERS = {
    "text": from_text,
    "json": from_json,
    "github": from_github,
    "gitlab": from_gitlab,
    "sarif": from_sarif,
    "junit": from_junit,
    "azure": from_azure,
    "rdjson": from_rdjson,
}
PLACED = {"gitlab", "sarif", "rdjson"}
"""Formats in which every finding has a file and a line."""


def shown(found: Found, *, placed: bool) -> Found:
    """Return a finding as all formats can show it: hostile values made visible."""
    code, file, line, id = found
    file, line = (file or "dfsync.yaml", line or 1) if placed else (file, line)
    return (code, file and visible(file), line, id and visible(id))


def many() -> Findings:
    """Return findings of every severity, within what annotations may show, with hostile files and ids."""
    values = [text for text in HOSTILE.values() if 0 < len(text) <= 200 and "): " not in text and text.strip()]
    found = [
        reported(f"DF{number:03}", severity, f"message {number}", file, Span(number + 1, 2, number + 1, 3), file)
        for number, file in enumerate(values)
        if (severity := list(Severity)[number % 3]) and number < 30
    ]
    return Findings(arranged(found), files=len(values), sites=len(values), contacts=0)


def test_every_format_has_a_reader_here():
    """A format that is added is held to the same findings."""
    assert READERS.keys() == REPORTERS.keys()


@pytest.mark.parametrize("findings", [awkward(), many()], ids=["awkward", "many"])
@pytest.mark.parametrize("format", REPORTERS)
def test_all_formats_carry_the_same_findings(format, findings):
    """Read back by a reader of the format, each gives code, file, line and id of every finding."""
    expected = {(d.code, d.file, d.span.line if d.span else None, d.id) for d in findings.diagnostics}
    read = READERS[format](render(format, findings, context()))
    placed = format in PLACED
    assert {shown(found, placed=placed) for found in read} == {shown(found, placed=placed) for found in expected}


@pytest.mark.parametrize("format", REPORTERS)
def test_the_golden_file_is_still_what_is_written(format):
    """`python -m tests.report.diagnostics.samples` writes them anew, for review."""
    assert rendered(format) == (GOLDEN / format).read_bytes().decode()


def test_same_findings_same_bytes():
    """Neither hash seed, time zone nor locale reaches a report, in processes of their own."""
    program = "from tests.report.diagnostics.samples import *; print([rendered(name) for name in REPORTERS])"

    def run(seed: str, locale: str, zone: str) -> bytes:
        surroundings = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone, "PYTHONUTF8": "1"}
        return subprocess.run([sys.executable, "-c", program], env=surroundings, capture_output=True, check=True).stdout

    assert run("1", "C", "UTC") == run("2", "C.UTF-8", "Asia/Tokyo")


@pytest.mark.parametrize("format", REPORTERS)
def test_a_report_ends_with_one_line_break(format):
    """Whether it is printed or written to a file, nothing is added to it."""
    assert re.search(r"[^\n]\n\Z", render(format, awkward(), context()))
    assert callable(import_module(REPORTERS[format]).render)
