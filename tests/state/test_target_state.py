"""The state as a value and as JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dfsync.errors import ConfigError, InputError
from dfsync.model.fields import FIELD
from dfsync.model.last_applied import LastAppliedContact, LastAppliedSite
from dfsync.model.settings import Target
from dfsync.model.values import digest, keyed
from dfsync.state.target_state import ApplyEntry, TargetState, dumps, empty_state, loads

TARGET = Target("production", 123, "https://api.example.com")
digests = st.text("0123456789abcdef", min_size=32, max_size=32)
short = st.text("0123456789abcdef", min_size=16, max_size=16)
names = st.sampled_from(("name", "groups", "operational_hours"))
known = st.dictionaries(names, short)
sites = st.builds(LastAppliedSite.of, known, st.dictionaries(names, st.tuples(short, short)))
ids = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=8)
applied = st.builds(
    ApplyEntry,
    at=st.just("2026-01-01T00:00:00Z"),
    by=ids,
    outcome=st.sampled_from(("complete", "partial")),
    commit=st.none() | digests,
    dirty=st.booleans(),
    plan=digests,
    changes=st.dictionaries(st.just("create"), st.integers(0, 9)),
    rows=st.dictionaries(st.just("applied"), st.integers(0, 9)),
)
states = st.builds(
    TargetState,
    key=st.binary(min_size=16, max_size=16),
    sites=st.dictionaries(ids, sites),
    contacts=st.dictionaries(digests, st.builds(LastAppliedContact, ids, st.dictionaries(names, digests))),
    history=st.lists(applied, max_size=3).map(tuple),
)


@settings(max_examples=50, derandomize=True, deadline=None)
@given(states)
def test_what_is_written_is_what_is_read(state: TargetState) -> None:
    """Every state survives JSON; the same state always gives the same bytes."""
    data = dumps(state, TARGET)
    assert loads(data, TARGET, "state") == state
    assert dumps(loads(data, TARGET, "state"), TARGET) == data


@settings(max_examples=50, derandomize=True, deadline=None)
@given(states)
def test_each_site_stands_on_a_line_of_its_own(state: TargetState) -> None:
    """One changed site is one changed line, so that versions of the state differ little."""
    lines = dumps(state, TARGET).decode().split("\n")
    for id in state.sites:
        assert sum(line.startswith(f'{json.dumps(id, ensure_ascii=False)}: "') for line in lines) == 1


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{", b'{"format": "dfsync/plan"}', b'{"format": "dfsync/state"}', b"\xff\xfe", b"null"]
)
def test_a_broken_state_says_what_losing_it_costs(data: bytes) -> None:
    """The message says what is broken, what to do, and that nothing on the server is lost."""
    with pytest.raises(InputError) as raised:
        loads(data, TARGET, ".dfsync/state/production.json")
    assert ".dfsync/state/production.json" in raised.value.message
    assert "contacts are sent again once" in (raised.value.help or "")


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        ("sites", {"a": ["x"]}),
        ("sites", {"a": {"fields": {"name": "x"}}}),
        ("normalised", {"a": {"name": ["x", "y"]}}),
        ("fields", [["name"]]),
        ("fields", None),
        ("key", ""),
        ("target", {"customer_id": 123, "base_url": "http://["}),
        ("contacts", {"c": {"site": "a", "fields": {"name": 1}}}),
        ("history", [{**dict.fromkeys(ApplyEntry.__struct_fields__, "x"), "changes": {"create": "many"}, "rows": {}}]),
        ("history", [{**dict.fromkeys(ApplyEntry.__struct_fields__, "x"), "by": [], "changes": {}, "rows": {}}]),
    ],
)
def test_a_planted_state_of_a_wrong_shape_is_a_broken_one(part: str, wrong: object) -> None:
    """State may come out of a CI cache: whatever it holds, commands say that it can't be read, and do not crash."""
    document = {**json.loads(dumps(TargetState(b"k", {"b": LastAppliedSite("0" * 16)}), TARGET)), part: wrong}
    with pytest.raises(InputError, match="can't be read as state"):
        loads(json.dumps(document).encode(), TARGET, "state")


