"""`validate`: its forms, its exit codes, and the diagnostics they carry."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest

from tests.contract.world import World
from tests.support.ci_runner import commands

KEYS = ["code", "severity", "message", "file", "line", "column", "end_line", "end_column", "id", "field"]
WRONG = "id: a\nname: A\ncurrency: XQZ\n"


def test_the_json_form(world: World) -> None:
    """The JSON form has exactly the shape of the contract."""
    world.site(WRONG + "contacts:\n  - {email: x@example.com, fax: '1'}\n")
    world.site("id: b\nname: B\n", "b")
    report = world.dfsync("validate", "--format", "json").json
    assert report["format"] == "dfsync/diagnostics"
    assert report["format_version"] == 1
    assert report["summary"] == {"errors": 2, "warnings": 0, "files": 2, "sites": 2, "contacts": 1}
    assert all(list(one) == KEYS for one in report["diagnostics"])


def test_every_place(world: World) -> None:
    """Lines and columns count from 1, columns count code points, ends are exclusive, `file` is relative."""
    world.site("id: site-1\nname: 東京🏬\naddress: {city: 東京🏬, town: X}\ncurrency: XQZ\n", "deep/a")
    unknown, currency = world.findings("error")
    assert unknown["file"] == currency["file"] == "sites/deep/a.yaml"
    assert [unknown[key] for key in KEYS[4:8]] == [3, 22, 3, 26]
    assert [currency[key] for key in KEYS[4:8]] == [4, 11, 4, 14]
    assert (unknown["id"], unknown["field"]) == ("site-1", "address.town")
    assert (currency["id"], currency["field"]) == ("site-1", "currency")


def test_a_list_items_field(world: World) -> None:
    """A list item's field is `contacts[0].phone`."""
    world.site("id: a\nname: A\ncontacts:\n  - {email: a@example.com, phone: '=1'}\n")
    assert [one["field"] for one in world.findings("warning")] == ["contacts[0].phone"]


def test_a_carriage_return_is_no_column(world: World) -> None:
    """CRLF is fine, and moves no place."""
    world.site("id: a\r\nname: A\r\ncurrency: XQZ\r\n")
    world.site("\ufeffid: b\nname: B\ncurrency: XQZ\n", "z")
    assert [[one[key] for key in KEYS[4:8]] for one in world.findings("error")] == [[3, 11, 3, 14]] * 2
    world.site("\ufeffid: b\nid: c\nname: B\n", "z")
    assert [2, 1, 2, 3] in [[one[key] for key in KEYS[4:8]] for one in world.findings("error")]


def test_all_problems_of_a_run(world: World) -> None:
    """All problems of a run are reported, not the first."""
    world.site(WRONG + "timezone: Nowhere/Land\noperational_hours: {Mo: 09:00-10:00}\n")
    world.site("id: [\n", "b")
    world.site("name: C\n", "c")
    found = world.findings("error")
    assert {(one["file"], one["field"]) for one in found} >= {
        ("sites/site.yaml", "currency"),
        ("sites/site.yaml", "timezone"),
    }
    assert {one["file"] for one in found} == {"sites/site.yaml", "sites/b.yaml", "sites/c.yaml"}


def test_codes_are_explained(world: World) -> None:
    """`explain CODE`: what a diagnostic means, with an example that fails and one that passes."""
    world.site(WRONG)
    (found,) = world.findings()
    out = world.ok("explain", found["code"]).out
    assert found["code"] in out
    assert "ails" in out
    assert "asses" in out
    assert world.dfsync("explain", "DF999999").code == 1


def test_messages_say_what_to_do(world: World) -> None:
    """A message says what to do: the nearest real name."""
    world.site("id: a\nname: A\nadress: {city: X}\ntimezone: America/Los_Angelos\n")
    said = [one["message"] for one in world.findings("error")]
    assert "address" in said[0]
    assert "America/Los_Angeles" in said[1]


@pytest.mark.parametrize("format", ["text", "json", "github", "gitlab", "sarif", "junit"])
@pytest.mark.parametrize(("text", "code"), [(WRONG, 1), ("id: a\nname: A\n", 0), ("id: a\nname: 1e3\n", 0)])
def test_every_format(world: World, format: str, text: str, code: int) -> None:
    """`--format text|json|github|gitlab|sarif|junit`, `--output FILE`, `--report FORMAT=FILE`; exit 1 on errors."""
    world.site(text)
    outcome = world.dfsync("validate", "--format", format, "--report", "json=a.json", "--report", f"{format}=b.txt")
    assert outcome.code == code
    assert (world.root / "b.txt").read_text() == outcome.out
    assert len(world.read("a.json")["diagnostics"]) == (0 if text == "id: a\nname: A\n" else 1)
    written = world.dfsync("validate", "--format", format, "--output", "out.txt")
    assert (written.code, written.out) == (code, "")
    assert (world.root / "out.txt").read_text() == outcome.out
    if format == "sarif":
        assert outcome.json["version"] == "2.1.0"
    if format == "gitlab":
        assert isinstance(outcome.json, list)
    if format == "junit":
        ET.fromstring(outcome.out)
    if format == "github" and code:
        assert "::error file=sites/site.yaml,line=3" in outcome.out


