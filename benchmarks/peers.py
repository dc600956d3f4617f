"""The peers, each installed in an environment of its own, and the data that octoDNS needs.

A peer that can't be installed is left out, and the table says so.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.record import SEED

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "schemas" / "site.schema.json"


@dataclass
class Peers:
    """Where the peers are; `missing` says which could not be installed, and why."""

    folder: Path
    tell: Callable[[str], None]
    missing: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    def dfsync(self) -> Path:
        """Install dfsync itself, as a wheel; returns the folder of its programs. Raises when that fails."""
        programs = _environment(self.folder / "dfsync")
        # The scripts that older releases of pip make import `re` before dfsync has a say.
        _run([programs / "python", "-m", "pip", "install", "--quiet", "--upgrade", "pip"])
        _run([programs / "python", "-m", "pip", "install", "--quiet", f"{ROOT}[sandbox,excel]"])
        _run([programs / "python", "-m", "pip", "install", "--quiet", "--force-reinstall", "--no-deps", str(ROOT)])
        return programs

    def python(self, package: str, program: str) -> Path | None:
        """Install a Python package; returns a program of it."""
        return self._try(package, lambda: self._pip(package) / program)

    def node(self, package: str, program: str) -> Path | None:
        """Install a Node package; returns a program of it."""
        return self._try(package, lambda: self._npm(package) / program)

    def _pip(self, package: str) -> Path:
        programs = _environment(self.folder / package)
        if not (self.folder / package / ".done").exists():
            _run([programs / "python", "-m", "pip", "install", "--quiet", package])
            (self.folder / package / ".done").touch()
        listing = _run([programs / "python", "-m", "pip", "list", "--format", "json", "--disable-pip-version-check"])
        self.versions[package] = next(row["version"] for row in json.loads(listing) if row["name"] == package)
        return programs

    def _npm(self, package: str) -> Path:
        folder = self.folder / package.replace("/", "-")
        npm = shutil.which("npm")
        if npm is None:
            raise OSError("npm is not installed")
        if not (folder / "node_modules").is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            _run([npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, package])
        manifest = json.loads((folder / "node_modules" / package / "package.json").read_text(encoding="utf-8"))
        self.versions[package] = manifest["version"]
        return folder / "node_modules" / ".bin"

    def _try(self, package: str, install: Callable[[], Path]) -> Path | None:
        self.tell(f"  {package}")
        try:
            return install()
        except (OSError, subprocess.CalledProcessError) as error:
            self.missing[package] = f"could not be installed: {error}"
            return None


def make_zone(folder: Path, count: int) -> Path:
    """Write a zone of `count` names with two records each, and what is live of it, where one in a hundred differs.

    Returns the folder, with octoDNS's configuration in it.
    """
    config = folder / "config.yaml"
    if config.is_file():
        return folder
    (folder / "zones").mkdir(parents=True, exist_ok=True)
    dice, live, lines = random.Random(SEED), {}, ["---\n"]
    for number in range(count):
        address = f"10.{dice.randrange(256)}.{dice.randrange(256)}.{dice.randrange(1, 255)}"
        text = f"site {number} {dice.randrange(10**9)}"
        lines.append(
            f"site-{number:06d}:\n- ttl: 300\n  type: A\n  value: {address}\n- ttl: 300\n  type: TXT\n  value: {text}\n"
        )
        there = "192.0.2.1" if number % 100 == 0 else address
        live[f"site-{number:06d}"] = [
            {"type": "A", "ttl": 300, "value": there},
            {"type": "TXT", "ttl": 300, "value": text},
        ]
    (folder / "zones" / "bench.test.yaml").write_text("".join(lines), encoding="utf-8")
    (folder / "live.json").write_text(json.dumps(live), encoding="utf-8")
    config.write_text(
        "providers:\n"
        "  files: {class: octodns.provider.yaml.YamlProvider, directory: zones, default_ttl: 300}\n"
        "  live: {class: octodns_json.JsonProvider, filename: live.json}\n"
        "zones:\n"
        "  bench.test.: {sources: [files], targets: [live]}\n",
        encoding="utf-8",
    )
    return folder


def _environment(folder: Path) -> Path:
    if not (folder / "pyvenv.cfg").is_file():
        venv.create(folder, with_pip=True)
    return folder / ("Scripts" if sys.platform == "win32" else "bin")


def _run(command: Sequence[str | Path]) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout
