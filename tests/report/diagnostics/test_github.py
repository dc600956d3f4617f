from __future__ import annotations

import pytest

from dfsync.findings import Finding, Findings, Severity, arranged
from dfsync.model.place import Span
from dfsync.model.text import visible
from dfsync.report.diagnostics import SourceContext, render
from tests.report.diagnostics.samples import context, reported
from tests.support.ci_runner import commands
from tests.support.hostile import texts


def report(*diagnostics: Finding, folder: str = "") -> str:
    found = Findings(arranged(list(diagnostics)), files=1, sites=1, contacts=0)
    return render("github", found, SourceContext(lambda _: None, folder=folder))


@pytest.mark.parametrize("text", texts)
def test_a_hostile_value_makes_no_command_and_no_property(text):
    """The runner reads back one command with our properties, and the value as data."""
    found = reported("DF012", Severity.ERROR, text, text or "x", Span(3, 4, 3, 9), text, None, text)
    log = report(found)
    (command,) = commands(log)
    assert log.count("\n") == 1
    expected = {"line": "3", "endLine": "3", "col": "4", "endColumn": "9", "title": "dfsync DF012"}
    assert command.properties == {"file": visible(text or "x"), **expected}
    assert command.name == "error"
    assert all(character.isprintable() or character in "\n\u00a0\u3000\u200c\u200d" for character in command.data)
    assert not commands(command.data)
    assert len(command.data.encode("utf-16-le")) // 2 <= 4_096


def test_a_file_is_named_as_the_repository_knows_it():
    """The root of dfsync may be a folder of the repository; annotations are placed by the repository's paths."""
    (command,) = commands(report(reported("DF1", Severity.ERROR, "x", "sites/a.yaml"), folder="shops/eu"))
    assert command.properties["file"] == "shops/eu/sites/a.yaml"


def test_columns_are_given_for_one_line_only():
    """The runner drops the columns of what spans several lines, and the annotation's place with them."""
    (command,) = commands(report(reported("DF1", Severity.WARNING, "x", "a.yaml", Span(3, 4, 5, 1))))
    assert command.name == "warning"
    assert command.properties == {"file": "a.yaml", "line": "3", "endLine": "5", "title": "dfsync DF1"}


def test_what_belongs_to_no_file_is_not_pinned_to_one():
    """Such an annotation stands at the run."""
    (command,) = commands(report(reported("DF1", Severity.HINT, "No file matched")))
    assert (command.name, command.properties) == ("notice", {"title": "dfsync DF1"})


def test_at_most_ten_of_each_type_and_the_last_counts_the_rest():
    """The runner keeps ten of a type: nine are shown and the tenth says how many are not; errors come first."""
    found = [
        reported("DF1", severity, "x", "a.yaml", Span(line, 1, line, 2))
        for severity, count in ((Severity.HINT, 10), (Severity.WARNING, 11), (Severity.ERROR, 500))
        for line in range(1, count + 1)
    ]
    obeyed = commands(report(*found))
    assert [command.name for command in obeyed] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert obeyed[9].data == "491 more errors are not shown here; dfsync validate lists them all"
    assert obeyed[19].data == "2 more warnings are not shown here; dfsync validate lists them all"
    assert obeyed[29].data == "x"


def test_each_file_has_its_say_before_another_has_its_second():
    """One file full of errors does not take the places of all others."""
    noisy = [reported("DF1", Severity.ERROR, "x", "a.yaml", Span(line, 1, line, 2)) for line in range(1, 100)]
    others = [reported("DF1", Severity.ERROR, "x", f"b{n}.yaml", Span(1, 1, 1, 2)) for n in range(5)]
    shown = [command.properties.get("file") for command in commands(report(*noisy, *others))]
    assert shown[:6] == ["a.yaml", "b0.yaml", "b1.yaml", "b2.yaml", "b3.yaml", "b4.yaml"]


def test_a_clean_run_writes_nothing():
    """Without a finding there is no annotation."""
    assert render("github", Findings((), files=1, sites=1, contacts=0), context()) == ""
