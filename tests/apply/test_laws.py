"""The laws of apply, for any repository, any live state and any server that keeps what it is given."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dfsync.model.fields import ADDRESS_PARTS, COLUMNS, FIELD, FIELDS
from dfsync.model.hours.week import DAYS
from dfsync.model.hours.write import clock
from dfsync.model.values import from_json, same
from dfsync.sandbox.sandbox import Sandbox
from dfsync.sandbox.settings import SandboxSettings
from tests.apply.shop import Shop

IDS = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot")
REQUIRED = {"Site ID", "Site Name"}

letters = st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp"), exclude_characters="\ufeff")
texts = st.text(st.one_of(letters, st.sampled_from(' \n",;=+-@é\u0301\u00e9ﬁ')), min_size=1, max_size=12).filter(
    str.strip
)
names = texts.map(lambda text: f"Store {text}")
groups = st.lists(texts.map(lambda text: text.replace(",", "").strip() or "x"), max_size=3)
zones = st.sampled_from(("UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata"))
currencies = st.sampled_from(("USD", "EUR", "JPY"))
minutes = st.lists(st.integers(0, 1439), min_size=2, max_size=4, unique=True).map(sorted)


@st.composite
def days(draw: st.DrawFn) -> list[str]:
    """Return the spans of a day, none of which overlap, the last perhaps past midnight."""
    cuts = draw(minutes)
    return [f"{clock(start)}-{clock(end)}" for start, end in zip(cuts[::2], cuts[1::2], strict=False)]


weeks = st.dictionaries(st.sampled_from(DAYS), days(), max_size=7)


def entries(week: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Return the week in the API's form, an entry a span."""
    spans = [(day, span.split("-")) for day, of_day in week.items() for span in of_day]
    return [{"days": [day], "start": start, "end": end} for day, (start, end) in spans]


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    """Return a site without its id, as a file has it: any fields, empty ones among them."""
    maybe = st.none() | texts
    optional: dict[str, st.SearchStrategy[Any]] = {
        "address": st.fixed_dictionaries({}, optional=dict.fromkeys(ADDRESS_PARTS, maybe)),
        "shipping_address": st.fixed_dictionaries({}, optional=dict.fromkeys(ADDRESS_PARTS, maybe)),
        "groups": st.none() | groups,
        "escalation_path": maybe,
        "timezone": st.none() | zones,
        "currency": st.none() | currencies,
        "operational_hours": st.one_of(st.none(), st.just([]), weeks, weeks.map(entries)),
    }
    return draw(st.fixed_dictionaries({"name": names}, optional=optional))


rows = st.fixed_dictionaries(
    {"Site Name": texts.map(lambda text: f"Shop {text}")},
    optional={
        **{f.column: st.none() | texts for f in FIELDS if f.name.startswith(("address", "shipping", "escalation"))},
        "Site Groups": st.none() | groups.map(",".join),
        "Timezone": st.none() | zones,
        "Currency": st.none() | currencies,
        "Operational Hours": st.none() | weeks.map(entries),
    },
)

servers = st.builds(
    SandboxSettings,
    row_base=st.sampled_from((0, 1)),
    header_counted=st.booleans(),
    trim=st.booleans(),
    page_size_cap=st.sampled_from((2, 1000)),
    hours_form=st.sampled_from(("as_sent", "by_day", "grouped", "split")),
    hours_order=st.sampled_from(("as_sent", "reversed")),
    hours_shape=st.sampled_from(("array", "text")),
    groups_order=st.sampled_from(("as_sent", "sorted", "reversed")),
    empty_fields=st.sampled_from(("text", "null", "missing")),
)


@settings(
    max_examples=40, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(
    desired=st.dictionaries(st.sampled_from(IDS[:4]), files(), min_size=1),
    live=st.dictionaries(st.sampled_from(IDS[2:]), rows),
    server=servers,
)
def test_after_an_apply_the_plan_is_empty_and_only_the_planned_cells_have_travelled(
    desired: dict[str, Any], live: dict[str, Any], server: SandboxSettings
) -> None:
    """Every change is more than a spelling, exactly its cells are uploaded, and then nothing is left to change."""
    seeded = [{"Site ID": id, **row} for id, row in live.items()]
    with (
        pytest.MonkeyPatch.context() as patch,
        tempfile.TemporaryDirectory() as root,
        Sandbox(seeded, settings=server) as box,
    ):
        shop = Shop(Path(root), box, patch)
        shop.sites([{"id": id, **fields} for id, fields in desired.items()])
        planned = shop.plan()["changes"]
        changes = {change["id"]: change["fields"] for change in planned}
        for item in (item for change in planned if change["action"] == "update" for item in change["fields"]):
            field = FIELD[item["field"]]
            assert not same(field, from_json(field, item["before"]), from_json(field, item["after"])), item
        done = shop.apply()
        assert done.code == 0, done.out + done.err
        for uploaded in shop.uploaded():
            columns = {item["column"] for item in changes[uploaded["Site ID"]]}
            assert set(uploaded) == columns | REQUIRED
            assert set(uploaded) <= set(COLUMNS)
        assert sorted(uploaded["Site ID"] for uploaded in shop.uploaded()) == sorted(changes)
        assert shop.plan()["changes"] == []
        untouched = {id: row for id, row in live.items() if id not in desired}
        for id, row in untouched.items():
            assert {name: box.rows()[id][name] for name in row} == row
