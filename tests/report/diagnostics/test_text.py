from __future__ import annotations

import re

import pytest

from dfsync.findings import Finding, Findings, RelatedPlace, Severity, arranged
from dfsync.model.place import Place, Span
from dfsync.report.diagnostics import SourceContext, render
from tests.report.diagnostics.samples import awkward, context, reported
from tests.support.ci_runner import commands
from tests.support.hostile import texts

NOTHING = SourceContext(lambda _: None)


def findings(*diagnostics: Finding, files: int = 1) -> Findings:
    return Findings(arranged(list(diagnostics)), files=files, sites=2, contacts=1)


def test_the_first_line_is_one_that_editors_can_follow():
    """Path, line, column, severity and code stand on the first line, also where no source can be shown."""
    found = reported("DF012", Severity.ERROR, "9:00 is not HH:MM", "sites/a.yaml", Span(14, 10, 14, 14))
    assert render("text", findings(found), NOTHING).startswith("sites/a.yaml:14:10: error[DF012] 9:00 is not HH:MM\n")


def test_the_last_line_sums_up():
    """It says how many findings of each severity there are, in how many files, of how many."""
    assert render("text", awkward(), context()).endswith(
        "\n\nFound 9 errors, 3 warnings, 1 hint in 8 files (1,204 files checked)\n"
    )


def test_a_clean_run_says_what_was_looked_at():
    """One line says that nothing is wrong, with counts that show that something was checked."""
    assert render("text", findings(files=1_204), NOTHING) == "No problems in 1,204 files: 2 sites, 1 contact\n"


def test_a_message_that_comes_again_and_again_is_shown_twenty_times():
    """One cause over 500 files does not hide the others; how often it came is said."""
    many = [reported("DF050", Severity.ERROR, "No such zone", f"sites/{n:03}.yaml") for n in range(500)]
    other = reported("DF051", Severity.ERROR, "Another", "sites/zzz.yaml")
    report = render("text", findings(*many, other, files=501), NOTHING)
    assert report.count("error[DF050]") == 21
    assert "\nand 480 more times: error[DF050] No such zone\n" in report
    assert "sites/zzz.yaml: error[DF051] Another" in report
    assert "Found 501 errors in 501 files" in report


def test_colour_is_laid_over_the_same_text():
    """With colour off no escape is written; with colour on, taking the escapes away gives the same report."""
    plain, colored = (render("text", awkward(), context(color=color)) for color in (False, True))
    assert "\x1b" not in plain
    assert "\x1b[31m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain


@pytest.mark.parametrize("text", texts)
def test_no_value_speaks_to_terminal_or_runner(text):
    """Message, file, id, field, help, related places and source show a hostile value, and do not obey it."""
    span = Span(1, 1, 1, 2)
    related = RelatedPlace(text, Place(text), span=span)
    found = reported("DF012", Severity.ERROR, text, text, span, text, text, text, (related,))
    report = render("text", findings(found), SourceContext(lambda _: text))
    assert all(character.isprintable() or character in "\n\u00a0\u3000\u200c\u200d" for character in report)
    assert not commands(report)
