"""Globs over ids, groups and paths choose sites; a slip in one never makes a command do less in silence."""

from __future__ import annotations

import pytest

from dfsync.errors import InputError
from dfsync.files.selection import SiteSelection
from dfsync.model.place import Place
from dfsync.model.site import Site

SITES = [
    Site("us-1", {"groups": ("Retail", "West")}, Place("sites/us/a.yaml"), 1),
    Site("us-2", {"groups": None}, Place("sites/us/ca/b.yaml"), 2),
    Site("de-1", {"groups": ("Retail",)}, Place("sites/de.yaml"), 3),
    Site("De-2", {}, Place("sites/de.yaml"), 9),
]


@pytest.mark.parametrize(
    ("selection", "ids"),
    [
        (SiteSelection(), {"us-1", "us-2", "de-1", "De-2"}),
        (SiteSelection(only=("us-*",)), {"us-1", "us-2"}),
        (SiteSelection(only=("us-2", "de-*")), {"us-2", "de-1"}),
        (SiteSelection(group=("Ret*",)), {"us-1", "de-1"}),
        (SiteSelection(group=("Ret*",), path=("sites/us",)), {"us-1"}),
        (SiteSelection(path=("sites/us/**",)), {"us-1", "us-2"}),
        (SiteSelection(path=("sites/us/",)), {"us-1", "us-2"}),
        (SiteSelection(path=("./sites/de.yaml",)), {"de-1", "De-2"}),
        (SiteSelection(exclude=("*-2",)), {"us-1", "de-1"}),
        (SiteSelection(only=("us-*",), exclude=("us-1",)), {"us-2"}),
    ],
)
def test_each_kind_of_glob_narrows(selection: SiteSelection, ids: set[str]) -> None:
    """Globs of one kind add up; kinds narrow each other."""
    assert selection.ids(SITES) == ids


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        (SiteSelection(only=("us-1", "fr-*")), "no site has an id like fr-"),
        (SiteSelection(only=("US-1",)), "no site has an id like US-1"),
        (SiteSelection(group=("East",)), "no site is in a group like East"),
        (SiteSelection(path=("sites/fr/**",)), "no site is written in a file like sites/fr"),
        (SiteSelection(exclude=("fr-1",)), "no site has an id like fr-1"),
        (SiteSelection(only=("us-*",), path=("sites/de.yaml",)), "no site matches all of"),
    ],
)
def test_a_glob_that_matches_nothing_is_an_error(selection: SiteSelection, message: str) -> None:
    """The change that was meant must not be passed over."""
    with pytest.raises(InputError, match=message):
        selection.ids(SITES)


def test_sites_that_no_file_has_can_be_chosen_by_id() -> None:
    """A pull is also about those."""
    assert SiteSelection(only=("fr-1",)).ids(SITES, ["fr-1", "us-1"]) == {"fr-1"}
