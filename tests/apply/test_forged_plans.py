"""Plans that somebody rewrote, digest included: apply sends only what the files ask for and a review shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from dfsync.plan.plan_file import digest_of
from tests.apply.conftest import NewShop
from tests.apply.shop import Shop, row, site

Forge = Callable[[dict[str, Any]], object]


def forged(shop: Shop, forge: Forge) -> str:
    """Save a plan, let it be rewritten, and seal it again."""
    file = shop.root / "plan.json"
    assert shop.run("plan", "--out", str(file)).code == 0
    document = json.loads(file.read_text())
    forge(document)
    document["digest"] = digest_of(document)
    file.write_text(json.dumps(document))
    return str(file)


def first(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["changes"][0]
    return found


SITE_FORGERIES: list[Forge] = [
    lambda plan: first(plan)["required"].update({"Site ID": "site-evil", "Currency": "EUR"}),
    lambda plan: first(plan)["required"].update({"Currency": "EUR", "Site Groups": "Evil"}),
    lambda plan: first(plan)["required"].update({"Site Name": "Another"}),
    lambda plan: first(plan)["required"].clear(),
    lambda plan: first(plan)["fields"][0].update({"column": "Escalation Path"}),
    lambda plan: first(plan)["fields"][0].update({"after": "Asia/Tokyo"}),
    lambda plan: first(plan)["fields"][0].update({"field": "no.such"}),
    lambda plan: first(plan).update({"id": "site-001"}),
]


@pytest.mark.parametrize("forge", SITE_FORGERIES, ids=range(len(SITE_FORGERIES)))
def test_no_cell_of_a_site_is_sent_that_the_files_do_not_ask_for(new_shop: NewShop, forge: Forge) -> None:
    shop = new_shop([row(n, Timezone="UTC", Currency="USD") for n in range(2)])
    shop.sites([site(0, timezone="Europe/Paris"), site(1)])
    before = shop.box.rows()
    done = shop.run("apply", forged(shop, forge))
    assert (done.code, shop.uploads(), shop.box.rows()) == (4, [], before)


CONTACT_FORGERIES: list[Forge] = [
    lambda plan: first(plan)["required"].update({"Contact Role": "admin"}),
    lambda plan: first(plan)["required"].update({"Contact Email": "evil@example.com"}),
    lambda plan: first(plan)["fields"][0].update({"column": "Contact Phone"}),
    lambda plan: first(plan)["fields"][0].update({"after": "Eve"}),
]


@pytest.mark.parametrize("forge", CONTACT_FORGERIES, ids=range(len(CONTACT_FORGERIES)))
def test_nor_of_a_contact(new_shop: NewShop, forge: Forge) -> None:
    shop = new_shop([row(0)])
    ada = {"site": "site-000", "email": "ada@example.com", "name": "Ada"}
    shop.sites([site(0)], [ada])
    assert shop.apply().code == 0
    shop.sites([site(0)], [ada | {"name": "Ada Lovelace"}])
    before, uploads = shop.box.contacts(), len(shop.uploads())
    done = shop.run("apply", forged(shop, forge))
    assert (done.code, len(shop.uploads()), shop.box.contacts()) == (4, uploads, before)


@pytest.mark.parametrize(
    ("limits", "forge", "code"),
    [
        ({"max_creates": "60%"}, lambda plan: plan["pending"].update(live=10**9), 4),
        ({"max_creates": "60%"}, lambda plan: plan["pending"].update(creates=0), 4),
        ({}, lambda plan: plan["pending"].update(lookalikes=[]), 5),
    ],
)
def test_its_figures_open_no_guard(new_shop: NewShop, limits: dict[str, str], forge: Forge, code: int) -> None:
    """A slip for a live site, and more creates than the limit lets through."""
    shop = new_shop([row(0), row(1)])
    shop.configure(limits=limits)
    shop.sites([site(0), site(1), site(1) | {"id": "SITE_001"}, site(7), site(8)])
    done = shop.run("apply", forged(shop, forge))
    assert (done.code, shop.uploads()) == (code, [])


def test_a_plan_as_it_was_saved_is_applied(new_shop: NewShop) -> None:
    """It may hold creates, updates, contacts, kept drift and unmanaged sites."""
    shop = new_shop([row(0, Timezone="UTC"), row(1), row(9)])
    shop.sites([site(0, timezone="Europe/Paris"), site(1), site(2)], [{"site": "site-000", "email": "a@b.example"}])
    assert shop.run("apply", forged(shop, lambda _: None)).code == 0


def test_what_is_kept_as_it_is_goes_along_as_live_has_it(new_shop: NewShop) -> None:
    """The name is required in every row: with the file's one, an edit that is kept would be overwritten unseen."""
    shop = new_shop([row(0, Currency="USD")])
    shop.configure(on_drift="keep")
    shop.sites([site(0, currency="USD")])
    assert shop.apply().code == 0
    shop.box.edit("site-000", "Site Name", "Edited Elsewhere")
    shop.sites([site(0, currency="EUR")])
    assert shop.apply().code == 0
    there = shop.box.rows()["site-000"]
    assert (there["Site Name"], there["Currency"]) == ("Edited Elsewhere", "EUR")
