"""Creates that look like a slip."""

from __future__ import annotations

import pytest

from dfsync.plan.lookalike_creates import bare_id, find_lookalikes
from tests.plan.small_plans import row, site


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("site-7", "SITE-7"),
        ("site-7", "site 7"),
        ("site-7", "site_7"),
        ("site-7", "site-007"),
        ("007", "7"),
        ("Caf\u00e9", "Cafe\u0301"),
        ("a.b", "ab"),
        ("site-7", "site-7\u3164"),
        ("site-7", "site\u200b-7\uffa0"),
        ("site-7", "\uff53ite-\uff17"),
    ],
)
def test_ids_that_differ_only_in_spelling_are_alike(one: str, other: str) -> None:
    assert bare_id(one) == bare_id(other)
    assert [like.other for like in find_lookalikes([site(one)], [other], [one], [])] == [other]


@pytest.mark.parametrize(("one", "other"), [("site-7", "site-70"), ("10", "100"), ("a0", "a"), ("0", "")])
def test_ids_that_really_differ_are_not(one: str, other: str) -> None:
    assert not list(find_lookalikes([site(one)], [other], [one], []))


def test_a_slip_for_another_desired_id_counts_too() -> None:
    assert [like.id for like in find_lookalikes([site("a-1")], [], ["a-1", "A-1"], [])] == ["a-1"]


def test_the_name_and_address_of_an_unmanaged_site_mean_a_renamed_id() -> None:
    new = site("harbour", **{"name": " store X", "address.street": "1 Main St", "address.city": "Oslo"})
    same = row("X", **{"Address Street": "1 Main St ", "Address City": "Oslo", "Address State": "ignored"})
    other = row("X", **{"Address Street": "2 Main St", "Address City": "Oslo"})
    assert [like.other for like in find_lookalikes([new], ["X"], ["harbour"], [same])] == ["X"]
    assert not list(find_lookalikes([new], ["X"], ["harbour"], [other]))


STREET = {"address.street": "1 Main Street", "address.city": "New York", "address.state": "New York"}


@pytest.mark.parametrize(
    ("written", "live", "why"),
    [
        (STREET, {"Address Street": "1 MAIN ST.", "Address City": "NY", "Address State": "NY"}, " and address"),
        (STREET, {"Address Street": "1, Main  Street", "Address Country": "United States"}, " and address"),
        ({"address.street": "5 Rose Blvd"}, {"Address Street": "5 Rose Boulevard"}, " and address"),
        (STREET, {}, ", and no address tells"),
        ({}, {"Address Street": "1 Main St"}, ", and no address tells"),
        ({"address.country": "USA"}, {"Address Country": "United States"}, ", and no address tells"),
        (STREET, {"Address Street": "11 Main Street"}, None),
        (STREET, {"Address Street": "1 Maple Street"}, None),
        (STREET, {"Address Street": "1 Main Street", "Address City": "Boston"}, None),
        ({"address.postal_code": "02134"}, {"Address Postal Code": "02135"}, None),
    ],
)
def test_the_same_name_where_no_address_tells_two_sites_apart_means_a_renamed_id(
    written: dict[str, str], live: dict[str, str], why: str | None
) -> None:
    create = site("harbour", name="store X", **written)
    found = [like.why for like in find_lookalikes([create], ["X"], ["harbour"], [row("X", **live)])]
    assert found == ([] if why is None else found)
    assert why is None or f"the same name{why}" in found[0]
