"""The plan file: written, read, sealed."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from dfsync.errors import InputError, NotSentError
from dfsync.model.exception_days import DatedException
from dfsync.model.hours.week import CLOSED
from dfsync.plan.drift import drift_of
from dfsync.plan.plan_file import digest_of, dumps, loads, to_document
from dfsync.plan.values import Plan
from dfsync.runtime.resources import schema
from tests.plan.small_plans import NOW, contact, plan, row, site


def whole() -> Plan:
    """Return a plan that has something of everything."""
    closed = (DatedException(NOW.date(), ()),)
    sites = [
        site("new", timezone="UTC", groups=("a", "b")),
        site("old", closed, currency=None, operational_hours=CLOSED),
    ]
    hours = [{"days": ["Mon"], "start": "09:00", "end": "17:00"}]
    live = [row("old", Currency="USD", **{"Operational Hours": hours}), row("stranger"), row("NEW")]
    return plan(sites, live, contacts=[contact("old", "ada@x.y", name="Ada")])


def test_a_plan_survives_its_file() -> None:
    """Everything that apply needs is in the file: what is read is what was written."""
    made = whole()
    document = to_document(made)
    read, digest = loads(dumps(document), "plan.json")
    assert digest == document["digest"]
    assert to_document(read) == document
    assert read.changes == made.changes
    assert read.pending == made.pending


def test_it_follows_its_schema() -> None:
    jsonschema.validate(to_document(whole()), schema("plan"))


def test_its_summary_counts_its_changes() -> None:
    document = to_document(whole())
    assert document["summary"] == {
        "create": 1,
        "update": 1,
        "unchanged": 0,
        "unmanaged": 2,
        "contacts_create": 1,
        "contacts_update": 0,
    }
    assert [change["action"] for change in document["changes"]] == ["create", "update", "create"]


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every leaf of a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [leaf for key, inner in items for leaf in paths(inner, (*path, key))] or [path]


def test_no_leaf_can_be_altered_unnoticed() -> None:
    """The digest covers everything else in the file."""
    text = dumps(to_document(whole()))
    for path in paths(json.loads(text)):
        document = json.loads(text)
        holder = document
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = "altered" if holder[path[-1]] != "altered" else "again"
        with pytest.raises((NotSentError, InputError)):
            loads(json.dumps(document), "plan.json")


def test_another_layout_of_the_same_json_is_the_same_plan() -> None:
    document = to_document(whole())
    assert loads(json.dumps(document, indent=None, sort_keys=True), "p")[1] == document["digest"]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"format": "dfsync/receipt"}', b"\xff"])
def test_what_is_no_plan_is_told_from_an_altered_one(text: str) -> None:
    with pytest.raises(InputError):
        loads(text, "plan.json")


def test_a_newer_format_says_which_version_is_read() -> None:
    with pytest.raises(InputError, match="format version 2"):
        loads(dumps({**to_document(whole()), "format_version": 2}), "plan.json")


def test_a_plan_without_drift_has_none() -> None:
    assert drift_of(whole()) == ()


@pytest.mark.parametrize(
    ("where", "what"), [("summary", "update"), ("pending", "updates"), ("pending", "creates"), ("pending", "clears")]
)
def test_figures_that_hide_changes_are_refused(where: str, what: str) -> None:
    """Somebody who alters a plan can seal it again, but the guards judge figures that fit its changes."""
    document = to_document(whole())
    assert document[where][what] > 0
    document[where][what] = 0
    document["digest"] = digest_of(document)
    with pytest.raises(NotSentError, match="altered"):
        loads(dumps(document), "plan.json")


def test_a_date_that_no_month_has_is_refused_in_words() -> None:
    """The schema knows digits, not calendars."""
    document = to_document(whole())
    changed = next(change for change in document["changes"] if "day" in change)
    changed["day"] = "2026-13-45"
    document["digest"] = digest_of(document)
    with pytest.raises(InputError, match="not a plan of the documented form"):
        loads(dumps(document), "plan.json")
