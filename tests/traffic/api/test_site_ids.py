"""An internal id is paired with a site only where nothing else is possible."""

from __future__ import annotations

import datetime

import pytest

from dfsync.model.place import Place
from dfsync.model.site import Site
from dfsync.sandbox import Sandbox
from dfsync.traffic.api.site_ids import PairingOutcome, names_of, pairings
from tests.traffic.scene import client, rows


def site(id: str, name: str, internal_id: int | None = None) -> Site:
    """Return a site of the files."""
    return Site(id, {"name": name}, Place("sites/a.yaml"), 1, internal_id)


@pytest.mark.parametrize(
    ("names", "sites", "outcome"),
    [
        (("Tyler",), [site("a", "Tyler")], PairingOutcome.LEARNED),
        (("Tyler",), [site("a", " Tyler ", 750)], PairingOutcome.KNOWN),
        (("Cafe\u0301",), [site("a", "Café")], PairingOutcome.LEARNED),
        (("tyler",), [site("a", "Tyler")], PairingOutcome.NO_SITE),
        (("Tyler",), [site("a", "Tyler"), site("b", "Tyler")], PairingOutcome.AMBIGUOUS),
        (("Tyler", "Dallas"), [site("a", "Tyler")], PairingOutcome.AMBIGUOUS),
        (("Tyler",), [site("a", "Tyler", 751)], PairingOutcome.CONFLICT),
        (("Tyler",), [site("a", "Tyler"), site("b", "Dallas", 750)], PairingOutcome.CONFLICT),
        ((), [site("a", "Tyler")], PairingOutcome.NO_TRAFFIC),
    ],
)
def test_the_name_decides_or_nothing_does(names: tuple[str, ...], sites: list[Site], outcome: PairingOutcome) -> None:
    """Equal text is equal as everywhere; anything doubtful is told, not guessed."""
    (found,) = pairings([(750, names)], sites)
    assert found.outcome is outcome


def test_two_ids_of_one_name_are_both_in_doubt() -> None:
    """Two sites of live have the name of one site of the files."""
    found = pairings([(750, ("Tyler",)), (751, ("Tyler",))], [site("a", "Tyler")])
    assert [pairing.outcome for pairing in found] == [PairingOutcome.AMBIGUOUS, PairingOutcome.AMBIGUOUS]


def test_names_are_learned_from_the_report_one_id_a_request() -> None:
    """An id that does not exist has no name."""
    with Sandbox(rows(2)) as box, client(box) as api:
        day = datetime.date(2026, 5, 4)
        assert list(names_of(api.traffic_report, [801, 999], day, day)) == [(801, ("Store 1",)), (999, ())]
