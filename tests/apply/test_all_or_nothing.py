"""A server that takes either all rows of a sheet or none, and still answers 200 with row errors."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from dfsync.api.protocol.values import RowError
from dfsync.apply.outcome.row_errors import Numbering, attributed
from dfsync.diff.changes import Action, Change, FieldChange
from dfsync.model.kind import Kind
from dfsync.model.place import Source
from dfsync.model.settings import ApiSettings
from dfsync.render.sheets import site_sheets
from dfsync.sandbox.faults import Fault
from dfsync.sandbox.settings import SandboxSettings
from tests.apply.conftest import NewShop
from tests.apply.shop import Shop, parsed, row, site

UNCHECKED = {"DF105": {"level": "warning", "reason": "the server is to find it"}}
SETTINGS = SandboxSettings(on_row_errors="reject_sheet")
ADA, BOB = ({"site": "site-000", "name": name, "email": f"{name}@example.com"} for name in ("ada", "bob"))


def wrong_zones(new_shop: NewShop, count: int, wrong: set[int]) -> Shop:
    shop = new_shop([row(n, Timezone="UTC") for n in range(count)], settings=SETTINGS)
    shop.configure(rules=UNCHECKED)
    shop.sites([site(n, timezone="Mars/Olympus" if n in wrong else "Europe/Paris") for n in range(count)])
    return shop


def test_the_rows_beside_a_wrong_one_arrive(new_shop: NewShop) -> None:
    """They are sent again once, without the row that the error names."""
    shop = wrong_zones(new_shop, 8, {3})
    done, receipt = shop.receipt()
    assert done.code == 3
    assert receipt["summary"] == {"applied": 7, "rejected": 1, "unverified": 0, "not_sent": 0}
    assert [len(parsed(request.sites or b"")) for request in shop.uploads()] == [8, 7]
    assert {id for id, r in shop.box.rows().items() if r["Timezone"] == "UTC"} == {"site-003"}


def test_a_batch_whose_errors_name_no_row_is_divided(new_shop: NewShop) -> None:
    """It is divided as after a 400, until the wrong row is alone."""
    shop = wrong_zones(new_shop, 8, {3})
    answered = {"success": True, "data": {"data": {}, "errors": {"sites": [{"error_msg": "one row is bad"}]}}}
    shop.box.faults.add(*(Fault("status", path="*/import", nth=n, status=200, body=answered) for n in (1, 2, 4)))
    done, receipt = shop.receipt()
    assert done.code == 3
    assert receipt["summary"] == {"applied": 7, "rejected": 1, "unverified": 0, "not_sent": 0}
    sizes = [len(parsed(request.sites or b"")) for request in shop.uploads()]
    assert sizes == [8, 4, 2, 2, 1, 1, 4]


def test_rows_that_live_shows_already_are_not_sent_again(new_shop: NewShop) -> None:
    """A server that takes the other rows is asked nothing twice."""
    shop = new_shop([row(n, Timezone="UTC") for n in range(8)])
    shop.configure(rules=UNCHECKED)
    shop.sites([site(n, timezone="Mars/Olympus" if n == 3 else "Europe/Paris") for n in range(8)])
    done, receipt = shop.receipt()
    assert done.code == 3
    assert receipt["summary"] == {"applied": 7, "rejected": 1, "unverified": 0, "not_sent": 0}
    assert len(shop.uploads()) == 1


def test_contacts_beside_a_wrong_one_are_sent_again_once(new_shop: NewShop) -> None:
    shop = new_shop([row(0)], settings=SETTINGS)
    shop.sites([site(0)], [ADA, BOB, {"site": "site-000", "name": "x", "email": "no address"}])
    shop.configure(rules={"DF309": {"level": "off", "reason": "the server is to find it"}})
    wrong = {"row": 4, "column": "Contact Email", "value": "no address", "error_msg": "Invalid Contact Email"}
    answer = {"success": True, "data": {"data": {}, "errors": {"site_contacts": [wrong]}}}
    shop.box.faults.add(Fault("status", path="*/import", status=200, body=answer))
    done, receipt = shop.receipt()
    assert done.code == 3
    assert receipt["summary"] == {"applied": 2, "rejected": 1, "unverified": 0, "not_sent": 0}
    assert len(shop.box.contacts()) == 2
    assert len(shop.uploads()) == 2


def change(number: int) -> Change:
    field = FieldChange("escalation_path", "Escalation Path", "a", "b")
    return Change(Kind.SITE, Action.UPDATE, f"site-{number}", "S", Source("a.yaml", 1), (field,))


@pytest.mark.parametrize(
    "error",
    [
        lambda n: RowError(None, "", "", "something is wrong"),
        lambda n: RowError(n, "", "", "something is wrong"),
        lambda n: RowError(n % 500 + 2, "Escalation Path", "b", "not good"),
        lambda n: RowError(n % 500 + 2, "Escalation Path", "b", f"Site ID site-{n % 500} is not good"),
    ],
)
def test_errors_are_attributed_in_time_that_grows_with_their_number(error: Callable[[int], RowError]) -> None:
    """500 rows and 5,000 errors, whatever they say."""
    sheet = next(iter(site_sheets([change(n) for n in range(500)], ApiSettings())))
    began = time.process_time()
    problems, _ = attributed([error(n) for n in range(5000)], sheet, Numbering())
    assert len(problems) == 5000
    assert time.process_time() - began < 4


def test_a_server_that_stops_at_the_first_wrong_row_of_each_sheet_is_sent_the_rest(new_shop: NewShop) -> None:
    """Without a request for each wrong row and all rows behind it, and however many of them there are."""
    shop = wrong_zones(new_shop, 600, set(range(0, 600, 2)))
    error = {"row": 0, "column": "", "value": "", "error_msg": "Row 0 is bad, and the sheet was not read on"}
    answer = {"success": True, "data": {"data": {}, "errors": {"sites": [error]}}}
    shop.box.faults.add(Fault("status", path="*/import", nth=None, status=200, body=answer))
    done, receipt = shop.receipt()
    assert done.code == 3
    assert receipt["summary"]["applied"] == 0
    assert receipt["summary"]["rejected"] >= 200
    assert len(shop.uploads()) < 2 * 600


def test_errors_that_are_the_same_cost_as_much_as_one(new_shop: NewShop) -> None:
    """Though each part of the sheet is answered with 5,000 of them."""
    shop = wrong_zones(new_shop, 60, set(range(60)))
    errors: Any = [{"row": 0, "column": "Timezone", "value": "Mars/Olympus", "error_msg": "bad"}] * 5000
    answer = {"success": True, "data": {"data": {}, "errors": {"sites": errors}}}
    shop.box.faults.add(Fault("status", path="*/import", nth=None, status=200, body=answer))
    began = time.process_time()
    assert shop.apply().code == 3
    assert time.process_time() - began < 30


def test_300_errors_that_name_nothing_end_in_seconds(new_shop: NewShop) -> None:
    shop = wrong_zones(new_shop, 300, set(range(300)))
    errors: Any = [{"error_msg": "a row is bad"}] * 300
    answer = {"success": True, "data": {"data": {}, "errors": {"sites": errors}}}
    shop.box.faults.add(Fault("status", path="*/import", nth=None, status=200, body=answer))
    began = time.process_time()
    done, receipt = shop.receipt()
    assert done.code == 3
    assert receipt["summary"]["applied"] == 0
    assert time.process_time() - began < 30
