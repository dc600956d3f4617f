"""A branch can bring a state or a journal. A clone that checks it out keeps its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.apply.conftest import NewShop
from tests.apply.shop import Shop, row, site

STATE, JOURNAL = ".dfsync/state/production.json", ".dfsync/journal/production.jsonl"
ADA = {"site": "site-000", "email": "ada@example.com", "name": "Ada"}


def git(root: Path, *arguments: str) -> str:
    author = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    whole = ["git", "-C", str(root), *author, *arguments]
    return subprocess.run(whole, check=True, capture_output=True, text=True).stdout


def keeping(new_shop: NewShop) -> Shop:
    """Return a shop with a live edit that `on_drift: keep` keeps, and a contact that was sent."""
    shop = new_shop([row(0), row(1)])
    shop.configure(on_drift="keep")
    shop.sites([site(0, currency="EUR"), site(1)], [ADA])
    git(shop.root, "init", "-q", "-b", "main")
    git(shop.root, "add", "--", "dfsync.yaml", "sites", "contacts")
    git(shop.root, "commit", "-qm", "Sites")
    assert shop.apply().code == 0
    shop.box.edit("site-000", "Currency", "USD")
    return shop


def hostile_branch(shop: Shop, *files: str) -> None:
    """Commit files below .dfsync to a branch `pr` as somebody else's clone would; this clone stays as it is."""
    clone = shop.root.parent / "theirs"
    subprocess.run(["git", "clone", "-q", str(shop.root), str(clone)], check=True)
    for file in files:
        (clone / file).parent.mkdir(parents=True, exist_ok=True)
        (clone / file).write_text("{}" if file.endswith("json") else "")
    git(clone, "switch", "-qc", "pr")
    git(clone, "add", "--force", *files)
    git(clone, "commit", "-qm", "Welcome")
    git(shop.root, "fetch", "-q", str(clone), "pr:pr")


def assert_kept(shop: Shop, note: str = "put back its own") -> None:
    """The live edit is still kept, the contact is not sent again."""
    since = len(shop.uploads())
    done = shop.apply()
    assert done.code == 0, done.err
    assert note in done.err
    assert shop.box.rows()["site-000"]["Currency"] == "USD"
    assert len(shop.uploads()) == since


def test_looking_at_a_branch_that_brings_a_state_takes_nothing_away(new_shop: NewShop) -> None:
    shop = keeping(new_shop)
    hostile_branch(shop, STATE)
    git(shop.root, "switch", "-q", "pr")
    assert (shop.root / STATE).read_text() == "{}"
    git(shop.root, "switch", "-q", "main")
    assert not (shop.root / STATE).exists()
    assert_kept(shop)


def no_reflog(shop: Shop) -> None:
    git(shop.root, "config", "core.logAllRefUpdates", "false")
    shutil.rmtree(shop.root / ".git/logs")


def a_clock_that_was_ahead(shop: Shop) -> None:
    os.utime(shop.root / ".git" / "dfsync" / STATE.removeprefix(".dfsync/"), (4e9, 4e9))


@pytest.mark.parametrize("before", [no_reflog, a_clock_that_was_ahead])
def test_neither_a_reflog_nor_a_clock_is_needed_for_it(new_shop: NewShop, before: Callable[[Shop], None]) -> None:
    shop = keeping(new_shop)
    hostile_branch(shop, STATE)
    before(shop)
    git(shop.root, "checkout", "-q", "--detach", "pr")
    git(shop.root, "branch", "-q", "-D", "pr")
    git(shop.root, "switch", "-q", "main")
    assert not (shop.root / STATE).exists()
    assert_kept(shop)


def test_a_state_that_is_left_behind_in_another_spelling_is_not_believed(new_shop: NewShop) -> None:
    """What `.gitattributes` made of its line ends is not what git has."""
    shop = keeping(new_shop)
    own = (shop.root / STATE).read_text()
    shutil.rmtree(shop.root / ".git/dfsync")
    (shop.root / STATE).unlink()
    hostile_branch(shop, STATE, ".gitattributes")
    theirs = shop.root.parent / "theirs"
    (theirs / STATE).write_text(own)
    (theirs / ".gitattributes").write_text(".dfsync/** text eol=crlf\n")
    git(theirs, "commit", "-qa", "--amend", "-m", "Welcome")
    git(shop.root, "fetch", "-qf", str(theirs), "pr:pr")
    git(shop.root, "switch", "-q", "pr")
    git(shop.root, "reset", "-q", "main")
    (shop.root / ".gitattributes").unlink()
    assert b"\r\n" in (shop.root / STATE).read_bytes()
    planned = shop.run("plan")
    assert "removed it; what was there is now" in planned.err
    assert "Nothing was ever applied from here" in planned.out + planned.err
    assert not (shop.root / STATE).exists()


def test_a_folder_elsewhere_is_not_believed_through_a_link(new_shop: NewShop) -> None:
    shop = keeping(new_shop)
    (shop.root / ".dfsync").rename(shop.root / "elsewhere")
    (shop.root / ".dfsync").symlink_to("elsewhere")
    refused = shop.run("plan")
    assert refused.code == 1
    assert "is a link" in refused.err


def test_a_copy_that_is_broken_is_no_way_back(new_shop: NewShop) -> None:
    shop = keeping(new_shop)
    for file in (shop.root / STATE, shop.root / ".git/dfsync/state/production.json"):
        file.write_bytes(file.read_bytes()[:-9])
    assert shop.run("plan").code == 1
    (shop.root / STATE).unlink()
    planned = shop.run("plan")
    assert planned.code == 0
    assert "mkdir -p" not in planned.err


