"""kill -9 at every point between two calls that matter: running again finishes the work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from tests.apply.conftest import NewShop
from tests.apply.shop import Shop, parsed, row, site

SITES = [site(n, timezone="Europe/Paris", escalation_path="Night desk") for n in range(4)]
CONTACTS = [{"site": f"site-{n:03}", "name": f"Ada {n}", "email": f"ada{n}@example.com"} for n in range(2)]
LIVE = [row(n, Timezone="UTC", **{"Escalation Path": "Ops"}) for n in range(2)]
BATCH = 2


@dataclass
class Killing:
    """The process that runs dfsync in forks that kill themselves."""

    process: subprocess.Popen[str]
    output: Path
    calls: list[str] = field(default_factory=list)

    def run(self, shop: Shop, *arguments: str, at: int = 0) -> tuple[int, int]:
        """Return exit code (-9 when killed) and how many points there were."""
        order = {"arguments": ["-C", str(shop.root), *arguments], "environment": shop.environment, "at": at}
        order["calls"] = self.calls
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({**order, "output": str(self.output)}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return answer["code"], answer["points"]


@pytest.fixture(scope="module")
def killing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killing]:
    output = tmp_path_factory.mktemp("killing") / "output.txt"
    script = Path(__file__).with_name("killing.py")
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as process:
        yield Killing(process, output)
        assert process.stdin
        process.stdin.close()


def prepared(new_shop: NewShop, folder: str, mode: str) -> Shop:
    shop = new_shop(LIVE, folder=folder)
    shop.configure(api={"batch_rows": BATCH}, state={"backend": "git", "remote": "shared"} if mode == "git" else {})
    shop.sites(SITES, CONTACTS)
    if mode == "git":
        for command in ("init -q", "init -q --bare .remote", "remote add shared .remote"):
            subprocess.run(["git", "-C", str(shop.root), *command.split()], check=True)
    if mode == "saved":
        assert shop.run("plan", "--out", str(shop.root / "plan.json")).code == 0
    return shop


def unfinished(shop: Shop) -> bool:
    return any((shop.root / ".dfsync/journal").glob("*.jsonl"))


def sent(shop: Shop) -> tuple[Counter[str], Counter[str]]:
    """Return how often each site and each contact was uploaded."""
    sites, contacts = Counter[str](), Counter[str]()
    for request in shop.uploads():
        sites.update(row["Site ID"] for row in parsed(request.sites or b""))
        contacts.update(row["Contact Email"] for row in parsed(request.site_contacts or b""))
    return sites, contacts


def finished(shop: Shop, killing: Killing, point: str) -> None:
    """Assert that the work is done, and that nothing was sent twice but contacts whose answer nobody could keep."""
    rows = shop.box.rows()
    assert {id: (r["Timezone"], r["Escalation Path"]) for id, r in rows.items()} == {
        s["id"]: ("Europe/Paris", "Night desk") for s in SITES
    }, point
    assert {r["Contact Email"] for r in shop.box.contacts().values()} == {c["email"] for c in CONTACTS}, point
    sites, contacts = sent(shop)
    assert sites == Counter(s["id"] for s in SITES), point
    assert sum(contacts.values()) - len(CONTACTS) in (0, BATCH), point
    shop.box.forget_requests()
    assert killing.run(shop, "apply", "--auto-approve")[0] == 0, point
    assert shop.uploads() == [], point
    assert not list((shop.root / ".dfsync/journal").iterdir()), point


MODES = {
    "fresh": (["apply", "--auto-approve"], ["write", "fsync", "replace", "unlink", "send"]),
    "saved": (["apply", "plan.json"], ["fsync", "replace", "unlink", "send"]),
    "git": (["apply", "--auto-approve"], ["run", "send"]),
}


@pytest.mark.parametrize("mode", MODES)
def test_killed_at_any_point_and_run_again_ends_with_live_as_desired(
    new_shop: NewShop, killing: Killing, mode: str
) -> None:
    """Whatever gap the kill falls into, the next apply finishes: every row arrives, no site is sent twice."""
    arguments, killing.calls = MODES[mode]
    twice = 0
    for at in count(1):
        shop = prepared(new_shop, f"shop-{at}", mode)
        arguments = [str(shop.root / "plan.json") if name.endswith(".json") else name for name in arguments]
        code, _ = killing.run(shop, *arguments, at=at)
        if code == 0:
            break
        assert code == -9, killing.output.read_text()
        done = mode == "saved" and bool(sent(shop)[1]) and not unfinished(shop)
        code, _ = killing.run(shop, *arguments)
        assert code == (4 if done else 0), f"point {at}: {killing.output.read_text()}"
        twice += sent(shop)[1].total() > len(CONTACTS)
        finished(shop, killing, f"point {at} of {mode}")
        shop.box.__exit__()
    assert at > 20
    assert twice <= 3  # between the server's taking the contacts and the journal's line about it
