"""Sending: what is divided, what is repeated, what ends it; counted in the sandbox's own log."""

from __future__ import annotations

import pytest

from dfsync.apply import send
from dfsync.sandbox.faults import Fault
from dfsync.sandbox.settings import SandboxSettings
from tests.apply.conftest import NewShop
from tests.apply.shop import parsed, row, site

UNCHECKED = {"DF105": {"level": "warning", "reason": "the server is to find it"}}


def test_an_upload_that_is_too_large_is_halved_until_it_fits(new_shop: NewShop) -> None:
    shop = new_shop(settings=SandboxSettings(max_upload_rows=3))
    shop.sites([site(n) for n in range(16)])
    assert shop.apply().code == 0
    sizes = [(request.status, len(parsed(request.sites or b""))) for request in shop.uploads()]
    eight = [(413, 8), *[(413, 4), (200, 2), (200, 2)] * 2]
    assert sizes == [(413, 16), *eight, *eight]


def test_a_row_that_is_refused_alone_is_never_repeated(new_shop: NewShop) -> None:
    """Dividing finds it in about twice the logarithm of the batch, and then leaves it."""
    shop = new_shop(settings=SandboxSettings(bad_rows="refuse_422"))
    shop.configure(rules=UNCHECKED)
    shop.sites([site(n, timezone="Mars/Olympus" if n == 37 else "UTC") for n in range(64)])
    assert shop.apply().code == 3
    alone = [request for request in shop.uploads() if b"site-037" in (request.sites or b"") and request.status == 422]
    assert len(alone) == 7
    assert len(shop.uploads()) == 13
    assert len(shop.box.rows()) == 63


def test_an_api_that_refuses_everything_is_not_asked_row_by_row_for_ever(
    new_shop: NewShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "MOST_ALIKE", 5)
    shop = new_shop()
    shop.sites([site(n) for n in range(64)])
    shop.box.faults.add(Fault("status", status=400, path="*/import", nth=None, body="no"))
    done, receipt = shop.receipt()
    assert done.code == 3
    assert len(shop.uploads()) < 20
    assert receipt["summary"] == {"applied": 0, "rejected": 5, "unverified": 0, "not_sent": 59}


def test_a_refused_token_ends_the_sending_and_the_rest_is_not_sent(new_shop: NewShop) -> None:
    shop = new_shop([row(n) for n in range(4)])
    shop.configure(api={"batch_rows": 2})
    shop.sites([site(n, currency="USD") for n in range(4)])
    shop.box.faults.add(Fault("status", status=403, path="*/import", nth=2))
    done, receipt = shop.receipt()
    assert done.code == 3
    assert "403" in done.err
    assert receipt["summary"] == {"applied": 2, "rejected": 0, "unverified": 0, "not_sent": 2}
    assert receipt["error"]


def test_of_an_upload_that_landed_in_part_only_the_rest_is_sent_again(new_shop: NewShop) -> None:
    """The connection died; live shows one of two rows: the other one travels again, alone."""
    shop = new_shop([row(0), row(1)])
    shop.sites([site(0, currency="USD"), site(1, currency="USD")])
    half = Fault("call", path="*/import", call=lambda: shop.box.edit("site-000", "Currency", "USD"))
    shop.box.faults.add(half, Fault("drop", path="*/import"))
    assert shop.apply().code == 0
    assert [[r["Site ID"] for r in parsed(request.sites or b"")] for request in shop.uploads()] == [
        ["site-000", "site-001"],
        ["site-001"],
    ]


def test_an_edit_of_another_cell_is_not_taken_for_an_upload_that_landed(new_shop: NewShop) -> None:
    shop = new_shop([row(0)])
    shop.sites([site(0, currency="USD")])
    shop.box.faults.add(
        Fault("call", path="*/import", call=lambda: shop.box.edit("site-000", "Timezone", "UTC")),
        Fault("drop", path="*/import"),
    )
    assert shop.apply().code == 0
    assert len(shop.uploads()) == 2


TAKEN_AWAY = [
    Fault("drop", path="*/import"),
    Fault("status", status=503, path="*/import"),
    Fault("status", status=429, path="*/import", headers={"Retry-After": "0"}),
    Fault(
        "status", status=200, body={"success": True, "data": {"data": {}, "errors": {"sites": [{}]}}}, path="*/import"
    ),
]


@pytest.mark.parametrize("fault", TAKEN_AWAY, ids=["drop", "503", "429", "row errors"])
def test_an_update_never_becomes_a_create(new_shop: NewShop, fault: Fault) -> None:
    """The site is taken away while its update has to be sent again: the server would make a stub of it."""
    shop = new_shop([row(0), row(1)])
    shop.configure(limits={"max_creates": 0}, on_drift="keep")
    shop.sites([site(0, currency="USD"), site(1, currency="USD")])
    shop.box.faults.add(Fault("call", path="*/import", call=lambda: shop.box.remove("site-000")), fault)
    done, receipt = shop.receipt()
    assert done.code == 3
    assert shop.box.rows().keys() == {"site-001"}
    assert shop.box.rows()["site-001"]["Currency"] == "USD"
    assert [(r["id"], r["outcome"]) for r in receipt["rows"]] == [("site-000", "unverified"), ("site-001", "applied")]
    assert "not live any more" in receipt["rows"][0]["message"]


def test_a_site_that_goes_during_a_long_apply_is_not_made_anew(
    new_shop: NewShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Live is looked at again when the last look is long ago."""
    monkeypatch.setattr(send, "LOOK_AGAIN_S", 0.0)
    shop = new_shop([row(0), row(1)])
    shop.configure(api={"batch_rows": 1})
    shop.sites([site(0, currency="USD"), site(1, currency="USD")])
    shop.box.faults.add(Fault("call", path="*/import", after=True, call=lambda: shop.box.remove("site-001")))
    done, receipt = shop.receipt()
    assert done.code == 3
    assert shop.box.rows().keys() == {"site-000"}
    assert receipt["summary"] == {"applied": 1, "rejected": 0, "unverified": 1, "not_sent": 0}
