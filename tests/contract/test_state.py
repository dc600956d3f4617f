"""State: drift, on_drift, what is remembered, what happens when it is lost, and the git backend."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.contract.stub import Fault
from tests.contract.world import World

SITE = "id: site-123\nname: Downtown Store\ncurrency: USD\nescalation_path: Ops\n"


@pytest.fixture
def applied(world: World) -> World:
    """Return a repository that was applied."""
    world.site(SITE)
    assert world.apply().code == 0
    return world


def edit(world: World, **columns: object) -> None:
    """Edit the site, as somebody does in the web application."""
    world.api.put("site-123", world.api.sites["site-123"]["Site Name"], **columns)


def causes(world: World) -> dict[str, str]:
    """Return the causes of the only change's fields."""
    changes = world.ok("plan", "--format", "json").json["changes"]
    return {one["field"]: one["cause"] for change in changes for one in change["fields"]}


def test_drift_before_any_apply(world: World) -> None:
    """`drift`: 1 when nothing was ever applied from here."""
    world.site(SITE)
    assert world.dfsync("drift").code == 1


def test_no_drift(applied: World) -> None:
    """0 when live is as it was left; another spelling is none."""
    assert applied.dfsync("drift").code == 0
    edit(applied, Currency=" USD ")
    assert applied.dfsync("drift").code == 0


@pytest.mark.parametrize("format", ["text", "json"])
def test_drift(applied: World, format: str) -> None:
    """`drift`: what was edited elsewhere since the last apply; exit 2 when there is any."""
    edit(applied, Currency="EUR", Timezone="Europe/Paris")
    outcome = applied.dfsync("drift", "--format", format)
    assert outcome.code == 2
    assert "EUR" in outcome.out
    assert "Europe/Paris" not in outcome.out, "a field that no file writes is unmanaged"
    if format == "json":
        (change,) = outcome.json["changes"]
        assert change["id"] == "site-123"
        assert [one["cause"] for one in change["fields"]] == ["drift"]


def test_causes(applied: World) -> None:
    """`cause` is `change`, `drift`, or `both`."""
    edit(applied, Currency="EUR", Escalation_Path="Elsewhere")
    applied.site(SITE.replace("USD", "GBP").replace("Downtown", "Uptown"))
    assert causes(applied) == {"name": "change", "currency": "both", "escalation_path": "drift"}
    (change,) = applied.dfsync("drift", "--format", "json").json["changes"]
    assert {one["field"]: one["cause"] for one in change["fields"]} == {"currency": "both", "escalation_path": "drift"}


def test_without_state(applied: World) -> None:
    """Without state: `change`."""
    edit(applied, Currency="EUR")
    shutil.rmtree(applied.root / ".dfsync")
    assert causes(applied) == {"currency": "change"}
    assert applied.dfsync("drift").code == 1
    assert applied.apply().code == 0
    assert applied.api.sites["site-123"]["Currency"] == "USD"
    assert applied.dfsync("drift").code == 0


def test_drift_that_the_files_took_in(applied: World) -> None:
    """Live and files that say the same are no change, whatever was applied last."""
    edit(applied, Currency="EUR")
    applied.site(SITE.replace("USD", "EUR"))
    assert causes(applied) == {}
    assert applied.apply().code == 0
    assert applied.dfsync("drift").code == 0


def test_revert(applied: World) -> None:
    """`on_drift: revert` is the default."""
    edit(applied, Currency="EUR")
    assert causes(applied) == {"currency": "drift"}
    assert applied.apply().code == 0
    assert applied.api.sites["site-123"]["Currency"] == "USD"


def test_keep(applied: World) -> None:
    """on_drift: keep: drifted fields are shown, not sent; with `both` the file wins."""
    applied.config("on_drift: keep\n")
    edit(applied, Currency="EUR")
    applied.api.asked.clear()
    assert applied.dfsync("plan", "--detailed-exitcode").code == 0, "kept drift alone is no difference"
    assert "EUR" in applied.ok("plan").out
    assert applied.apply().code == 0
    assert applied.api.imports() == []
    assert applied.api.sites["site-123"]["Currency"] == "EUR"
    assert applied.dfsync("drift").code == 2, "what is kept is still drift"
    applied.site(SITE.replace("Ops", "New"))
    assert applied.apply().code == 0
    header, cells = applied.api.sheets()[-1]
    sent = dict(zip(header, cells, strict=True))
    assert sent == {"Site ID": "site-123", "Site Name": "Downtown Store", "Escalation Path": "New"}
    assert applied.api.sites["site-123"]["Currency"] == "EUR"
    edit(applied, Currency="GBP")
    applied.site(SITE.replace("USD", "JPY"))
    assert causes(applied)["currency"] == "both"
    assert applied.apply().code == 0
    assert applied.api.sites["site-123"]["Currency"] == "JPY"