def test_a_state_of_a_newer_version_is_told_from_a_broken_one() -> None:
    document = json.loads(dumps(empty_state(), TARGET))
    with pytest.raises(InputError, match="format version 3"):
        loads(json.dumps({**document, "format_version": 3}).encode(), TARGET, "state")


@settings(max_examples=50, derandomize=True, deadline=None)
@given(known)
def test_each_field_is_found_again_among_the_digests(fields: dict[str, str]) -> None:
    """A field that is not known is told from one that is, wherever it stands."""
    assert LastAppliedSite.of(fields).fields == fields


def first(site: object) -> bytes:
    """Return a state as version 1 wrote it."""
    document = json.loads(dumps(TargetState(b"k"), TARGET))
    del document["fields"], document["normalised"]
    return json.dumps({**document, "format_version": 1, "sites": {"a": site}}).encode()


def test_a_state_of_version_1_is_read_and_its_digests_are_ours() -> None:
    """Last applied is still known after an update: today's digests are the first halves of those of version 1."""
    long = keyed('timezone\0"UTC"', b"k")
    other = keyed('timezone\0"utc"', b"k")
    state = loads(first({"fields": {"timezone": long}, "normalised": {"timezone": [long, other]}}), TARGET, "state")
    of_field, of_live = (digest(FIELD["timezone"], value, b"k") for value in ("UTC", "utc"))
    assert state.sites["a"].fields == {"timezone": of_field}
    assert state.sites["a"].normalised == {"timezone": (of_field, of_live)}
    upgraded = json.loads(dumps(state, TARGET))
    assert (upgraded["format_version"], upgraded["normalised"]) == (2, {"a": {"timezone": [of_field, of_live]}})
    assert loads(dumps(state, TARGET), TARGET, "state") == state


@pytest.mark.parametrize(
    "site", [{"fields": {"name": ["x"]}}, {"fields": {}, "normalised": {"name": [1, 2]}}, {}, "0" * 16]
)
def test_a_planted_state_of_version_1_is_a_broken_one(site: object) -> None:
    with pytest.raises(InputError, match="can't be read as state"):
        loads(first(site), TARGET, "state")


def test_fields_in_another_order_are_told_by_their_names() -> None:
    """A dfsync that knows other fields may write the same format: what it calls alike is the same."""
    document = json.loads(dumps(TargetState(b"k"), TARGET))
    document |= {"fields": ["motto", "timezone", "name"], "sites": {"a": "1" * 16 + "2" * 16 + "3" * 16, "b": "1" * 16}}
    sites = loads(json.dumps(document).encode(), TARGET, "state").sites
    assert sites["a"].fields == {"name": "3" * 16, "timezone": "2" * 16}
    assert sites["b"] == LastAppliedSite()


@pytest.mark.parametrize("other", [Target("p", 7, TARGET.base_url), Target("p", 123, "https://other.example.com")])
def test_the_state_of_another_customer_or_server_is_refused(other: Target) -> None:
    """Else a try on a sandbox would make production's contacts look sent."""
    with pytest.raises(ConfigError, match="customer 123"):
        loads(dumps(empty_state(), TARGET), other, "state")


def test_another_port_of_the_same_host_is_the_same_server() -> None:
    one, two = (Target("p", 123, f"http://127.0.0.1:{port}") for port in (1, 2))
    state = empty_state()
    assert loads(dumps(state, one), two, "state") == state


def test_the_digests_of_two_states_can_not_be_compared() -> None:
    assert empty_state().key != empty_state().key


def test_history_keeps_the_last_thousand() -> None:
    entry = ApplyEntry("2026-01-01T00:00:00Z", "me", "complete", None, False, "sha256:0", {}, {})
    state = empty_state()
    for _ in range(1005):
        state = state.with_applied(entry)
    assert len(state.history) == 1000
    assert not empty_state().last_applied().known
    assert state.last_applied().known
