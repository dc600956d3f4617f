"""The plan of a checkout that is older than what was applied says so, since it would undo later changes."""

from __future__ import annotations

import json

import jsonschema
import pytest

from dfsync.runtime.resources import schema
from tests.apply.conftest import NewShop
from tests.apply.shop import Shop, row, site
from tests.support.git import Repository, repository
from tests.support.terminal import at_terminal

NOTE = "which was applied last: if it is only older, this undoes later changes."


def git(shop: Shop, *arguments: str) -> str:
    return Repository(shop.root).git(*arguments).strip()


def commit(shop: Shop, timezone: str) -> str:
    shop.sites([site(0, timezone=timezone)])
    return Repository(shop.root).commit()


@pytest.fixture
def shop(new_shop: NewShop) -> Shop:
    """A repository of two commits, the second of which is applied."""
    shop = new_shop([row(0, Timezone="UTC")])
    repository(shop.root)
    commit(shop, "Asia/Tokyo")
    commit(shop, "Europe/Paris")
    assert shop.apply().code == 0
    return shop


def test_an_older_checkout_is_told_apart(shop: Shop) -> None:
    applied = git(shop, "rev-parse", "HEAD")
    git(shop, "checkout", "-q", "HEAD~1")
    file = shop.root / "plan.json"
    done = shop.run("plan", "--out", str(file))
    assert f"Note: This checkout lacks commit {applied[:12]}, {NOTE}" in " ".join(done.out.split())
    document = json.loads(file.read_text())
    jsonschema.validate(document, schema("plan"))
    assert document["source"]["lacks"] == applied
    assert NOTE in shop.run("plan", "--format", "markdown").out
    assert shop.run("apply", str(file)).code == 0
    assert shop.box.rows()["site-000"]["Timezone"] == "Asia/Tokyo"


def test_who_is_asked_is_told_too(shop: Shop) -> None:
    git(shop, "checkout", "-q", "HEAD~1")
    session = at_terminal(shop.root, "apply", answers=["n\n"], environment=shop.environment)
    assert session.code == 1
    assert "This checkout may be older than what was applied last. [y/N]" in session.shown


def test_a_newer_checkout_and_one_that_changes_nothing_are_not(shop: Shop) -> None:
    first = git(shop, "rev-parse", "HEAD~1")
    assert NOTE not in shop.run("plan").out
    commit(shop, "America/Lima")
    assert NOTE not in shop.run("plan").out
    git(shop, "checkout", "-q", first)
    shop.sites([site(0, timezone="Europe/Paris")])
    assert NOTE not in shop.run("plan").out
