"""kill -9 at every point between two calls that matter: running again finishes the work."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

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


@dataclass(frozen=True)
class Mode:
    """A way to apply, and the calls behind which it is killed.

    `lost`: the disk is lost with the kill, and another machine goes on. `recreated`: all was applied, and somebody took
    a site away since.
    """

    arguments: list[str]
    calls: list[str]
    shared: bool = False
    lost: bool = False
    recreated: bool = False


FRESH, GIT = ["write", "fsync", "replace", "unlink", "send"], ["communicate", "send"]
APPLY = ["apply", "--auto-approve"]
MODES = {
    "fresh": Mode(APPLY, FRESH),
    "fresh, disk lost": Mode(APPLY, ["replace", "send"], lost=True),
    "saved": Mode(["apply", "plan.json"], ["fsync", "replace", "unlink", "send"]),
    "git, disk lost, saved": Mode(["apply", "plan.json"], GIT, shared=True, lost=True),
    "git, disk lost, recreated": Mode(APPLY, GIT, shared=True, lost=True, recreated=True),
}


def template(new_shop: NewShop, mode: Mode) -> tuple[Path, list[dict[str, Any]]]:
    """Make the repository that each point starts from; returns its folder, and what is live then."""
    shop = new_shop(LIVE, folder="template")
    configured(shop, mode)
    shop.sites(SITES, CONTACTS)
    if mode.shared:
        subprocess.run(["git", "-C", str(shop.root), "init", "-q", "--bare", ".remote"], check=True)
        connected(shop.root)
    if mode.recreated:
        assert shop.apply().code == 0
        shop.box.remove("site-000")
    if mode.arguments[-1] == "plan.json":
        assert shop.run("plan", "--out", str(shop.root / "plan.json")).code == 0
    return shop.root, list(shop.box.rows().values())


def configured(shop: Shop, mode: Mode) -> None:
    shop.configure(api={"batch_rows": BATCH}, state={"backend": "git", "remote": "shared"} if mode.shared else {})


def connected(root: Path) -> None:
    """Make the folder a clone whose remote is beside it."""
    for command in ("init -q", "remote add shared .remote"):
        subprocess.run(["git", "-C", str(root), *command.split()], check=True)


def lose_disk(root: Path, mode: Mode) -> None:
    """Go on in a fresh clone: state, journal, locks and refs of the machine are gone."""
    shutil.rmtree(root / ".dfsync", ignore_errors=True)
    if mode.shared:
        shutil.rmtree(root / ".git")
        connected(root)


def sent(shop: Shop) -> tuple[Counter[str], Counter[str]]:
    """Return how often each site and each contact was uploaded."""
    sites, contacts = Counter[str](), Counter[str]()
    for request in shop.uploads():
        sites.update(row["Site ID"] for row in parsed(request.sites or b""))
        contacts.update(row["Contact Email"] for row in parsed(request.site_contacts or b""))
    return sites, contacts


def finished(shop: Shop, mode: Mode, point: str) -> None:
    """Assert that the work is done, and that nothing was sent twice but contacts whose answer nobody could keep."""
    rows = shop.box.rows()
    assert {id: (r["Timezone"], r["Escalation Path"]) for id, r in rows.items()} == {
        s["id"]: ("Europe/Paris", "Night desk") for s in SITES
    }, point
    wanted = [c for c in CONTACTS if not mode.recreated or c["site"] == "site-000"]
    assert {r["Contact Email"] for r in shop.box.contacts().values()} == {c["email"] for c in wanted}, point
    sites, contacts = sent(shop)
    assert sites == Counter(s["id"] for s in SITES if not mode.recreated or s["id"] == "site-000"), point
    assert contacts.total() - len(wanted) in (0, len(wanted)), point


@pytest.mark.parametrize("name", MODES)
def test_killed_at_any_point_and_run_again_ends_with_live_as_desired(
    new_shop: NewShop, killing: Killing, tmp_path: Path, name: str
) -> None:
    """Whatever gap the kill falls into, the next apply finishes: every row arrives, no site is sent twice."""
    mode = MODES[name]
    killing.calls = mode.calls
    folder, live = template(new_shop, mode)
    twice = 0
    for at in count(1):
        shutil.copytree(folder, tmp_path / f"shop-{at}", symlinks=True)
        shop = new_shop(live, folder=f"shop-{at}")
        arguments = list(mode.arguments)
        if arguments[-1] == "plan.json":
            configured(shop, mode)
            assert killing.run(shop, "plan", "--out", str(shop.root / "plan.json"))[0] == 0
            arguments[-1] = str(shop.root / "plan.json")
        configured(shop, mode)
        code, _ = killing.run(shop, *arguments, at=at)
        if code == 0:
            break
        assert code == -9, killing.output.read_text()
        whole = mode.arguments[-1] == "plan.json" and bool(sent(shop)[1])
        if mode.lost:
            lose_disk(shop.root, mode)
        code, _ = killing.run(shop, *arguments)
        said = killing.output.read_text()
        assert code == 0 or (whole and code == 4 and "applied already" in said), f"point {at}: {said}"
        twice += sent(shop)[1].total() > len(CONTACTS)
        finished(shop, mode, f"point {at} of {name}: {said}")
        if at % 5 == 0:
            shop.box.forget_requests()
            assert killing.run(shop, "apply", "--auto-approve")[0] == 0
            assert shop.uploads() == []
            assert not list((shop.root / ".dfsync/journal").iterdir())
        shop.box.__exit__()
    assert at > 5
    assert mode.lost or twice <= 3  # between the server's taking the contacts and the journal's line about it
