"""Each fault of the sandbox's script at each request of an apply of 20 uploads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from dfsync.sandbox.faults import Fault
from tests.apply.conftest import NewShop
from tests.apply.shop import Shop, parsed, row, site

SITES, BATCH = 36, 2
IMPORT, EXPORT = "*/sites/import", "*/sites/export"
UPLOADS = SITES // BATCH + 2
CONTACTS = [{"site": f"site-{n:03}", "name": f"Ada {n}", "email": f"ada{n}@example.com"} for n in range(2 * BATCH)]

WITHOUT_EFFECT = {
    "400": Fault("status", status=400, body={"success": False, "error": {"message": "bad rows"}}),
    "413": Fault("status", status=413, body="too large"),
    "422": Fault("status", status=422),
    "says no": Fault("status", status=200, body={"success": False, "error": {"message": "no"}}),
    "401": Fault("status", status=401),
    "429": Fault("status", status=429, headers={"retry-after": "1"}),
}
LOSING = {
    "500": Fault("status", status=500),
    "503 after": Fault("status", status=503, after=True),
    "drop": Fault("drop"),
    "drop after": Fault("drop", after=True),
    "cut": Fault("cut"),
    "html": Fault("html"),
}
ENDING = {"403": Fault("status", status=403), "404": Fault("status", status=404)}
ALL = {**WITHOUT_EFFECT, **LOSING, **ENDING}


def shop_of_twenty(new_shop: NewShop) -> Shop:
    shop = new_shop([row(n, Timezone="UTC") for n in range(SITES // 2)])
    shop.configure(api={"batch_rows": BATCH})
    shop.sites([site(n, timezone="Europe/Paris") for n in range(SITES)], CONTACTS)
    return shop


def start_again(shop: Shop) -> None:
    """Put live back to what it was, and forget what was applied."""
    for n in range(SITES):
        if n < SITES // 2:
            shop.box.put(row(n, Timezone="UTC"))
        else:
            shop.box.remove(f"site-{n:03}")
    for kept in (shop.root / ".dfsync").rglob("*.json*"):
        kept.unlink()
    shop.box.forget_requests()
    shop.box.faults.clear()


def agrees(shop: Shop, code: int, receipt: Mapping[str, Any]) -> None:
    """Assert that each row's outcome is what the server's own log and data say."""
    rows = shop.box.rows()
    arrived = [
        r["Site ID"] for request in shop.uploads() if request.status == 200 for r in parsed(request.sites or b"")
    ]
    for entry in receipt["rows"]:
        if entry["kind"] == "contact":
            continue
        right = entry["id"] in rows and rows[entry["id"]]["Timezone"] == "Europe/Paris"
        assert (entry["outcome"] == "applied") == right, entry
        assert entry["outcome"] != "not_sent" or entry["id"] not in arrived, entry
    outcomes = {entry["outcome"] for entry in receipt["rows"]}
    assert (code == 0) == (outcomes == {"applied"})
    assert receipt["summary"] == {
        name: sum(entry["outcome"] == name for entry in receipt["rows"]) for name in receipt["summary"]
    }


def expected_code(name: str, upload: int) -> int:
    """Return the exit code for a fault at an upload; the last two are of contacts, which are repeated after a 5xx."""
    if name in ENDING:
        return 1 if upload == 1 else 3
    return 3 if name in LOSING.keys() - {"500", "503 after"} and upload > UPLOADS - 2 else 0


@pytest.mark.parametrize("name", ALL)
def test_a_fault_at_any_upload_ends_converged_or_with_the_right_code_and_receipt(new_shop: NewShop, name: str) -> None:
    """Whatever goes wrong with whichever upload, the receipt tells what the server's log does; a rerun mends it."""
    shop = shop_of_twenty(new_shop)
    for upload in range(1, UPLOADS + 1):
        start_again(shop)
        fault = ALL[name]
        changed = {field: getattr(fault, field) for field in ("action", "status", "after", "headers", "body")}
        shop.box.faults.add(Fault(**changed, path=IMPORT, nth=upload))
        done, receipt = shop.receipt()
        assert done.code == expected_code(name, upload), f"{name} at {upload}: {done.err}"
        agrees(shop, done.code, receipt)
        if done.code:
            shop.box.faults.clear()
            assert shop.apply().code == 0, f"{name} at {upload}, again"
        assert not shop.plan()["changes"], f"{name} at {upload}"