@pytest.mark.parametrize("file", [".DFSYNC/state/production.json", ".dfsync"])
def test_a_branch_that_replaces_the_folder_takes_nothing_away(new_shop: NewShop, file: str) -> None:
    """The branch may have a file in its place, or a name that differs only in case."""
    shop = keeping(new_shop)
    hostile_branch(shop, file)
    git(shop.root, "switch", "-q", "pr")
    git(shop.root, "switch", "-q", "main")
    (shop.root / STATE).unlink(missing_ok=True)
    assert_kept(shop)


@pytest.mark.parametrize("command", [["validate"], ["plan"], ["drift"], ["apply", "--auto-approve"]])
def test_after_the_printed_advice_nothing_hostile_is_left_and_the_own_state_is_back(
    new_shop: NewShop, command: list[str]
) -> None:
    """Here the branch was only laid over the work tree, of which no reflog tells."""
    shop = keeping(new_shop)
    hostile_branch(shop, STATE)
    git(shop.root, "checkout", "-q", "pr", "--", ".")
    refused = shop.run(*command)
    assert refused.code == 1
    advice = next(line for line in (refused.out + refused.err).splitlines() if "git rm" in line)
    subprocess.run(["sh", "-c", advice[advice.index("git rm") :]], cwd=shop.root, check=True, capture_output=True)
    assert_kept(shop)


def test_a_state_that_a_branch_leaves_behind_is_not_believed(new_shop: NewShop) -> None:
    """`git reset` takes the commits away, and leaves their files as ignored ones."""
    shop = keeping(new_shop)
    hostile_branch(shop, STATE)
    git(shop.root, "switch", "-q", "pr")
    git(shop.root, "reset", "-q", "main")
    assert (shop.root / STATE).read_text() == "{}"
    assert_kept(shop)


def test_a_journal_that_a_branch_leaves_behind_is_removed(new_shop: NewShop) -> None:
    shop = keeping(new_shop)
    hostile_branch(shop, JOURNAL)
    git(shop.root, "switch", "-q", "pr")
    git(shop.root, "reset", "-q", "main")
    assert (shop.root / JOURNAL).exists()
    assert_kept(shop, "removed it")
    assert not (shop.root / JOURNAL).exists()


@pytest.mark.parametrize("backend", ["file", "git"])
def test_the_journal_of_a_killed_apply_comes_back_as_well(new_shop: NewShop, backend: str) -> None:
    shop = keeping(new_shop)
    shop.configure(state={"backend": backend}, api={"batch_rows": 1})
    shop.sites([site(0), site(1)], [ADA, {**ADA, "email": "b@example.com"}, {**ADA, "email": "c@example.com"}])
    git(shop.root, "commit", "-qam", "Contacts")
    hostile_branch(shop, STATE, JOURNAL)
    shop.struck(signal.SIGKILL, 2, after=False)
    git(shop.root, "switch", "-q", "pr")
    git(shop.root, "switch", "-q", "main")
    since = len(shop.uploads())
    done = shop.apply()
    assert done.code == 0, done.err
    assert "was killed" in done.err
    assert len(shop.uploads()) == since + 1, "the contact that was taken is not sent again"
    assert not list((shop.root / ".git/dfsync/journal").iterdir())


def test_whoever_removes_the_state_himself_starts_anew_and_is_told_the_way_back(new_shop: NewShop) -> None:
    shop = keeping(new_shop)
    before = (shop.root / STATE).read_text()
    git(shop.root, "clean", "-xdfq")
    planned = shop.run("plan")
    assert "Nothing was ever applied from here" in planned.out + planned.err
    note = next(line for line in planned.err.splitlines() if "mkdir -p" in line)
    subprocess.run(["sh", "-c", note[note.index("mkdir -p") :]], cwd=shop.root, check=True)
    assert (shop.root / STATE).read_text() == before
    shutil.rmtree(shop.root / ".dfsync")
    assert shop.apply().code == 0
    assert shop.box.rows()["site-000"]["Currency"] == "EUR"
    assert "Note" not in shop.run("plan").err


def test_a_state_that_the_user_restores_counts(new_shop: NewShop) -> None:
    shop = keeping(new_shop)
    before = (shop.root / STATE).read_bytes()
    shop.sites([site(0, currency="EUR"), site(1, currency="CHF")], [ADA])
    assert shop.apply().code == 0
    (shop.root / STATE).write_bytes(before)
    assert len(history(shop)) == 1


def test_each_root_and_each_linked_work_tree_has_copies_of_its_own(new_shop: NewShop) -> None:
    """A root below the top of the work tree, in a linked work tree, whose `.git` is a file."""
    shop = keeping(new_shop)
    linked = shop.root.parent / "linked"
    git(shop.root, "worktree", "add", "-q", "-b", "other", str(linked))
    other = Shop(linked / "shops", shop.box)
    other.sites([site(1)])
    git(linked, "add", "shops")
    git(linked, "commit", "-qm", "A root below")
    assert other.apply().code == 0
    git(linked, "switch", "-qc", "pr")
    (other.root / STATE).write_text("{}")
    git(linked, "add", "--force", f"shops/{STATE}")
    git(linked, "commit", "-qm", "Welcome")
    git(linked, "switch", "-q", "other")
    assert not (other.root / STATE).exists()
    assert len(history(other)) == 1
    assert len(history(shop)) == 1
    assert (shop.root / ".git/dfsync/state/production.json").exists()
    assert (shop.root / ".git/worktrees/linked/dfsync/shops/state/production.json").exists()


def history(shop: Shop) -> list[Any]:
    """Return what `log` shows."""
    done = shop.run("log", "--format", "json")
    assert done.code == 0, done.out
    found: list[Any] = json.loads(done.out)["applies"]
    return found
