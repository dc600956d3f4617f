from __future__ import annotations

import random

import pytest
from msgspec.structs import replace

from dfsync.findings import Severity, arranged
from dfsync.fingerprints import fingerprint, fingerprints
from dfsync.model.place import NOWHERE, Place, Span
from tests.report.diagnostics.samples import reported
from tests.support.hostile import texts

FOUND = reported("DF012", Severity.ERROR, "9:00 is not HH:MM", "sites/a.yaml", Span(4, 1, 4, 5), "site-1", "name")


def test_a_fingerprint_outlives_moved_lines_and_moved_sites():
    """Neither the position nor the file of a site counts, nor positions that the message names."""
    moved = replace(FOUND, span=Span(54, 9, 54, 13), place=Place("sites/west/a.yaml"))
    assert fingerprint(moved) == fingerprint(FOUND)
    near, far = (replace(FOUND, message=f"as in sites/b.yaml:{line}:1, on line {line}") for line in (3, 53))
    assert fingerprint(near) == fingerprint(far)


def test_spelling_of_a_value_does_not_count():
    """Composed or decomposed, with one space or two, the text is the same."""
    composed, decomposed = (
        replace(FOUND, message=text) for text in ("No such zone: Café", "No such  zone: Cafe\u0301")
    )
    assert fingerprint(composed) == fingerprint(decomposed)


def test_level_and_advice_do_not_count():
    """A baseline holds when dfsync.yaml changes a rule's level or a release words its help better."""
    assert fingerprint(replace(FOUND, severity=Severity.HINT, help="Write 09:00")) == fingerprint(FOUND)


@pytest.mark.parametrize("change", [{"code": "DF013"}, {"id": "site-2"}, {"field": None}, {"message": "else"}])
def test_what_a_finding_is_about_counts(change):
    """Another code, site, field or message is another finding."""
    assert fingerprint(replace(FOUND, **change)) != fingerprint(FOUND)


def test_without_a_site_the_file_counts():
    """Two files that can't be read are two findings; a file is not taken for a site of the same name."""
    first, second, site = replace(FOUND, id=None), replace(FOUND, id=None, place=Place("sites/b.yaml")), FOUND
    assert len({fingerprint(first), fingerprint(second), fingerprint(site)}) == 3
    assert fingerprint(replace(FOUND, id="x", place=NOWHERE)) != fingerprint(replace(FOUND, id=None, place=Place("x")))


def test_equal_findings_stay_distinct_and_mending_one_leaves_the_rest():
    """Only true twins are numbered, so that no other finding is renamed when one is mended."""
    twins = [replace(FOUND, span=Span(line, 1, line, 5)) for line in (4, 8, 12)]
    other = replace(FOUND, message="else")
    before = fingerprints([*twins, other])
    assert len(set(before)) == 4
    assert fingerprints([*twins[1:], other]) == [*before[:2], before[3]]


def test_the_order_of_reading_does_not_count():
    """Shuffled findings, once arranged, have the same order and fingerprints, those at one place too."""
    found = [replace(FOUND, id=f"site-{n % 5}", span=Span(n % 3 + 1, 1, 9, 2), help=f"{n}") for n in range(15)]
    shuffled = random.Random(1).sample(found, len(found))
    assert arranged(shuffled) == arranged(found)
    assert fingerprints(arranged(shuffled)) == fingerprints(arranged(found))


@pytest.mark.parametrize("text", texts)
def test_any_value_has_a_fingerprint(text):
    """Surrogates, control characters and very long values are hashed like any other."""
    assert len(fingerprint(replace(FOUND, message=text, id=text))) == 64
