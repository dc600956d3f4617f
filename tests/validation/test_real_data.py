"""Real sites pass; what does not is wrong in the data, and the test says which and how many.

Errors are values that the API would misread or that mean nothing; everything that is merely odd is a warning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from dfsync.validation.geography.zones import zone
from tests.support import real_data
from tests.validation.repositories import checked

EXPECTED = {
    # A group with a comma (Bournemouth, Christchurch and Poole) would arrive as two; "00:00" and "1:00-18:00" are no
    # spans. 517 texts have outer spaces, one a zero width space, one a no-break space, three were read in another
    # encoding than they were saved in; one branch differs from all others of its town.
    real_data.libraries: {
        "DF110": 24,
        "DF202": 2,
        "DF307": 1,
        "DF402": 1,
        "DF403": 521,
        "DF113": 1,
        "DF409": 1,
        "DF410": 3,
    },
    real_data.hungry_jacks: {"DF403": 4},
    # A desk that is open from 00:00 to 00:00 on Sundays.
    real_data.stations: {"DF203": 1, "DF403": 326},
}


def counts(sites: Iterator[real_data.Site]) -> Counter[str]:
    """Return how often each rule finds something in these sites."""
    return Counter(diagnostic.code for diagnostic in checked(real_data.repository(sites)).findings.diagnostics)


@real_data.needs_data
@pytest.mark.parametrize("sites", EXPECTED, ids=lambda sites: sites.__name__)
def test_real_sites_break_only_the_rules_that_they_really_break(sites: Callable[[], Iterator[real_data.Site]]) -> None:
    """The counts are exact: a rule that finds more is wrong, as is one that finds less."""
    assert counts(sites()) == EXPECTED[sites]


@real_data.needs_data
def test_a_directory_in_73_countries_has_one_error_apart_from_its_time_zones() -> None:
    """With the name after `GMT-05:00` for a zone, as DF105 advises, what remains is a store that is listed twice.

    154 zones are of another country (76 shops in Singapore on Jakarta's time); ten texts have a tab, a line break or a
    control character, twenty a no-break space, one stands in quotes of its own.
    1,462 postal codes lost zeros or are none; two shops in Nevada are on the time of Arizona, 47 in Mexico and five in
    Indonesia on that of another state (27 in Quintana Roo on Mexico City's, which it left in 2015).
    """
    sites = (site | {"timezone": zone(site["timezone"]).better, "contacts": []} for site in real_data.starbucks())
    usual = {"DF107": 154, "DF301": 1, "DF402": 10, "DF403": 9, "DF404": 1}
    assert counts(sites) == {**usual, "DF408": 1, "DF409": 20, "DF113": 1462, "DF114": 54}


@real_data.needs_data
def test_every_zone_of_the_directory_gets_the_right_advice() -> None:
    """`GMT-05:00 America/New_York` is unknown, and what to write instead exists; cut and invented names included."""
    zones = {site["timezone"] for site in real_data.starbucks()}
    for name in zones:
        better = zone(name).better
        assert not zone(name).known
        assert better is not None
        assert zone(better).known
        assert zone(better).better is None
    assert zone("GMT-03:00 America/Argentina/Bu").better == "America/Argentina/Buenos_Aires"
    assert zone("GMT+08:00 Asia/Beijing").better == "Asia/Shanghai"
