"""Grouping, regions, words and masking of plans."""

from __future__ import annotations

import importlib

import pytest

from dfsync.model.masking import mask_contact, mask_text
from dfsync.model.place import Place
from dfsync.model.site import Site
from dfsync.report.changes.regions import region, regions_of
from dfsync.report.changes.wording import headline
from dfsync.report.plan import PLAN_REPORTERS
from tests.report.plan.plans import create, everything, field, plan, update


def test_a_region_is_the_country_and_state_then_the_groups_then_the_folder():
    """The nearest thing to a place that is known."""
    assert (
        region(update("a", field("address.country", None, "USA"), field("address.state", None, "CA")), {}) == "USA · CA"
    )
    assert region(update("a", field("groups", None, ["West"])), {}) == "West"
    assert region(update("a", field("currency", None, "USD")), {}) == "sites/us/ca"
    site = Site("a", {"address.country": "Norway"}, Place("sites/a.yaml"), 1)
    assert region(update("a", field("groups", None, ["West"])), regions_of([site])) == "Norway"


def test_headlines_count_in_words_and_without_zeros():
    """One is one, many are many, and what is none is not said."""
    one = plan(update("a", field("name", "a", "b")))
    assert headline(one) == "1 site changes"
    assert headline(plan(create("a", field("name", None, "b")))) == "1 site is new"
    said = "3 sites change, 1 is new, 2 were edited elsewhere; 1 contact changes, 1 is new"
    assert headline(everything()) == said


@pytest.mark.parametrize(
    ("id", "shown"),
    [
        ("site-123/ada@example.com", "site-123/a***@example.com"),
        ("ada@example.com/site-123", "a***@example.com/site-123"),
        ("site-123/+1 415 555 0100", "site-123/+***"),
        ("+14155550100/site-123", "+***/site-123"),
        ("Ada Lovelace/+14155550100", "A***/+***"),
        ("site-123/Ada/site-123", "site-123/A***/s***"),
        ("site-1234/Ada", "s***/A***"),
        ("ada@example.com", "a***@example.com"),
        ("", "***"),
    ],
)
def test_a_contact_is_masked(id, shown):
    """The site stays, the person goes, whatever the key is."""
    assert mask_contact(id, "site-123") == shown


def test_a_site_of_several_parts_stays_whole():
    assert mask_contact("us/ca/7/ada@example.com", "us/ca/7") == "us/ca/7/a***@example.com"
    assert mask_contact("us/ca/7/ada@example.com", "") == "u***/c***/7***/a***@example.com"


def test_an_address_keeps_its_domain_alone():
    """The last @ parts an address, so that nothing before it is shown."""
    assert mask_text('"a@b"@example.com') == '"***@example.com'


@pytest.mark.parametrize("format", PLAN_REPORTERS)
def test_every_format_renders_every_plan(format):
    """The table's modules exist and take an empty plan and a full one."""
    render = importlib.import_module(PLAN_REPORTERS[format]).render
    assert "247" in render(plan(), ())
    assert "site-124" in render(everything(), ())
