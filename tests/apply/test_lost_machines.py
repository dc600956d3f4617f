"""If the machine, the lock, the disk space or the network is lost, no work is lost and every sent row is known."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Queue

import pytest

from dfsync.plan.plan_file import digest_of
from dfsync.sandbox.faults import Fault
from dfsync.sandbox.settings import SandboxSettings
from dfsync.state.lock import ref, takeover
from tests.apply.conftest import NewShop
from tests.apply.shop import Shop, parsed, row, site
from tests.support.git import git
from tests.support.waiting import PATIENCE_S

IMPORT = "*/sites/import"
ADA = {"site": "site-000", "email": "ada@example.com", "name": "Ada"}
REF = "refs/dfsync/state/production"


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Shop | None, str], Shop]:
    """Make clones of a repository whose state is shared through a bare remote."""
    monkeypatch.setattr(ref, "PAUSES_S", (0.0, 0.0))
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", str(remote)], check=True)

    def make(shop: Shop, name: str) -> Shop:
        other = Shop(tmp_path / name, shop.box)
        git(other.root, "init", "-q")
        git(other.root, "remote", "add", "origin", str(remote))
        other.configure(state={"backend": "git", "remote": "origin"}, api={"batch_rows": 1})
        for file in ("sites/all.yaml", "contacts/all.yaml"):
            if (shop.root / file).exists():
                (other.root / file).parent.mkdir(exist_ok=True)
                shutil.copy(shop.root / file, other.root / file)
        return other

    return make


def killed_at(shop: Shop, upload: int, *arguments: str) -> None:
    """Run apply, kill it while the server works on an upload that takes effect, and lose the disk."""
    shop.struck(signal.SIGKILL, upload, *arguments)
    shutil.rmtree(shop.root)


def test_contacts_of_a_site_that_is_created_again_survive_the_loss_of_the_machine(
    new_shop: NewShop, clone: Callable[..., Shop]
) -> None:
    """Killed behind the site, before its contacts: state must not remember those of the site that was taken away."""
    shop = new_shop([row(0), row(1)])
    shop.sites([site(0), site(1)], [ADA])
    first = clone(shop, "first")
    assert first.apply().code == 0
    shop.box.remove("site-000")
    killed_at(first, 1)
    assert shop.box.rows().keys() == {"site-000", "site-001"}
    second = clone(shop, "second")
    since = len(shop.uploads())
    done = second.apply()
    assert done.code == 0, done.err
    assert "took over a lock" in done.err
    log = json.loads(second.run("log", "--format", "json").out)["applies"]
    assert [applied["outcome"] for applied in log] == ["complete", "unfinished", "complete"], "the killed one stays"
    assert sum(bool(request.site_contacts) for request in shop.uploads()[since:]) == 1
    assert second.plan()["changes"] == []


def test_a_saved_plan_that_was_killed_is_finished_from_another_machine(
    new_shop: NewShop, clone: Callable[..., Shop], tmp_path: Path
) -> None:
    shop = new_shop([row(n) for n in range(3)])
    shop.sites([site(n, currency="USD") for n in range(3)], [ADA])
    plan = str(tmp_path / "plan.json")
    first = clone(shop, "first")
    assert first.run("plan", "--out", plan).code == 0
    killed_at(first, 2, plan)
    done = clone(shop, "second").run("apply", plan)
    assert done.code == 0, done.err
    assert [r["Currency"] for r in shop.box.rows().values()] == ["USD"] * 3
    assert len(shop.box.contacts()) == 1
    sent = [r["Site ID"] for request in shop.uploads() if request.sites for r in parsed(request.sites)]
    assert sent == ["site-000", "site-001", "site-002"]


def test_a_saved_plan_that_was_interrupted_can_be_applied_again(new_shop: NewShop, tmp_path: Path) -> None:
    """And is called applied already only when all of it was."""
    shop = new_shop([row(n) for n in range(4)])
    shop.configure(api={"batch_rows": 1})
    shop.sites([site(n, currency="USD") for n in range(4)])
    plan = str(tmp_path / "plan.json")
    assert shop.run("plan", "--out", plan).code == 0
    assert shop.struck(signal.SIGTERM, 2, plan)[0] == 130
    assert sum(r["Currency"] == "USD" for r in shop.box.rows().values()) == 2
    again = shop.run("apply", plan)
    assert again.code == 0, again.err
    assert all(r["Currency"] == "USD" for r in shop.box.rows().values())
    third = shop.run("apply", plan)
    assert third.code == 4
    assert "applied already" in third.err


def test_a_saved_plan_that_was_applied_in_part_can_be_applied_again(new_shop: NewShop, tmp_path: Path) -> None:
    """The server refused a row; once it takes it, the same plan finishes, creates and contacts included."""
    shop = new_shop([row(0)])
    shop.configure(api={"batch_rows": 1})
    shop.sites([site(0, currency="USD"), site(1, currency="USD")], [ADA, {**ADA, "site": "site-001"}])
    plan = str(tmp_path / "plan.json")
    assert shop.run("plan", "--out", plan).code == 0
    error = {"row": 2, "column": "Currency", "value": "USD", "error_msg": "Invalid Currency for Site ID site-000"}
    answer = {"success": True, "data": {"data": {}, "errors": {"sites": [error]}}}
    shop.box.faults.add(Fault("status", path=IMPORT, status=200, body=answer))
    assert shop.run("apply", plan).code == 3
    assert len(shop.box.rows()) == 2
    again = shop.run("apply", plan)
    assert again.code == 0, again.err
    assert [r["Currency"] for r in shop.box.rows().values()] == ["USD", "USD"]
    assert len(shop.box.contacts()) == 2


def test_an_edit_elsewhere_stops_a_plan_that_was_applied_in_part(new_shop: NewShop, tmp_path: Path) -> None:
    """A value that is neither as before nor as sent was not written by this plan."""
    shop = new_shop([row(0), row(1)])
    shop.configure(api={"batch_rows": 1})
    shop.sites([site(0, currency="USD"), site(1, currency="USD")])
    plan = str(tmp_path / "plan.json")
    assert shop.run("plan", "--out", plan).code == 0
    shop.box.faults.add(Fault("status", path=IMPORT, nth=2, status=403))
    assert shop.run("apply", plan).code == 3
    shop.box.edit("site-000", "Currency", "CHF")
    assert shop.run("apply", plan).code == 4
    assert shop.box.rows()["site-000"]["Currency"] == "CHF"


def test_a_lock_that_is_lost_between_two_uploads_ends_the_sending(
    new_shop: NewShop, clone: Callable[..., Shop], tmp_path: Path
) -> None:
    shop = new_shop([row(0), row(1)])
    shop.sites([site(0, currency="USD"), site(1, currency="USD")])
    one = clone(shop, "one")
    robbed = Fault("call", path=IMPORT, after=True, call=lambda: git(tmp_path / "remote.git", "update-ref", "-d", REF))
    shop.box.faults.add(robbed)
    done, receipt = one.receipt()
    assert done.code == 3
    assert "the lock is lost" in done.err
    assert receipt["summary"] == {"applied": 1, "rejected": 0, "unverified": 0, "not_sent": 1}


def test_a_state_that_can_not_be_pushed_after_the_sending_is_said_and_the_receipt_shown(
    new_shop: NewShop, clone: Callable[..., Shop], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = new_shop([row(0)])
    shop.sites([site(0, currency="USD")])
    one = clone(shop, "one")
    remote = tmp_path / "remote.git"
    shop.box.faults.add(Fault("call", path=IMPORT, after=True, call=lambda: refuse_pushes(remote)))
    done, receipt = one.receipt()
    assert done.code == 3
    assert "rows were sent" in done.err
    assert "1 applied" in done.out
    assert "rows were sent" in receipt["error"]
    (remote / "hooks/pre-receive").unlink()
    monkeypatch.setattr(takeover, "WATCH_S", 1e6)
    done = clone(shop, "two").apply()  # on this machine it need not be watched whether the first one is alive
    assert done.code == 0
    assert "took over a lock" in done.err


def refuse_pushes(remote: Path) -> None:
    hook = remote / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)


@pytest.mark.parametrize(
    "place",
    [
        ".dfsync/state/production.json",
        ".dfsync/journal/production.jsonl",
        ".dfsync/journal/production.room",
        ".dfsync/locks/production.lock",
        ".git/dfsync",
        ".git/dfsync/state",
        ".git/dfsync/state/production.json",
        ".git/dfsync/journal/production.jsonl",
    ],
)
@pytest.mark.parametrize("kind", ["file", "folder", "pipe"])
def test_whatever_is_in_the_way_is_found_before_anything_is_sent_or_does_no_harm(
    new_shop: NewShop, place: str, kind: str
) -> None:
    """And it is named."""
    shop = new_shop([row(0)])
    shop.sites([site(0, currency="USD")], [ADA])
    git(shop.root, "init", "-q")
    path = shop.root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "folder":
        path.joinpath("x").mkdir(parents=True)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.write_text("x")
    done = shop.apply()
    assert done.code in (0, 1)
    assert len(shop.uploads()) == (2 if done.code == 0 else 0), done.err
    assert done.code == 0 or Path(place).name in done.err or ".dfsync-" in done.err, done.err
    assert done.code or shop.plan()["changes"] == []


@pytest.mark.parametrize("place", ["state", "state/production.json.d", "journal", "journal/production.jsonl"])
def test_a_link_in_the_way_is_found_before_anything_is_sent(new_shop: NewShop, tmp_path: Path, place: str) -> None:
    shop = new_shop([row(0)])
    shop.sites([site(0, currency="USD")])
    target = tmp_path / "elsewhere"
    target.mkdir()
    path = shop.root / ".dfsync" / place
    if place.endswith(".d"):
        path = path.with_suffix("")
        path.mkdir(parents=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target / "file" if place.endswith("l") else target)
    done = shop.apply()
    assert done.code == 1
    assert shop.uploads() == []
    assert list(target.iterdir()) == []


@pytest.mark.parametrize("limit", [200, 700, 1500])
def test_a_disk_that_is_full_is_found_before_anything_is_sent(new_shop: NewShop, limit: int) -> None:
    """A limit of the size of files makes writes short, as a disk does that has but a few bytes left."""
    shop = new_shop([row(n) for n in range(20)])
    shop.sites([site(n, currency="USD") for n in range(20)])
    (shop.root / ".dfsync/locks").mkdir(parents=True)
    script = shop.root / "limited.py"
    script.write_text(
        "import resource, sys\nfrom dfsync.commands.main import run\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, resource.RLIM_INFINITY))\n"
        "sys.exit(run(sys.argv[1:]))\n"
    )
    process = shop.spawn("apply", "--auto-approve", wrapper=script)
    _, said = process.communicate()
    assert process.returncode == 1, said
    assert "Traceback" not in said
    assert shop.uploads() == []
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != limit


def reads_after_last_upload(shop: Shop) -> int:
    methods = [request.method for request in shop.box.requests]
    return len(methods) - 1 - max(n for n, method in enumerate(methods) if method == "POST")


@pytest.mark.parametrize("saved", [True, False])
def test_without_verification_nothing_is_read_after_the_sending(new_shop: NewShop, tmp_path: Path, saved: bool) -> None:
    shop = new_shop([row(n) for n in range(3)])
    shop.sites([site(0, currency="USD"), site(1), site(2)])
    plan = str(tmp_path / "plan.json")
    assert shop.run("plan", "--out", plan).code == 0
    done = shop.run("apply", plan, "--no-verify") if saved else shop.apply("--no-verify")
    assert done.code == 0, done.err
    assert reads_after_last_upload(shop) == 0


def test_a_saved_plan_reads_only_what_it_touches_where_state_knows_the_rest(new_shop: NewShop, tmp_path: Path) -> None:
    shop = new_shop([row(n) for n in range(30)])
    shop.configure(api={"page_size": 5})
    shop.sites([site(n) for n in range(30)])
    assert shop.apply().code == 0
    shop.sites([site(n, **({"currency": "USD"} if n == 0 else {})) for n in range(30)])
    plan = str(tmp_path / "plan.json")
    assert shop.run("plan", "--out", plan).code == 0
    shop.box.forget_requests()
    assert shop.run("apply", plan).code == 0
    assert [request.method for request in shop.box.requests] == ["GET", "POST", "GET"]
    assert shop.plan()["changes"] == []


def late(shop: Shop, looks: int) -> list[Fault]:
    """Let the next exports show live as it is now."""
    rows = list(shop.box.rows().values())
    body = {"success": True, "data": rows, "p_number": 1, "total": len(rows), "total_pages": 1}
    return [Fault("status", path="*/sites/export", nth=n, status=200, body=body) for n in range(1, looks + 1)]


def test_an_export_that_lags_is_waited_for(new_shop: NewShop) -> None:
    shop = new_shop([row(0)])
    shop.configure(api={"settle_s": 20})
    shop.sites([site(0, currency="USD")])
    stale = late(shop, 4)
    shop.box.faults.add(Fault("call", path=IMPORT, call=lambda: shop.box.faults.add(*stale[:2])))
    done, receipt = shop.receipt()
    assert done.code == 0, done.err
    assert receipt["rows"][0]["outcome"] == "applied"
    assert "looking again" in done.err


def test_what_is_never_seen_is_unverified(new_shop: NewShop) -> None:
    shop = new_shop([row(0, Currency="USD")], settings=SandboxSettings(blank_cells="keep"))
    shop.configure(api={"settle_s": 1})
    shop.sites([site(0, currency=None)])
    done, receipt = shop.receipt()
    assert done.code == 3
    assert receipt["rows"][0]["outcome"] == "unverified"
    assert "not seen yet" in receipt["rows"][0]["message"]


MACHINE = """
import datetime, sys
from dfsync.commands.main import run
from dfsync.state.lock import holder, ref, takeover


