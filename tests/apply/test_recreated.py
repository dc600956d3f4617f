"""A site that somebody deleted in live is created again, with its contacts, whatever happens on the way."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from dfsync.sandbox.faults import Fault
from tests.apply.conftest import NewShop
from tests.apply.shop import Shop, row, site

ADA = {"site": "site-000", "email": "ada@example.com", "name": "Ada"}
IMPORT = "*/sites/import"


@pytest.fixture
def shop(new_shop: NewShop) -> Shop:
    """A repository whose first site was taken away after an apply, so that its contact counts as sent."""
    shop = new_shop([row(0), row(1)])
    shop.sites([site(0), site(1)], [ADA])
    assert shop.apply().code == 0
    shop.box.remove("site-000")
    return shop


def contacts(shop: Shop, since: int) -> int:
    """Return how many uploads since then brought contacts that were taken."""
    return sum(bool(request.site_contacts) and request.status == 200 for request in shop.uploads()[since:])


@pytest.mark.parametrize("fault", [{"status": 400}, {"status": 403}, {"action": "drop"}, None])
def test_its_contacts_are_sent_again_until_they_are_taken(shop: Shop, fault: dict[str, Any] | None) -> None:
    """The second upload is theirs; where it fails the next apply sends them, though the site is there again."""
    since = len(shop.uploads())
    if fault is not None:
        shop.box.faults.add(Fault(**{"action": "status", **fault}, path=IMPORT, nth=2))
        assert shop.apply().code == 3
        assert contacts(shop, since) == 0
    assert shop.apply().code == 0
    assert contacts(shop, since) == 1
    assert shop.apply().code == 0
    assert contacts(shop, since) == 1


@pytest.mark.parametrize("upload", [1, 2])
@pytest.mark.parametrize("saved", [True, False])
def test_also_by_an_apply_that_follows_a_killed_one(shop: Shop, upload: int, saved: bool) -> None:
    """Killed behind the upload of the site, or of its contacts: neither is lost."""
    file = str(shop.root / "plan.json")
    assert shop.run("plan", "--out", file).code == 0
    since = len(shop.uploads())
    shop.struck(signal.SIGKILL, upload, file if saved else "--auto-approve")
    assert (shop.run("apply", file) if saved else shop.apply()).code == 0
    assert contacts(shop, since) == upload  # what was sent before the kill may have arrived, and is sent again
    assert shop.plan()["changes"] == []
