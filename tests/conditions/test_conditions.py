"""Every command of dfsync under what a laptop, a container or a company's network does to it.

Each gives the result that it gives without the condition, or says in its message what is in the way.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from dfsync.sandbox.example import EXAMPLE
from dfsync.sandbox.sandbox import Sandbox
from tests.conditions.scene import Result, Scene, command_names, environment, run
from tests.support.secure import HOST, Front, front

_IS_ROOT = os.name == "posix" and os.geteuid() == 0
NAMES = list(command_names())
_NOBODY = "12345"
"""A user id without a name, as containers are run with."""
_BOUND = 'mount --bind "$PWD" "$PWD" && mount -o remount,bind,ro "$PWD" && cd "$PWD" && exec "$@"'


@dataclass
class World:
    """The scene, its servers, a folder that every user may enter, and what commands do without any condition."""

    scene: Scene
    front: Front
    folder: Path
    usual: dict[str, Result] = field(default_factory=dict)

    def result(self, name: str, condition: Condition | None = None) -> Result:
        """Run a command in a fresh copy of the scene, under a condition if one is given."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            root = self.scene.copy(Path(folder) / "copy")
            changes = environment(self.scene, root.parent / "cache")
            setting = condition.set(self, root) if condition else Setting()
            for variable in setting.without:
                changes.pop(variable, None)
            return run(self.scene, root, name, {**changes, **setting.variables}, setting.before)

    def usual_result(self, name: str) -> Result:
        """Run a command without any condition, once."""
        if name not in self.usual:
            self.usual[name] = self.result(name)
        return self.usual[name]


@dataclass(frozen=True)
class Setting:
    """How a condition is brought about: variables, those that are taken away, and what starts the command."""

    variables: Mapping[str, str] = field(default_factory=dict)
    without: Sequence[str] = ()
    before: Sequence[str] = ()


@dataclass(frozen=True)
class Condition:
    """A condition, and the words with which a message names it; None where nothing may differ."""

    set: Callable[[World, Path], Setting]
    words: tuple[str, ...] | None = None

    def names(self, result: Result, usual: Result) -> bool:
        """Whether a result says what is in the way: an error, or a success with less than usual."""
        told = self.words is not None and any(word in result.all for word in self.words)
        return told and result.code in (1, usual.code)


def _ascii(world: World, root: Path) -> Setting:
    """Set the locale C, also where Python would take it for UTF-8."""
    return Setting({"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})


def _homeless(world: World, root: Path) -> Setting:
    """Take HOME away; as root, also become a user that has no name."""
    without = ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "USER", "LOGNAME", "USERNAME")
    switch = ("setpriv", "--reuid", _NOBODY, "--regid", _NOBODY, "--clear-groups")
    if not (_IS_ROOT and _works(*switch, sys.executable, "-c", "import dfsync")):
        return Setting(without=without)
    subprocess.run(["chown", "-R", f"{_NOBODY}:{_NOBODY}", str(root.parent)], check=True)
    return Setting(without=without, before=switch)


def _read_only(world: World, root: Path) -> Setting:
    """Forbid to write into the checkout: by its mode, or, since root may ignore that, by its mount."""
    if not _IS_ROOT:
        for path in (root, *root.rglob("*")):
            path.chmod(path.stat().st_mode & ~0o222)
        return Setting()
    if not _works("unshare", "-m", "sh", "-c", _BOUND, "sh", "true"):
        pytest.skip("root may write anywhere, and this machine lets nobody mount")
    return Setting(before=("unshare", "-m", "sh", "-c", _BOUND, "sh"))


def _foreign(world: World, root: Path) -> Setting:
    """Give the checkout to another user."""
    if not _IS_ROOT:
        return Setting({"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"})
    subprocess.run(["chown", "-R", f"{_NOBODY}:{_NOBODY}", str(root)], check=True)
    return Setting(without=("SUDO_UID",))


def _proxy(world: World, root: Path) -> Setting:
    """Lead to an API that only the proxy finds, under a certificate by an authority of one's own."""
    found = f"{HOST}:{world.front.tls_port}"
    allowed = {"DFSYNC_ALLOWED_HOSTS": found, "HTTPS_PROXY": world.front.proxy}
    return Setting({**_at(world, root, f"https://{found}"), **allowed, "SSL_CERT_FILE": str(world.front.authority)})


def _unknown_authority(world: World, root: Path) -> Setting:
    url = f"https://localhost:{world.front.tls_port}"
    return Setting(_at(world, root, url), without=("SSL_CERT_FILE", "SSL_CERT_DIR"))


def _proxy_gone(world: World, root: Path) -> Setting:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    changes = _proxy(world, root).variables
    return Setting({**changes, "HTTPS_PROXY": f"http://jdoe:S3cret@127.0.0.1:{port}"})


def _at(world: World, root: Path, url: str) -> dict[str, str]:
    """Name another address of the same API, also in what is remembered of it."""
    state = root / ".dfsync/state/production.json"
    state.write_text(state.read_text(encoding="utf-8").replace(world.scene.box.base_url, url), encoding="utf-8")
    return {"DFSYNC_BASE_URL": url, "DFSYNC_AUTH_URL": url}


@cache
def _works(*line: str) -> bool:
    return shutil.which(line[0]) is not None and subprocess.run(line, capture_output=True, check=False).returncode == 0


CONDITIONS = {
    "LANG=C": Condition(_ascii),
    "no HOME": Condition(_homeless, ("this user has no home folder",)),
    "read-only checkout": Condition(_read_only, ("Read-only file system", "Permission denied")),
    "foreign owner": Condition(_foreign, ("dubious ownership",)),
    "proxy and private authority": Condition(_proxy),
}
OBSTACLES = {
    "unknown authority": Condition(_unknown_authority, ("SSL_CERT_FILE",)),
    "no proxy where HTTPS_PROXY says": Condition(_proxy_gone, ("HTTPS_PROXY",)),
}
"""What stops every command that asks the API."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Prepare everything once. The folder is one that every user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="dfsync-conditions-"))
    folder.chmod(0o755)
    box = Sandbox(EXAMPLE)
    with pytest.MonkeyPatch.context() as patched, box:
        patched.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        port = int(box.base_url.rpartition(":")[2])
        with front(port, folder) as made:
            yield World(Scene.made(folder / "scene", box), made, folder)
    shutil.rmtree(folder)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_command_does_the_same_or_names_the_condition(world: World, condition: str, name: str) -> None:
    """A command that only reads does the same. One that writes or asks git may fail, and says why."""
    usual, found = world.usual_result(name), world.result(name, CONDITIONS[condition])
    assert "S3cret" not in found.all
    difference = usual.difference(found)
    assert not difference or CONDITIONS[condition].names(found, usual), f"{difference}\n{found.err}"


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_what_stops_a_request_is_named(world: World, obstacle: str) -> None:
    """By the variable that changes it, in every command that asks the API."""
    asking = [name for name in NAMES if world.usual_result(name).asked]
    assert {"plan", "auth refresh", "traffic report"} <= set(asking)
    for name in asking:
        found = world.result(name, OBSTACLES[obstacle])
        assert "S3cret" not in found.all
        assert found.code == 1
        assert OBSTACLES[obstacle].names(found, found), f"{name}: {found.code}\n{found.all}"
