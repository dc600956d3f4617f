"""Faults on the way: what apply repeats, what it divides, and what it looks at before it sends again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from tests.contract.stub import REFRESH, Fault, Stub
from tests.contract.test_apply import SITE, outcomes, sent_ids, sites
from tests.contract.world import World
from tests.support.waiting import PATIENCE_S

FEW = "api: {batch_rows: 4}\n"


def test_a_batch_that_is_too_large_is_split(world: World) -> None:
    """A batch that is too large (413) is split."""
    world.api.max_rows = 3
    sites(world, 10)
    assert world.apply().code == 0
    assert len(world.api.sites) == 10
    accepted = [asked for asked in world.api.imports() if asked.status == 200]
    assert all(asked.files["sites"].count(b"\r\n") <= 4 for asked in accepted)


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_batch_that_fails_because_of_some_rows(world: World, status: int) -> None:
    """A batch refused whole with 400, 413 or 422 is divided until the rest is through; a single row never repeated."""
    sites(world, 9)
    world.api.faults = [Fault("/sites/import", status, times=999, only=lambda asked: b"s03" in asked.files["sites"])]
    outcome = world.apply()
    assert outcome.code == 3
    assert set(world.api.sites) == {f"s{number:02}" for number in range(9)} - {"s03"}
    assert outcomes(world)["s03"] == "rejected"
    alone = [ids for ids in sent_ids(world) if ids == ["s03"]]
    assert len(alone) == 1


@pytest.mark.parametrize("status", [403, 404, 405, 409])
def test_other_4xx_do_not_repeat(world: World, status: int) -> None:
    """Other 4xx do not repeat."""
    sites(world, 3)
    world.api.faults = [Fault("/sites/import", status, times=999)]
    assert world.apply().code == 1
    assert len(world.api.imports()) == 1
    assert set(outcomes(world).values()) <= {"not_sent", "rejected"}


def test_429_waits_as_retry_after_says(world: World) -> None:
    """429 waits as Retry-After says."""
    world.site(SITE)
    world.api.faults = [Fault("/sites/import", 429, {"Retry-After": "1"})]
    started = time.monotonic()
    assert world.apply().code == 0
    assert time.monotonic() - started >= 1
    assert len(world.api.imports()) == 2


@pytest.mark.parametrize("status", [500, 502, 503, None])
@pytest.mark.parametrize("after", [False, True])
def test_a_lost_answer(world: World, status: int | None, after: bool) -> None:
    """When an answer is lost after a batch was sent, apply looks at live before it sends again."""
    sites(world, 4)
    world.api.faults = [Fault("/sites/import", status, after=after)]
    assert world.apply().code == 0
    assert len(world.api.sites) == 4
    paths = [asked.path.rpartition("/")[2] for asked in world.api.asked]
    first = paths.index("import")
    assert paths[first + 1] == "export"
    assert paths.count("import") == (1 if after else 2)


def test_a_lost_answer_is_cut_off(world: World) -> None:
    """An answer that is no answer (200 with HTML) is a lost one."""
    sites(world, 2)
    world.api.faults = [Fault("/sites/import", 200, {"Content-Type": "text/html"}, b"<html>", after=True)]
    assert world.apply().code == 0
    assert len(world.api.imports()) == 1


def test_a_lost_answer_of_contacts(world: World) -> None:
    """Contact rows whose answer was lost are `unverified` (3)."""
    world.api.put("site-123", "Downtown Store")
    world.site(SITE + "contacts: [{email: ada@example.com}]\n")
    world.config("api: {retry_s: 1}\n")
    world.api.faults = [Fault("/sites/import", None, after=True, times=99)]
    assert world.apply().code == 3
    (row,) = world.receipt()["rows"]
    assert row["outcome"] == "unverified"


def test_5xx_for_ever(world: World) -> None:
    """5xx back off within a bound; then the error is told and what was sent is known."""
    world.config("api: {retry_s: 1, batch_rows: 2, settle_s: 1}\n")
    sites(world, 6)
    world.api.faults = [Fault("/sites/import", 503, skip=1, times=9999)]
    assert world.apply().code == 3
    assert sorted(outcomes(world).values()) == ["applied"] * 2 + ["not_sent"] * 2 + ["unverified"] * 2
    assert "503" in next(one["message"] for one in world.receipt()["rows"] if one["outcome"] == "unverified")
    world.api.faults = []
    assert world.apply().code == 0
    assert len(world.api.sites) == 6


def test_a_401_refreshes_once(world: World) -> None:
    """A 401 refreshes the token once, and the batch is sent again."""
    world.site(SITE)
    world.api.faults = [Fault("/sites/import", 401)]
    assert world.apply(DFSYNC_REFRESH_TOKEN=REFRESH).code == 0
    assert len(world.api.requests("/get_new_tokens")) == 1
    assert len(world.api.imports()) == 2


def test_a_401_for_ever(world: World) -> None:
    """A 401 refreshes once per expiry."""
    world.site(SITE)
    world.api.faults = [Fault("/sites/import", 401, times=99)]
    assert world.apply(DFSYNC_REFRESH_TOKEN=REFRESH).code == 1
    assert len(world.api.requests("/get_new_tokens")) == 1
    assert len(world.api.imports()) == 2


def test_success_false(world: World) -> None:
    """A 200 that says success: false is no success."""
    world.site(SITE)
    body = json.dumps({"success": False, "message": "not today"}).encode()
    world.api.faults = [Fault("/sites/import", 200, body=body, times=99)]
    outcome = world.apply()
    assert outcome.code == 3
    assert "not today" in outcome.all
    assert "applied" not in outcomes(world).values()


def test_verification_that_fails(world: World) -> None:
    """What could not be read again is not claimed: 3."""
    world.config("api: {retry_s: 1}\n")
    world.api.put("other")
    sites(world, 2)
    gone = Fault("/sites/export", 500, times=0)
    world.api.faults = [gone]

    def break_it() -> None:
        gone.times = 9999

    world.api.after_import = break_it
    assert world.apply().code == 3
    assert set(outcomes(world).values()) == {"unverified"}
    gone.times = 0
    world.api.after_import = lambda: None
    assert world.apply().code == 0


def test_http_1_0(world: World) -> None:
    """A server that closes each connection is served as well."""
    world.api._handler.protocol_version = "HTTP/1.0"
    world.api.page_cap = 1
    sites(world, 3)
    assert world.apply().code == 0
    assert world.dfsync("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_apply(world: World, number: signal.Signals) -> None:
    """130: everything so far recorded; an interrupted apply still writes its receipt; SIGTERM acts as Ctrl-C."""
    world.config("api: {batch_rows: 1}\n")
    sites(world, 6)
    held = HeldUpload(world.api)
    with spawned(world, "apply", "--auto-approve", "--receipt", "receipt.json") as process:
        held.wait()
        process.send_signal(number)
        held.release()
        assert process.wait(PATIENCE_S) == 130
    receipt = world.receipt()
    assert receipt["summary"]["applied"] >= 1
    assert receipt["summary"]["not_sent"] >= 1
    assert sum(receipt["summary"].values()) == 6
    assert world.apply().code == 0
    created = [one for ids in sent_ids(world) for one in ids]
    assert sorted(created) == sorted(set(created)), "nothing is sent twice needlessly"


def test_killed_at_an_upload(world: World) -> None:
    """Killed at any moment, running again finishes the work, and nothing is lost or sent twice needlessly."""
    world.config("api: {batch_rows: 2}\n")
    sites(world, 6, "contacts: [{email: a@example.com}]\n")
    held = HeldUpload(world.api, 2)
    with spawned(world, "apply", "--auto-approve"):
        held.wait()
    held.release()
    assert world.apply().code == 0
    assert len(world.api.sites) == 6
    created = [one for ids in sent_ids(world) for one in ids]
    assert sorted(created) == sorted(set(created))
    assert world.dfsync("plan", "--detailed-exitcode").code == 0


def test_two_at_once(world: World) -> None:
    """4: another apply holds the lock."""
    world.site(SITE)
    held = HeldUpload(world.api)
    with spawned(world, "apply", "--auto-approve") as first:
        held.wait()
        refused = world.process("apply", "--auto-approve")
        held.release()
        assert first.wait(PATIENCE_S) == 0
    assert refused.err
    assert refused.code == 4
    assert len(world.api.imports()) == 1


class HeldUpload:
    """Holds an upload at the server until it is released, and then lets it take effect."""

    def __init__(self, api: Stub, number: int = 1) -> None:
        self._uploads, self._number = count(1), number
        self._arrived, self._released, self._taken = threading.Event(), threading.Event(), threading.Event()
        api.before_import, api.after_import = self._hold, self._done

    def wait(self) -> None:
        """Wait until it has arrived."""
        assert self._arrived.wait(PATIENCE_S)

    def release(self) -> None:
        """Let it take effect."""
        self._released.set()
        assert self._taken.wait(PATIENCE_S)

    def _hold(self) -> None:
        if next(self._uploads) == self._number:
            self._arrived.set()
            self._released.wait(PATIENCE_S)

    def _done(self) -> None:
        if self._released.is_set():
            self._taken.set()


@contextmanager
def spawned(world: World, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run dfsync in a process of its own, and kill it where it has not ended with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dfsync", *arguments],
        cwd=world.root,
        env={**os.environ, **world.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