def test_fail(applied: World) -> None:
    """on_drift: fail: apply refuses, 5."""
    applied.config("on_drift: fail\n")
    applied.api.asked.clear()
    assert applied.apply().code == 0
    edit(applied, Currency="EUR")
    assert applied.dfsync("plan").code == 0
    assert applied.apply().code == 5
    assert applied.api.imports() == []


def test_state_records_what_was_right(world: World) -> None:
    """State records every field found right; an apply with nothing to do sends nothing and records too."""
    world.api.put("site-123", "Downtown Store", Currency="USD", Escalation_Path="Ops")
    world.site(SITE)
    assert world.apply().code == 0
    assert world.api.imports() == []
    assert world.dfsync("drift").code == 0
    edit(world, Currency="EUR")
    assert causes(world) == {"currency": "drift"}


def test_a_rejected_field_is_not_remembered(world: World) -> None:
    """What was rejected is a change next time, not drift."""
    world.api.put("site-123", "Downtown Store", Currency="EUR", Escalation_Path="Ops")
    world.site(SITE)
    world.api.judge = lambda row: ("Currency", "no")
    assert world.apply().code == 3
    assert causes(world) == {"currency": "change"}
    assert world.dfsync("drift").code == 0


def test_an_apply_of_some_records_those(world: World) -> None:
    """--only records what it made right, and leaves the rest of state alone."""
    world.site("sites: [{id: first, name: First}, {id: second, name: Second}]\n")
    assert world.apply("--only", "first").code == 0
    assert world.apply("--only", "second").code == 0
    for name in ("first", "second"):
        world.api.put(name, "Edited")
    (first, second) = world.dfsync("drift", "--format", "json").json["changes"]
    assert (first["id"], second["id"]) == ("first", "second")


def test_a_broken_state(applied: World) -> None:
    """State that can't be read is an error, not a guess."""
    for path in (applied.root / ".dfsync").rglob("*.json"):
        path.write_text("{")
    assert applied.dfsync("plan").code == 1
    assert applied.apply().code == 1


def test_two_targets_have_two_states(applied: World) -> None:
    """State belongs to a target."""
    config = "version: 1\ntargets:\n  production: {customer_id: 123}\n  staging: {customer_id: 456}\n"
    applied.write({"dfsync.yaml": config})
    assert applied.dfsync("--target", "production", "drift").code == 0
    applied.api.customer = 456
    assert applied.dfsync("--target", "staging", "drift").code == 1


class TestGit:
    """Tests state in a git ref."""

    @pytest.fixture
    def git(self, world: World) -> World:
        """Return a repository under git whose state lies in a ref."""
        world.config("state: {backend: git}\n")
        world.site(SITE)
        world.commit()
        for name, value in (("user.name", "Contract"), ("user.email", "contract@example.com")):
            world.git("config", name, value)
        return world

    def test_the_ref(self, git: World) -> None:
        """The ref is refs/dfsync/state/<target>."""
        assert git.apply().code == 0
        assert git.git("rev-parse", "refs/dfsync/state/production")
        assert git.dfsync("drift").code == 0
        assert git.git("branch", "--list").split() == ["*", "main"]
        shutil.rmtree(git.root / ".dfsync", ignore_errors=True)
        edit(git, Currency="EUR")
        assert causes(git) == {"currency": "drift"}
        assert "1" in git.ok("log").out

    def test_pushed_to_the_remote(self, git: World) -> None:
        """… pushed to `remote` when set; a second clone sees it."""
        remote = git.root.parent / "remote.git"
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(remote)], check=True)
        git.git("remote", "add", "origin", str(remote))
        git.config("state: {backend: git, remote: origin}\n")
        git.commit()
        git.git("push", "-q", "origin", "main")
        assert git.apply().code == 0
        listed = subprocess.run(["git", "ls-remote", str(remote)], check=True, capture_output=True, text=True).stdout
        assert "refs/dfsync/state/production" in listed
        clone = git.root.parent / "clone"
        subprocess.run(["git", "clone", "-q", str(remote), str(clone)], check=True, capture_output=True)
        assert git.dfsync("-C", str(clone), "drift").code == 0

    def test_a_remote_that_is_away(self, git: World) -> None:
        """Nothing is sent unless the lock is held."""
        git.git("remote", "add", "origin", str(git.root.parent / "nowhere.git"))
        git.config("state: {backend: git, remote: origin}\n")
        assert git.apply().code == 1
        assert git.api.imports() == []

    def test_the_lock_is_taken_before_anything_is_sent(self, git: World) -> None:
        """The lock is taken by compare-and-swap on the ref before anything is sent."""
        refs: list[str] = []
        git.api.before_import = lambda: refs.append(git.git("for-each-ref", "refs/dfsync"))
        assert git.apply().code == 0
        assert "refs/dfsync/" in refs[0]


def test_a_failing_apply_says_nothing_was_sent(world: World) -> None:
    """An API that refuses is 1, and the state stays as it was."""
    world.site(SITE)
    world.api.faults = [Fault("/sites/export", 403, times=9)]
    assert world.apply().code == 1
    world.api.faults = []
    assert world.dfsync("drift").code == 1
