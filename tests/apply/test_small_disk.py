"""A repository alone on a real disk that is nearly full, mounted for one command in a name space of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.apply.conftest import NewShop
from tests.apply.shop import Shop, row, site

INSIDE = ("unshare", "--user", "--map-root-user", "--mount")
SCRIPT = """
mount -t tmpfs -o size=2m none "$1" || exit 99
cp -R "$2/." "$1"
python="$3"; left_kb="$4"; cd /
if [ "$left_kb" -gt 0 ]; then
    free_kb=$(df --output=avail -k "$1" | tail -n 1)
    head -c "$(( (free_kb - left_kb) * 1024 ))" /dev/zero > "$1/filled"
fi
"$python" -m dfsync -C "$1" apply --auto-approve; code=$?
rm -f "$1/filled"
[ "$code" = 0 ] && { "$python" -m dfsync -C "$1" plan --detailed-exitcode >&2 || exit 98; }
exit "$code"
"""


def can_mount() -> bool:
    """Whether this user may have name spaces of his own."""
    if shutil.which("unshare") is None:
        return False
    mount = [*INSIDE, "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(mount, check=False, capture_output=True).returncode == 0


pytestmark = pytest.mark.skipif(not can_mount(), reason="this user may not mount a disk in a name space of his own")


def on_disk(shop: Shop, left_kb: int) -> subprocess.CompletedProcess[str]:
    """Apply on a new disk with so many KB left, or with plenty for 0; then plan, which must find nothing to do."""
    disk = shop.root.parent / "disk"
    disk.mkdir()
    command = [*INSIDE, "sh", "-c", SCRIPT, "sh", str(disk), str(shop.root), sys.executable, str(left_kb)]
    path = str(Path(__file__).parents[2])
    environment = {**os.environ, **shop.environment, "PYTHONPATH": path}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)


def test_a_repository_that_is_in_no_git_knows_its_own_state(new_shop: NewShop) -> None:
    """git looks no further than to the edge of the disk, and says that in words of its own."""
    shop = new_shop([row(0)])
    shop.sites([site(0, currency="EUR")])
    done = on_disk(shop, 0)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("left_kb", [128, 144, 152, 160])
def test_a_full_disk_is_found_before_anything_is_sent_or_there_was_room_for_all(
    new_shop: NewShop, left_kb: int
) -> None:
    shop = new_shop([row(n) for n in range(60)])
    sites = [site(n, currency="EUR") for n in range(60)]
    shop.sites(sites, [{"site": one["id"], "email": "ada@example.com", "name": "Ada"} for one in sites])
    done = on_disk(shop, left_kb)
    assert done.returncode in (0, 1), done.stderr
    assert len(shop.uploads()) == (2 if done.returncode == 0 else 0), done.stderr
