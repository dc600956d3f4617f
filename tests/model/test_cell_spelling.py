"""The spelling of a site: what is spelled alike is equal, so that nothing need be parsed to see it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.diff.compare import compare
from dfsync.model.cell_spelling import desired_spelling, live_spelling, managed_bits, managed_names
from dfsync.model.fields import FIELD, FIELDS, FieldKind
from dfsync.model.hours.week import CLOSED, Week
from dfsync.model.hours.write import entries
from dfsync.model.live import LiveSite
from dfsync.model.place import Place
from dfsync.model.site import Site
from dfsync.model.values import Value
from tests.model.test_hours import SAYABLE

_TEXTS = st.sampled_from(["", " ", "0", "750", "a", " a", "A", "A,B", "é", "e\u0301", "UTC"])
_GROUPS = st.lists(_TEXTS, max_size=3).map(tuple)
_ROW_CELLS = _TEXTS | st.none() | st.integers(0, 2) | st.just(750)


def _value(kind: FieldKind) -> st.SearchStrategy[Value]:
    return st.none() | {FieldKind.TEXT: _TEXTS, FieldKind.GROUPS: _GROUPS, FieldKind.HOURS: SAYABLE}[kind]


_FIELDS = st.fixed_dictionaries({}, optional={field.name: _value(field.kind) for field in FIELDS})


def _as_sent(value: Value) -> Any:
    if isinstance(value, Week):
        return orjson.loads(orjson.dumps(entries(value)))
    return ",".join(value) if isinstance(value, tuple) else value


def _is_right(fields: dict[str, Value], row: dict[str, Any]) -> bool:
    site = Site("a", fields, Place("sites/a.yaml"), 1)
    return not list(compare(site, LiveSite({"Site ID": "a", **row}), None, b""))


@given(fields=_FIELDS)
def test_what_live_shows_as_it_was_sent_has_the_spelling_of_the_files(fields: dict[str, Value]) -> None:
    row = {FIELD[name].column: _as_sent(value) for name, value in fields.items()}
    spelling = desired_spelling(fields)
    assert spelling in ("", live_spelling(row, managed_bits(fields)))


@given(fields=_FIELDS, edits=st.dictionaries(st.sampled_from([f.column for f in FIELDS]), _ROW_CELLS, max_size=3))
def test_what_is_spelled_alike_is_right(fields: dict[str, Value], edits: dict[str, Any]) -> None:
    row = {FIELD[name].column: _as_sent(value) for name, value in fields.items()} | edits
    if live_spelling(row, managed_bits(fields)) == desired_spelling(fields):
        assert _is_right(fields, row)


@pytest.mark.parametrize(
    ("fields", "row"),
    [
        ({"name": "A"}, {"Site Name": "B"}),
        ({"name": "750"}, {"Site Name": 750}),
        ({"name": None}, {"Site Name": "A"}),
        ({"name": "A", "currency": None}, {"Site Name": None, "Currency": "A"}),
        ({"groups": ("A,B",)}, {"Site Groups": "A,B"}),
        ({"groups": (" ",)}, {"Site Groups": " "}),
        ({"operational_hours": CLOSED}, {"Operational Hours": [{"days": ["Mon"], "start": "09:00", "end": "18:59"}]}),
    ],
)
def test_what_differs_is_spelled_differently(fields: dict[str, Value], row: dict[str, Any]) -> None:
    assert live_spelling(row, managed_bits(fields)) != desired_spelling(fields)


def test_fields_that_no_file_writes_are_no_part_of_it() -> None:
    fields: dict[str, Value] = {"name": "A", "timezone": None}
    assert managed_names(managed_bits(fields)) == ("name", "timezone")
    row = {"Site Name": "A", "Currency": "EUR", "Operational Hours": None}
    assert live_spelling(row, managed_bits(fields)) == desired_spelling(fields)
