"""Globs choose sites; what can't be asked for is told."""

from __future__ import annotations

import pytest

from dfsync.errors import InputError
from dfsync.files.selection import SiteSelection
from dfsync.model.place import Place
from dfsync.model.site import Site
from dfsync.traffic.site_choice import choose

SITES = [
    Site("us-1", {"groups": ("Retail", "West")}, Place("a.yaml"), 1, 750),
    Site("us-2", {"groups": None}, Place("a.yaml"), 2, 751),
    Site("de-1", {"groups": ("Retail",)}, Place("a.yaml"), 3),
]


@pytest.mark.parametrize(
    ("selection", "chosen", "without"),
    [
        (SiteSelection(), ["us-1", "us-2"], ["de-1"]),
        (SiteSelection(only=("us-2", "de-*")), ["us-2"], ["de-1"]),
        (SiteSelection(group=("Ret*",)), ["us-1"], ["de-1"]),
    ],
)
def test_selected_sites_are_asked_for(selection: SiteSelection, chosen: list[str], without: list[str]) -> None:
    """Without any glob, these are all sites with an internal_id."""
    with_id, without_id = choose(SITES, selection)
    assert [site.id for site in with_id] == chosen
    assert [site.id for site in without_id] == without


def test_sites_without_internal_ids_can_not_be_asked_for() -> None:
    """The files lack what the traffic API knows sites by."""
    for selection in (SiteSelection(), SiteSelection(only=("de-1",))):
        with pytest.raises(InputError, match="internal_id"):
            choose([site for site in SITES if site.internal_id is None], selection)
