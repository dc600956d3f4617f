"""Servers that write, show and compare in ways of their own, each as the sandbox imitates it."""

from __future__ import annotations

import time
from typing import Any

import pytest

from dfsync.sandbox.settings import SandboxSettings
from tests.apply.conftest import NewShop
from tests.apply.shop import row, site

FIELDS: dict[str, Any] = {
    "escalation_path": "Ops  Team  of the whole West",
    "groups": ["West", "Retail"],
    "address": {"city": "San Francisco", "street": "12 Market Street, 3rd floor"},
    "timezone": "America/Los_Angeles",
    "currency": "USD",
    "operational_hours": {"Mon-Fri": "09:00-18:59"},
}


@pytest.mark.parametrize("stored", ["upper_case", "lower_case", "single_spaces"])
def test_a_server_that_only_spells_differently_is_right_at_once(new_shop: NewShop, stored: Any) -> None:
    shop = new_shop([row(0)], settings=SandboxSettings(stored_text=stored))
    shop.sites([site(0, **FIELDS), site(1, **FIELDS)])
    done, receipt = shop.receipt()
    assert done.code == 0, done.err
    assert {each["outcome"] for each in receipt["rows"]} == {"applied"}
    assert shop.plan()["changes"] == []
    assert shop.run("drift").code == 0


def test_a_server_that_cuts_is_right_once_two_applies_saw_it(new_shop: NewShop) -> None:
    shop = new_shop([row(0)], settings=SandboxSettings(stored_text="cut_20"))
    shop.sites([site(0, **FIELDS)])
    first, receipt = shop.receipt()
    assert first.code == 3
    assert "cut to" in receipt["rows"][0]["message"]
    assert "dfsync pull site-000" in receipt["rows"][0]["message"]
    second, receipt = shop.receipt()
    assert second.code == 0, second.err
    assert receipt["rows"][0]["outcome"] == "applied"
    assert shop.plan()["changes"] == []
    assert shop.state()["normalised"]


def test_a_server_that_takes_no_change_of_case_is_never_said_to_have(new_shop: NewShop) -> None:
    shop = new_shop([row(0, **{"Escalation Path": "retail  desk"})], settings=SandboxSettings(equal_text="folded"))
    shop.sites([site(0, escalation_path="Retail Desk", currency="USD")])
    for expected in ("currency right, path unverified", "nothing else to send"):
        done, receipt = shop.receipt()
        assert done.code == 3, expected
        assert receipt["rows"][0]["outcome"] == "unverified"
        assert "as before" in receipt["rows"][0]["message"]
    assert shop.plan()["changes"] == []
    assert shop.box.rows()["site-000"]["Currency"] == "USD"


def test_a_server_whose_export_lags_is_waited_for(new_shop: NewShop) -> None:
    """Creates too, which the export does not have at all at first."""
    shop = new_shop([row(0)], settings=SandboxSettings(export_delay_s=1.5))
    shop.configure(api={"settle_s": 20})
    shop.sites([site(0, currency="USD"), site(1, currency="USD")])
    began = time.monotonic()
    done, receipt = shop.receipt()
    assert done.code == 0, done.err
    assert time.monotonic() - began >= 1.5
    assert {each["outcome"] for each in receipt["rows"]} == {"applied"}
    assert shop.plan()["changes"] == []


def test_a_server_whose_export_lags_too_long_is_not_said_to_have_taken_it(new_shop: NewShop) -> None:
    """The next apply finds it, and sends nothing again."""
    shop = new_shop([row(0)], settings=SandboxSettings(export_delay_s=3600))
    shop.configure(api={"settle_s": 1})
    shop.sites([site(0, currency="USD"), site(1, currency="USD")])
    done, receipt = shop.receipt()
    assert done.code == 3
    assert {each["outcome"] for each in receipt["rows"]} == {"unverified"}
    assert "not seen yet" in receipt["rows"][0]["message"]
    shop.box.database.execute("DELETE FROM late")  # as after an hour
    since = len(shop.uploads())
    assert shop.apply().code == 0
    assert len(shop.uploads()) == since


def test_a_name_that_went_along_unchanged_and_that_the_server_cut_is_shown(new_shop: NewShop) -> None:
    """It is sent with each change of the site, since its column is required."""
    name = "The store at the corner of Main Street"
    shop = new_shop([row(0, **{"Site Name": name})], settings=SandboxSettings(stored_text="cut_20"))
    shop.sites([site(0, name=name, currency="USD")])
    done, receipt = shop.receipt()
    assert done.code == 3
    assert receipt["rows"][0]["field"] == "name"
    assert "the server rewrote name: cut to 20 characters" in receipt["rows"][0]["message"]
    assert shop.apply().code == 0
    assert shop.plan()["changes"] == []
