"""Globs choose sites by id and by group; what can't be asked for is told."""

from __future__ import annotations

import pytest

from dfsync.errors import InputError, UsageError
from dfsync.model.site import Site, Source
from dfsync.traffic.site_choice import choose

SITES = [
    Site("us-1", {"groups": ("Retail", "West")}, Source("a.yaml", 1), 750),
    Site("us-2", {"groups": None}, Source("a.yaml", 2), 751),
    Site("de-1", {"groups": ("Retail",)}, Source("a.yaml", 3)),
]


@pytest.mark.parametrize(
    ("ids", "groups", "chosen", "without"),
    [
        ((), (), ["us-1", "us-2"], ["de-1"]),
        (("us-*",), (), ["us-1", "us-2"], []),
        (("us-2", "de-*"), (), ["us-2"], ["de-1"]),
        ((), ("Ret*",), ["us-1"], ["de-1"]),
        (("us-2",), ("West",), ["us-1", "us-2"], []),
    ],
)
def test_globs_of_ids_and_groups_add_up(
    ids: tuple[str, ...], groups: tuple[str, ...], chosen: list[str], without: list[str]
) -> None:
    """Without any, every site with an internal_id."""
    found = choose(SITES, ids, groups)
    assert [site.id for site in found.sites] == chosen
    assert [site.id for site in found.without_id] == without


@pytest.mark.parametrize(
    ("ids", "groups", "message"),
    [
        (("us-1", "fr-*"), (), "no site id matches fr-"),
        ((), ("East",), "no group matches East"),
        (("de-1",), (), "internal_id"),
    ],
)
def test_a_glob_that_matches_nothing_is_wrong_usage(
    ids: tuple[str, ...], groups: tuple[str, ...], message: str
) -> None:
    """A typing slip must not make a report of fewer sites."""
    with pytest.raises(UsageError, match=message):
        choose(SITES, ids, groups)


def test_files_without_internal_ids_are_no_wrong_usage() -> None:
    """Nobody typed anything wrong: the files lack what the traffic API knows sites by."""
    with pytest.raises(InputError, match="internal_id"):
        choose([site for site in SITES if site.internal_id is None])