def test_the_text_form_is_a_code_frame(world: World) -> None:
    """Text form is a code frame."""
    world.site("id: a\nname: A\ncurrency: XQZ\n")
    out = world.dfsync("validate").out
    assert "sites/site.yaml:3:11" in out
    assert "currency: XQZ" in out
    assert "          ^^^" in out


def test_paths_choose_what_is_reported(world: World) -> None:
    """With PATHs it reports on those, yet still sees the whole repository for cross-file rules."""
    world.site(WRONG, "a")
    world.site(WRONG.replace("id: a", "id: b"), "b")
    world.site("id: c\nname: C\n", "c")
    world.site("id: c\nname: C2\n", "d")
    for paths, files in (
        (["sites/a.yaml"], {"sites/a.yaml"}),
        (["sites/b.yaml", "sites/a.yaml"], {"sites/a.yaml", "sites/b.yaml"}),
    ):
        outcome = world.dfsync("validate", "--format", "json", *paths)
        assert outcome.code == 1
        assert {one["file"] for one in outcome.json["diagnostics"]} == files
    for path in ("sites/c.yaml", "sites/d.yaml"):
        assert world.dfsync("validate", path).code == 1


def test_a_clean_path_is_clean(world: World) -> None:
    """A PATH without a finding is 0, whatever is wrong elsewhere."""
    world.site("id: a\nname: A\n", "a")
    world.site(WRONG.replace("id: a", "id: b"), "b")
    assert world.dfsync("validate", "sites/a.yaml").code == 0
    assert world.dfsync("validate", "sites").code == 1


def test_a_missing_path_is_an_error(world: World) -> None:
    """A missing input file is 1."""
    world.site("id: a\nname: A\n")
    assert world.dfsync("validate", "sites/nowhere.yaml").code == 1


def test_nothing_from_data_forms_a_workflow_command(world: World) -> None:
    """A CI runner obeys `::x::` after leading space and `##[x]` anywhere; nothing from data may form either."""
    for number, evil in enumerate(("::add-mask::x", "  ::error::x", "x ##[error]y", "##[add-path]/tmp")):
        world.site(f"id: 'i{number} {evil}'\nname: '{evil}'\ncurrency: '{evil}'\n'{evil}': 1\n", f"f{number}")
    for format in ("text", "json", "gitlab", "sarif", "junit"):
        outcome = world.dfsync("validate", "--format", format)
        assert commands(outcome.out) == []
        assert commands(outcome.err) == []
    obeyed = commands(world.dfsync("validate", "--format", "github").out)
    assert {command.name for command in obeyed} <= {"error", "warning", "notice", "group", "endgroup"}


def test_warnings_let_pass(world: World) -> None:
    """Severities: `error`, `warning`, `hint`; only an error is exit 1."""
    world.site("id: a\nname: '=x'\n")
    report = world.ok("validate", "--format", "json").json
    assert report["summary"]["warnings"] == 1
    assert report["summary"]["errors"] == 0


@pytest.mark.parametrize("format", ["xml", "", "JSON "])
def test_an_unknown_format_is_wrong_usage(world: World, format: str) -> None:
    """The exit code is 64, and not click's 2."""
    world.site("id: a\nname: A\n")
    assert world.dfsync("validate", "--format", format).code == 64
    assert world.dfsync("validate", "--report", f"{format}=x").code == 64


def test_the_report_fits_its_schema(world: World) -> None:
    """The JSON form is what schemas/diagnostics.schema.json says."""
    import jsonschema

    from tests.contract.test_commands import SCHEMAS

    world.site(WRONG)
    report = world.dfsync("validate", "--format", "json").json
    jsonschema.validate(report, json.loads((SCHEMAS / "diagnostics.schema.json").read_text()))


def test_time_zones_and_currencies(world: World) -> None:
    """Unknown time zones and unknown currencies are errors, even within defaults."""
    world.config("defaults:\n  - {match: sites/**, set: {timezone: Nowhere/Land, currency: usd}}\n")
    world.site("id: a\nname: A\n")
    found = world.findings("error")
    assert {one["field"].rpartition(".")[2] for one in found} == {"timezone", "currency"}
    assert {one["file"] for one in found} == {"dfsync.yaml"}