def test_a_site_is_not_sent_twice_when_only_the_answer_was_lost(new_shop: NewShop) -> None:
    """After a connection that died behind the upload, live is looked at, and what it shows is not sent again."""
    for name, twice in (("drop after", False), ("cut", False), ("503 after", False), ("drop", True), ("500", True)):
        shop = new_shop([row(0, Timezone="UTC")], folder=name.replace(" ", "-"))
        shop.sites([site(0, timezone="Europe/Paris"), site(1)])
        fault = LOSING[name]
        shop.box.faults.add(Fault(fault.action, path=IMPORT, after=fault.after, status=fault.status))
        assert shop.apply().code == 0
        assert len(shop.uploads()) == (3 if twice else 2), name


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("fault", [Fault("status", status=403, path=EXPORT), Fault("html", path=EXPORT)])
def test_an_export_that_fails_before_sending_sends_nothing_and_after_sending_says_so(
    new_shop: NewShop, fault: Fault, nth: int
) -> None:
    """Exports are for the plan, for freshness, for verification: without the first two nothing is sent."""
    shop = new_shop([row(0, Timezone="UTC")])
    shop.sites([site(0, timezone="Europe/Paris")])
    for later in range(nth, nth + 12):  # an answer that can't be believed is asked for again, within the budget
        shop.box.faults.add(Fault(fault.action, path=EXPORT, status=fault.status, nth=later))
    done = shop.apply()
    assert done.code == (1 if nth < 3 else 3)
    assert bool(shop.uploads()) == (nth == 3)
    shop.box.faults.clear()
    assert shop.apply().code == 0
    assert not shop.plan()["changes"]


def test_an_answer_that_comes_too_late_counts_as_lost(new_shop: NewShop) -> None:
    """A timeout behind the upload is looked into like any lost answer."""
    shop = new_shop([row(0, Timezone="UTC")])
    shop.configure(api={"timeout_s": 0.2})
    shop.sites([site(0, timezone="Europe/Paris")])
    shop.box.faults.add(Fault("delay", path=IMPORT, after=True, seconds=0.6))
    done, receipt = shop.receipt()
    assert done.code == 0
    assert len(shop.uploads()) == 1
    assert receipt["summary"]["applied"] == 1


def meddling(shop: Shop, column: str, value: str) -> Callable[[], None]:
    return lambda: shop.box.edit("site-000", column, value)


def test_an_edit_made_elsewhere_meanwhile_is_not_overwritten(new_shop: NewShop) -> None:
    """Somebody edits another column of a site while its upload is on its way: the edit stays."""
    shop = new_shop([row(0, Timezone="UTC", Currency="USD")])
    shop.sites([site(0, timezone="Europe/Paris")])
    shop.box.faults.add(Fault("call", path=IMPORT, call=meddling(shop, "Currency", "EUR")))
    assert shop.apply().code == 0
    assert shop.box.rows()["site-000"]["Currency"] == "EUR"


def test_an_edit_of_the_same_cell_behind_the_upload_is_told_as_somebody_elses(new_shop: NewShop) -> None:
    """A field that live shows neither as before nor as sent was changed elsewhere: 3, and the receipt says so."""
    shop = new_shop([row(0, Timezone="UTC")])
    shop.sites([site(0, timezone="Europe/Paris")])
    shop.box.faults.add(Fault("call", path=IMPORT, after=True, call=meddling(shop, "Timezone", "Asia/Tokyo")))
    done, receipt = shop.receipt()
    assert done.code == 3
    assert receipt["rows"][0]["outcome"] == "unverified"
    assert "somebody edited it" in receipt["rows"][0]["message"]
    assert "Asia/Tokyo" in receipt["rows"][0]["message"]
    assert receipt["rows"][0]["field"] == "timezone"