class Shifted(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) + datetime.timedelta(hours={hours})


holder.datetime = Shifted
holder._kernel = lambda: "{hours}"
ref.RENEW_S, takeover.WATCH_S, takeover.POLL_S = 0.2, {watch_s}, 0.1
sys.exit(run(sys.argv[1:]))
"""


def machines(folder: Path, watch_s: float) -> list[Path]:
    """Write scripts that run dfsync as on two machines, which take over a lock that is not renewed for so long."""
    scripts = [folder / f"{hours}.py" for hours in (-9, 9)]
    for script in scripts:
        script.write_text(MACHINE.format(hours=script.stem, watch_s=watch_s))
    return scripts


ROUNDS = int(os.environ.get("DFSYNC_TEST_ROUNDS", "3"))
"""How often two applies run at once; a release is tried with a hundred."""


@pytest.mark.parametrize("backend", ["file", "git"])
def test_two_applies_at_once_with_clocks_apart_never_send_the_same_row(
    new_shop: NewShop, clone: Callable[..., Shop], tmp_path: Path, backend: str
) -> None:
    """From two clones with a shared state, or in one: the other finds the lock held, or nothing left to send."""
    shop = new_shop([row(0)], settings=SandboxSettings(latency_ms=40))
    shops = [clone(shop, "one"), clone(shop, "two")] if backend == "git" else [shop, shop]
    scripts = machines(tmp_path, PATIENCE_S)
    for number in range(ROUNDS):
        for each in shops:
            each.sites([site(0, escalation_path=f"Desk {number}")], [{**ADA, "name": f"Ada {number}"}])
        shop.box.forget_requests()
        pairs = zip(shops, scripts, strict=True)
        running = [each.spawn("apply", "--auto-approve", wrapper=script) for each, script in pairs]
        said = "".join(process.communicate(timeout=PATIENCE_S)[1] for process in running)
        codes = sorted(process.returncode for process in running)
        assert codes in ([0, 0], [0, 4]), said
        assert len(shop.uploaded()) == 1, said
        contacts = [row for upload in shop.uploads() if upload.site_contacts for row in parsed(upload.site_contacts)]
        assert len(contacts) == 1, said
        assert shops[number % 2].plan()["changes"] == []
    if backend == "git":
        stored = git(tmp_path / "remote.git", "cat-file", "blob", f"{REF}:state.json")
    else:
        stored = (shop.root / ".dfsync/state/production.json").read_text()
    history = json.loads(stored)["history"]
    assert len(history) >= ROUNDS
    assert all(applied["outcome"] == "complete" for applied in history)


def test_an_apply_that_slept_while_its_lock_was_taken_over_sends_nothing_more(
    new_shop: NewShop, clone: Callable[..., Shop], tmp_path: Path
) -> None:
    """As a laptop that was closed in the midst of an apply."""
    shop = new_shop([row(n) for n in range(4)])
    shop.sites([site(n, currency="USD") for n in range(4)])
    one, two = clone(shop, "one"), clone(shop, "two")
    scripts = machines(tmp_path, 1.0)
    started: Queue[subprocess.Popen[str]] = Queue()
    asleep = threading.Event()

    def stop() -> None:
        started.get().send_signal(signal.SIGSTOP)
        asleep.set()

    shop.box.faults.add(Fault("call", path=IMPORT, after=True, call=stop))
    sleeper = one.spawn("apply", "--auto-approve", wrapper=scripts[0])
    started.put(sleeper)
    assert asleep.wait(PATIENCE_S)
    other = two.spawn("apply", "--auto-approve", wrapper=scripts[1])
    said = other.communicate(timeout=PATIENCE_S)[1]
    assert other.returncode == 0, said
    sleeper.send_signal(signal.SIGCONT)
    said = sleeper.communicate(timeout=PATIENCE_S)[1]
    assert sleeper.returncode != 0, said
    assert "the lock is lost" in said
    ids = [each["Site ID"] for each in shop.uploaded()]
    assert sorted(ids) == [f"site-{n:03}" for n in range(4)], "each row once"
    assert two.plan()["changes"] == []


def test_a_malformed_value_before_in_a_plan_is_refused_in_words(new_shop: NewShop, tmp_path: Path) -> None:
    """The digest fits, since whoever wrote the plan anew made it fit."""
    shop = new_shop([row(0)])
    shop.sites([site(0, operational_hours={"Mon": "09:00-17:00"})])
    plan = tmp_path / "plan.json"
    assert shop.run("plan", "--out", str(plan)).code == 0
    document = json.loads(plan.read_text())
    for before, code in (([{"days": "Mon"}], 4), (7, 1), ([[]], 4)):
        document["changes"][0]["fields"][0]["before"] = before
        document["digest"] = digest_of(document)
        plan.write_text(json.dumps(document))
        done = shop.run("apply", str(plan))
        assert done.code == code
        assert "in a way it should not" not in done.err
        assert shop.uploads() == []
