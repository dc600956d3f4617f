"""One schema for editors and for validate: both drafts accept it, both libraries agree, each error is explained."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.model.hours.week import DAYS, Week
from dfsync.model.hours.write import clock, entries
from dfsync.runtime.resources import folder, schema
from dfsync.validation.checks.schema import _quick, _reference, is_valid, schema_findings
from tests.model.test_hours import SAYABLE

NAMES = ("site", "contact", "config")


@pytest.mark.parametrize("name", [*NAMES, "plan", "receipt", "diagnostics"])
def test_a_schema_is_valid_in_both_drafts(name: str) -> None:
    """yaml-language-server in editors needs draft-07, and everybody else 2020-12."""
    jsonschema.Draft7Validator.check_schema(schema(name))
    jsonschema.Draft202012Validator.check_schema(
        {**schema(name), "$schema": jsonschema.Draft202012Validator.META_SCHEMA["$id"]}
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_uses_only_what_both_drafts_know(name: str) -> None:
    """No keyword that one of them ignores, nothing beside a $ref, no combination that hides which branch failed."""
    allowed = {"$schema", "$id", "$ref", "title", "description", "type", "properties", "patternProperties", "required"}
    allowed |= {
        "additionalProperties",
        "items",
        "propertyNames",
        "enum",
        "if",
        "then",
        "else",
        "not",
        "anyOf",
        "definitions",
        "default",
        "examples",
    }
    allowed |= {
        "minLength",
        "maxLength",
        "minItems",
        "minProperties",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "pattern",
    }
    for part in parts(schema(name)):
        assert set(part) <= allowed, set(part) - allowed
        assert "$ref" not in part or set(part) == {"$ref"}
        assert "anyOf" not in part or "type" in part


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_described_and_completed(name: str) -> None:
    """An editor shows what a field is, and an example where its form is not plain from the type."""
    for part in parts(schema(name)):
        for field, member in part.get("properties", {}).items():
            whole = resolved(name, member)
            assert "description" in whole, field
            if whole.get("type") == "string" or whole.get("type") == ["string", "null"]:
                assert "examples" in whole or "enum" in whole, field


@pytest.mark.parametrize("name", NAMES)
def test_patterns_have_no_hole(name: str) -> None:
    """Anchored, ASCII digits, and a bound on the length, which closes the newline that `$` lets pass in Python."""
    for part in parts(schema(name)):
        pattern = part.get("pattern")
        if pattern is not None:
            assert pattern.startswith("^")
            assert pattern.endswith("$")
            assert "\\d" not in pattern
            assert "\\w" not in pattern
            assert "maxLength" in part


def test_the_files_are_written_alike() -> None:
    """Indented JSON with a line end, so that a change of a schema is a change of its lines."""
    for name in NAMES:
        text = (folder("schemas") / f"{name}.schema.json").read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"


@given(SAYABLE)
def test_hours_that_are_read_fit_the_schema(week: Week) -> None:
    """An editor accepts what validate accepts, in the API's form and compactly."""
    compact = {
        day: [f"{clock(start)}-{clock(stop - 1)}" for start, stop in spans]
        for day, spans in zip(DAYS, week.by_day(), strict=True)
    }
    for hours in (entries(week), compact, {"Mon-Fri": "closed", "Sat": "09:00 - 24:00", "Sun": []}, None):
        assert is_valid("site", {"id": "a", "name": "b", "operational_hours": hours})


@pytest.mark.parametrize("hours", [{"Mon": "9-5"}, {"Sat": ["09:00-17:00\n"]}, [{"days": ["Mon"], "start": "24:00"}]])
def test_an_editor_shows_hours_that_are_none(hours: object) -> None:
    """The schema refuses them too, and validate says it once, in the words of the reader of hours."""
    site = {"id": "a", "name": "b", "operational_hours": hours}
    assert not is_valid("site", site)
    assert list(schema_findings("site", site, "f")) == []


def parts(part: Any) -> list[dict[str, Any]]:
    """Return a schema and all schemas in it."""
    if not isinstance(part, dict):
        return []
    found = [part]
    for keyword in ("properties", "patternProperties", "definitions"):
        found += [inner for member in part.get(keyword, {}).values() for inner in parts(member)]
    for keyword in ("items", "additionalProperties", "propertyNames", "if", "then", "else", "not"):
        found += parts(part.get(keyword))
    return found


def resolved(name: str, part: dict[str, Any]) -> dict[str, Any]:
    """Return what a $ref points to."""
    if "$ref" not in part:
        return part
    found: dict[str, Any] = schema(name)["definitions"][part["$ref"].rpartition("/")[2]]
    return found


def documents(name: str) -> st.SearchStrategy[Any]:
    """Return documents that are nearly right: known keys, values of all types."""
    keys = sorted(
        {key for part in parts(schema(name)) for key in part.get("properties", {})} | {"x-own", "unknown", "a b"}
    )
    leaves = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False)
    texts = st.text(max_size=3) | st.sampled_from(["30%", "30%\n", "٣%", "keep", "DF_TOKEN", "Mon", "09:00"])
    return st.recursive(
        leaves | texts,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(keys), inner, max_size=4),
        max_leaves=15,
    )


@given(st.sampled_from(NAMES).flatmap(lambda name: st.tuples(st.just(name), documents(name))))
def test_the_quick_validator_and_the_reference_agree(pair: tuple[str, Any]) -> None:
    """jsonschema-rs decides, jsonschema explains: they may not differ on any document."""
    name, document = pair
    assert _quick(name).is_valid(document) is _reference(name).is_valid(document)


@given(st.sampled_from(NAMES).flatmap(lambda name: st.tuples(st.just(name), documents(name))))
def test_what_is_refused_is_explained(pair: tuple[str, Any]) -> None:
    """Every refused document has a finding in our own words, unless the reader of hours explains it."""
    name, document = pair
    findings = list(schema_findings(name, document, "f"))
    if is_valid(name, document):
        assert findings == []
    elif not {"operational_hours", "hours_profiles"} & set(json.dumps(document).replace('"', " ").split()):
        assert findings
    for finding in findings:
        assert len(finding.message) < 300
        assert not any(word in finding.message for word in ("None", "True", "False", "{'", "['", "is not valid under"))
